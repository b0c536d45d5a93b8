import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { readReminders } from '../../src/client/yaml/read.js'
import { eventually } from '../support/eventually.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// Reminders as files, in a browser in front of the whole system.

const phone = '15550007711'
const zone = 'Africa/Nairobi'

let site: Console
let page: Page
beforeAll(async () => {
  site = await startConsole()
  await site.system.whatsapp.createAccount({ phone })
  for (const [index, subject] of ['Parents 1A', 'كرة القدم', 'Choir 🎶'].entries())
    await site.system.whatsapp.createGroup({ subject, members: [phone, `1555000781${index}`] })
  await site.system.client.accounts.add({ id: 'office' })
  await site.system.linkAccount({ id: 'office', phone })
  await eventually(async () => expect(await site.system.client.groups.list('office')).toHaveLength(3))
  page = await site.signedIn()
})
beforeEach(async () => {
  await page.goto(`${site.url}/import-export`)
  const another = page.getByRole('button', { name: 'Another file' })
  await page.getByRole('heading', { name: 'Import', exact: true }).waitFor()
  if (await another.isVisible()) await another.click()
})
afterAll(async () => {
  await site.close()
})

const button = (on: Page, name: string | RegExp) =>
  on.getByRole('button', { name, exact: typeof name === 'string' })
const rows = (kind: string) => page.locator(`[data-found="${kind}"]`)

/** Chooses a file of this text. */
async function give(text: string | Buffer, name = 'reminders.yaml', on = page): Promise<void> {
  await on
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) })
}

function fileOf(reminders: readonly ReminderInput[]): string {
  return JSON.stringify({ reminders })
}

const lesson = (key: string, change: ReminderInput = {}): ReminderInput => ({
  key,
  to: 'Parents 1A',
  text: `Text of ${key}`,
  at: '2030-05-06T09:00',
  zone,
  ...change,
})

async function stored(prefix: string): Promise<string[]> {
  const { items } = await site.system.client.reminders.list({ limit: 500 })
  return items
    .map(({ key }) => key)
    .filter((key) => key.startsWith(prefix))
    .toSorted()
}

async function saved(begin: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), begin()])
  return await readFile(await download.path(), 'utf8')
}

test('a file is found from the list of reminders, looked at before anything is made, and made by one button pressed twice', async () => {
  await page.goto(`${site.url}/reminders`)
  await page.getByRole('link', { name: 'Import / export' }).click()
  await give(
    `\uFEFFreminders:\r\n  - key: lib-1\r\n    to: Parents 1A\r\n    text: |\r\n      *Books*\r\n      are due\r\n    at: 2030-05-06T09:00\r\n    zone: ${zone}\r\n` +
      `  - key: lib-2\r\n    to: [Choir 🎶, Parents 1A]\r\n    text: Sing\r\n    cron: '0 8 * * MON'\r\n    zone: ${zone}\r\n`,
  )
  await eventually(async () => expect(await rows('new').count()).toBe(2))
  await page.getByText('Line 2 · lib-1').waitFor()
  await page.getByText('2 recipients').waitFor()
  await button(page, 'What will happen').first().click()
  await page.getByText('It goes to 1 recipient').waitFor()
  expect(await stored('lib-')).toEqual([])

  await button(page, 'Create 2 reminders').dblclick()
  await page.getByText('All of this file is there').waitFor()
  expect(await page.locator('[data-outcome="created"]').count()).toBe(2)
  expect(await stored('lib-')).toEqual(['lib-1', 'lib-2'])
  const { definition } = await site.system.client.reminders.show('lib-1')
  expect(definition.parts).toEqual([{ kind: 'text', text: '*Books*\nare due\n' }])
})

test('what is exported is the same when it is imported, and nothing is changed by it', async () => {
  const { client } = site.system
  const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#385' } })
    .jpeg()
    .toBuffer()
  const { media } = await client.media.upload(picture)
  const shown = {
    text: undefined,
    parts: [{ text: 'Line one\n\n- two: *bold*\n' }, { image: media, caption: 'تذكير' }],
  }
  for (const input of [
    lesson('round-1', { to: 'all groups', window: '08:00-20:00 mo-fr', ...shown }),
    lesson('round-2', {
      at: undefined,
      repeat: 'FREQ=WEEKLY;BYDAY=MO',
      start: '2030-05-06T08:00',
      except: '2030-05-13',
    }),
    lesson('round-3', {
      at: undefined,
      anchor: '2030-06-01 09:00',
      steps: ['-3d', { offset: '-1h', text: 'Soon' }],
    }),
  ] as ReminderInput[])
    await client.reminders.create(
      Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
    )
  const revisions = async () =>
    (await client.reminders.list({ limit: 500 })).items.map(({ key, digest }) => `${key} ${digest}`)
  const before = await revisions()

  const file = await saved(() => button(page, 'Download').click())
  await page.getByText(`${before.length} reminders are in the file.`).waitFor()
  expect(file).toContain('# Parents 1A')
  await give(file)
  await page.getByText('All of this file is there').waitFor()
  expect(await rows('same').count()).toBe(before.length)
  expect(await button(page, /^(Create|Change)/).count()).toBe(0)
  expect(await revisions()).toEqual(before)

  await page.goto(`${site.url}/reminders/round-1`)
  await button(page, 'More').click()
  const one = await saved(() => page.getByRole('menuitem', { name: 'Export as a file' }).click())
  expect(readReminders(one)).toMatchObject({
    reminders: [{ input: { key: 'round-1', parts: [{}, { image: media }] } }],
  })
})

test('what differs says in what, is left or changed, and a change that was made meanwhile stays', async () => {
  const { client } = site.system
  await client.reminders.createMany([
    lesson('diff-1'),
    lesson('diff-2', { priority: 7, window: '08:00-20:00' }),
  ])
  await give(fileOf([lesson('diff-1', { text: 'Another text' }), lesson('diff-2')]))
  await eventually(async () => expect(await rows('differs').count()).toBe(2))
  await page.getByRole('cell', { name: 'Text of diff-1' }).waitFor()
  await page.getByRole('cell', { name: 'Another text' }).waitFor()

  await client.reminders.edit('diff-1', { priority: 9 })
  await button(page, 'Change 2 that differ').click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Change/ })
    .click()
  await page.locator('[data-outcome="changed"]').waitFor()
  await page.locator('[data-outcome="failed"]').getByText('was changed meanwhile').waitFor()
  const now = async (key: string) => (await client.reminders.show(key)).definition
  expect(await now('diff-1')).toMatchObject({ priority: 9, parts: [{ text: 'Text of diff-1' }] })
  const second = await now('diff-2')
  expect(second).toMatchObject({ priority: 5 })
  expect(second.window).toBeUndefined()

  await button(page, 'Change it to this').click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Change/ })
    .click()
  await page.getByText('All of this file is there').waitFor()
  expect(await now('diff-1')).toMatchObject({ priority: 5, parts: [{ text: 'Another text' }] })
})

test('what cannot be is told with its line and field, and the others are made', async () => {
  await give(
    `reminders:\n- key: mix-1\n  to: Parents 1A\n  text: x\n  at: 2030-05-06T09:00\n- key: mix-2\n  to:\n  - Parents 1A\n  - Nobody\n  text: x\n  at: yesterday\n- key: mix-1\n  to: Parents 1A\n  text: y\n  at: 2030-05-06T09:00\n- just text\n`,
  )
  await eventually(async () => expect(await rows('bad').count()).toBe(3))
  await page.getByText('Line 9, to[1]').waitFor()
  await page.getByText('Line 11, at').waitFor()
  await page.getByText('The reminder on line 2 has this name').waitFor()
  await page.getByText('Line 16, the reminder').waitFor()
  await button(page, 'Create 1 reminder').click()
  await page.locator('[data-outcome="created"]').waitFor()
  expect(await stored('mix-')).toEqual(['mix-1'])
})

test('a file that is no YAML is refused with each place and what to do', async () => {
  await give('reminders:\n  - key: a\n\ttext: x\n---\ntext: *Trip*\n')
  const alert = page.getByRole('alert')
  await alert.getByText('Line 3, column 1: There is a tab.').waitFor()
  await alert.getByText('Line 5, column 7: A sign such as *').waitFor()
  for (const hostile of [
    '['.repeat(100_000),
    `a: &a [${'x,'.repeat(99)}]\n${Array.from('bcdefg', (name, index) => `${name}: &${name} [${Array.from({ length: 40 }, () => `*${'abcdef'[index] ?? 'a'}`).join(', ')}]`).join('\n')}`,
  ]) {
    await button(page, 'Another file').click()
    await give(hostile)
    await page.getByText('This file cannot be read').waitFor()
  }
  await button(page, 'Another file').click()
  await give(Buffer.from([0x50, 0xfc, 0x72]))
  await page.getByText('This is no text.').waitFor()
  const large = join(await mkdtemp(join(tmpdir(), 'carillon-import-')), 'large.yaml')
  await writeFile(large, Buffer.alloc(17 * 1024 * 1024, 'x'))
  await page.locator('input[type=file]').first().setInputFiles(large)
  await page.getByText('The file has more than 16 MB.').waitFor()
  await rm(dirname(large), { recursive: true })
})

test('a lost answer is found out, what was pasted outlives a reload, and words of time make no second reminder', async () => {
  await page
    .getByLabel('Or paste it here')
    .fill(
      'to: Parents 1A\ntext: In a while\nat: in 3 hours\n---\nto: Choir 🎶\ntext: In a while too\nat: in 3 hours\n',
    )
  await button(page, 'Look at it').click()
  await eventually(async () => expect(await rows('new').count()).toBe(2))
  let isLost = false
  await page.route('**/v1/reminders/batch', async (route) => {
    if (isLost) return await route.continue()
    isLost = true
    const answer = await route.fetch()
    expect(answer.status()).toBe(200)
    await route.fulfill({ status: 400, contentType: 'text/plain', body: 'lost' })
  })
  await button(page, 'Create 2 reminders').click()
  await page.getByText('Not all was done').waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  await eventually(async () => expect(await rows('same').count()).toBe(2))
  expect(await stored('auto-')).toHaveLength(2)
  await page.reload()
  await eventually(async () => expect(await rows('same').count()).toBe(2))
  expect(await stored('auto-')).toHaveLength(2)
})

test('closed in the middle, what was begun goes on, and the same file makes the rest', async () => {
  const file = fileOf(Array.from({ length: 400 }, (_, index) => lesson(`tab-${index}`)))
  const other = await page.context().newPage()
  await other.goto(`${site.url}/import-export`)
  await give(file, 'many.yaml', other)
  await button(other, 'Create 400 reminders').click()
  await eventually(async () => expect((await stored('tab-')).length).toBeGreaterThan(0))
  await other.close()
  // It was kept in the browser, too.
  await page.reload()
  await eventually(async () => expect(await page.getByText('400 reminders').count()).toBeGreaterThan(0))
  await eventually(async () => {
    const create = button(page, /^Create/)
    if (await create.isVisible()) await create.click({ timeout: 1_000 })
    await page.getByText('All of this file is there').waitFor({ timeout: 2_000 })
  })
  expect(await stored('tab-')).toHaveLength(400)
})

test('images that a file names are added beside it, and one of the same name takes the place of the first', async () => {
  await give(fileOf([lesson('img-1', { image: 'pictures/trip.jpg', caption: 'See you' })]))
  await rows('bad').waitFor()
  await page.getByText('It shows an image').waitFor()
  const picture = async (background: string) =>
    await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .jpeg()
      .toBuffer()
  const right = await picture('#538')
  for (const buffer of [await picture('#a33'), right]) {
    const isLookedAt = page.waitForResponse('**/v1/preview/batch')
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'trip.jpg', mimeType: 'image/jpeg', buffer })
    await isLookedAt
    await rows('new').waitFor()
  }
  await button(page, 'Create 1 reminder').click()
  await page.getByText('All of this file is there').waitFor()
  const { media } = await site.system.client.media.upload(right)
  expect((await site.system.client.reminders.show('img-1')).definition.parts).toMatchObject([
    {},
    { kind: 'image', media, caption: 'See you' },
  ])
})

test('a viewer sees what a file would do, and has no button that does it', async () => {
  const viewer = await site.signedIn({ role: 'viewer' })
  await viewer.goto(`${site.url}/import-export`)
  await give(fileOf([lesson('view-1')]), 'reminders.yaml', viewer)
  await viewer.locator('[data-found="new"]').waitFor()
  await viewer.getByText('You can look at what a file would do').waitFor()
  expect(await button(viewer, /^Create/).count()).toBe(0)
  await viewer.context().close()
})

test('axe finds nothing in either theme, and a phone has all of it without scrolling sideways', async () => {
  await site.system.client.reminders.createMany([lesson('axe-1')])
  const file = fileOf([
    lesson('axe-1', { priority: 8 }),
    lesson('axe-2', { to: 'كرة القدم', text: `${'Donaudampfschifffahrtsgesellschaft'.repeat(4)} 🎉` }),
    lesson('axe-3', { to: 'Nobody' }),
  ])
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page)).toEqual([])
    await give(file)
    await rows('bad').waitFor()
    await button(page, 'What will happen').last().click()
    await page.getByText('It goes to 1 recipient').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await button(page, 'Another file').click()
  }
  await give('text: *Trip*\n')
  await page.getByRole('alert').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await button(page, 'Another file').click()
  await page.setViewportSize({ width: 390, height: 844 })
  await give(file)
  await rows('bad').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await page.setViewportSize({ width: 1280, height: 720 })
  expect(site.errors).toEqual([])
})

test('an account that is chosen while the file is looked at makes each of it once', async () => {
  await site.system.client.accounts.add({ id: 'annex' })
  await page.reload()
  const held = new Map<string, () => void>()
  await page.route('**/v1/preview/batch', async (route) => {
    const account = route.request().postData()?.includes('annex') === true ? 'annex' : 'office'
    if (held.size < 2) await new Promise<void>((resolve) => held.set(account, resolve))
    await route.continue()
  })
  const { key: _key, ...keyless } = lesson('', { to: '+15550007899', text: 'Of one account' })
  await give(fileOf([{ ...keyless, account: 'office' }]))
  await eventually(() => expect([...held.keys()]).toEqual(['office']))
  await page.getByRole('combobox', { name: 'Send all from' }).click()
  await page.getByRole('option', { name: 'Send all from annex' }).click()
  await eventually(() => expect([...held.keys()]).toEqual(['office', 'annex']))
  // The first look ends after it was replaced, and before the second.
  const isFirstOver = page.waitForResponse('**/v1/preview/batch')
  held.get('office')?.()
  await isFirstOver
  held.get('annex')?.()
  await button(page, 'Create 1 reminder').click()
  await page.getByText('All of this file is there').waitFor()
  expect(site.errors).toEqual([])
})
