import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, test } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'
import { eventually } from '../support/eventually.js'
import { startConsole, type Console } from './support/console.js'

// `npm run screenshots`: the pages of a school's console into docs/screenshots, in both themes and as a phone has them.

const folder = join(projectRoot(), 'docs/screenshots')
const phone = '15550007001'
const zone = 'Africa/Nairobi'

let site: Console
beforeAll(async () => {
  site = await startConsole()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
})
afterAll(async () => {
  await site.close()
})

const desktop = { width: 1280, height: 800 }
const small = { width: 390, height: 780 }

async function shoot(page: Page, name: string): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await sharp(png)
    .webp({ quality: 82, effort: 6 })
    .toFile(join(folder, `${name}.webp`))
}

const groups = [
  ...['1A', '1B', '2A', '2B', '3A', '3B', '4A', '4B'].map((name) => `Parents ${name}`),
  'Staff room',
  'Choir',
  'Orchestra – rehearsals and concerts, with the parents of the little ones',
  'كرة القدم',
]

const trip = `*Class trip on Friday*

Dear parents, please bring:
- a packed lunch
- _rain clothes_
- the signed form

More: https://school.example.org/trip`

async function furnish(): Promise<{ jids: string[] }> {
  const { whatsapp, client } = site.system
  await site.system.pairAccount({ id: 'office', phone, ratePerMinute: 40 })
  const jids: string[] = []
  for (const [index, subject] of groups.entries()) {
    const members = Array.from({ length: 9 + 3 * index }, (_, member) =>
      String(15_553_000_000 + 100 * index + member),
    )
    jids.push((await whatsapp.createGroup({ subject, members: [phone, ...members] })).jid)
  }
  await eventually(async () => {
    const known = await client.groups.list('office')
    if (known.length < groups.length) throw new Error('not all groups yet')
  })
  const create = async (key: string, fields: object): Promise<void> => {
    await client.reminders.create({ key, account: 'office', zone, ...fields })
  }
  await create('class-trip', { text: trip, to: jids.slice(0, 6), at: 'in 40 days 09:00' })
  await create('assembly', {
    text: 'Assembly on Monday at 8:00. *Please be on time.*',
    to: 'all groups',
    repeat: 'FREQ=WEEKLY;BYDAY=MO',
    start: '2026-12-07T07:00',
  })
  await create('fees', {
    text: 'School fees are due by the 5th. The office is open until 16:00.',
    to: jids.slice(0, 8),
    repeat: 'FREQ=MONTHLY;BYMONTHDAY=1',
    start: '2027-01-01T08:00',
    window: '08:00-18:00 mo-fr',
  })
  await create('choir', {
    text: 'Choir rehearsal today at 15:00 in the hall.',
    to: [jids[9] ?? ''],
    cron: '0 9 * * TUE,THU',
  })
  await create('football', {
    text: 'تدريب كرة القدم يوم الثلاثاء الساعة 4',
    to: [jids[11] ?? ''],
    cron: '0 10 * * TUE',
  })
  await create('staff', { text: 'Reports are due on Friday.', to: [jids[8] ?? ''], at: 'in 3 hours' })
  await client.reminders.pause('football', { reason: 'holidays' })
  return { jids }
}

/** One that is over, one with failures, and one in the middle, which stays there. */
async function send(): Promise<string> {
  const { client, whatsapp } = site.system
  const fire = async (key: string): Promise<string> => {
    const { runId } = await client.reminders.fire(key)
    return runId ?? ''
  }
  const isOver = async (id: string) => {
    const { run } = await client.runs.progress(id)
    if (!['completed', 'partial', 'failed'].includes(run.state)) throw new Error(run.state)
  }
  const done = await fire('choir')
  await eventually(async () => await isOver(done))
  const [refused] = await whatsapp.groups()
  if (refused) await whatsapp.fault({ kind: 'refuse', code: 403, chat: refused.jid, count: 'until-cleared' })
  const partly = await fire('class-trip')
  await eventually(async () => await isOver(partly))
  await whatsapp.clearFaults()
  await whatsapp.fault({ kind: 'delayAck', ms: 2_500, count: 'until-cleared' })
  const running = await fire('assembly')
  await eventually(async () => {
    const { doneTargets } = await client.runs.progress(running)
    if (doneTargets < 3) throw new Error('not yet')
  })
  return running
}

test('the pages of a school', async () => {
  const page = await site.signedIn({ viewport: desktop, deviceScaleFactor: 1 })
  const handset = await site.signedIn({
    viewport: small,
    deviceScaleFactor: 1.5,
    isMobile: true,
    hasTouch: true,
  })
  const go = async (on: Page, path: string): Promise<void> => {
    await on.goto(`${site.url}${path}`)
  }
  await page.getByRole('heading', { name: 'Welcome to Carillon' }).waitFor()
  await shoot(page, 'start')

  const { jids } = await furnish()
  await go(page, '/reminders/new')
  await page.getByLabel('Text', { exact: true }).fill(trip)
  for (const name of groups.slice(0, 3)) await page.getByLabel(name).check()
  await page.getByText('Again and again').click()
  await page.getByText('The next 10 times').waitFor()
  await page.evaluate('scrollTo(0, 0)')
  await shoot(page, 'editor')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shoot(page, 'editor-dark')
  await page.emulateMedia({ colorScheme: 'light' })

  const run = await send()
  await go(page, `/runs/${encodeURIComponent(run)}`)
  await page.getByRole('list', { name: 'Recipients' }).waitFor()
  await shoot(page, 'run')
  await go(handset, `/runs/${encodeURIComponent(run)}`)
  await handset.getByRole('list', { name: 'Recipients' }).waitFor()
  await shoot(handset, 'run-phone')
  for (const [path, name] of [
    ['/', 'overview'],
    ['/reminders', 'reminders'],
    ['/calendar', 'calendar'],
    ['/runs', 'runs'],
    ['/accounts', 'accounts'],
    ['/activity', 'activity'],
    ['/settings', 'settings'],
  ] as const) {
    await go(page, path)
    await shoot(page, name)
    if (!['overview', 'reminders', 'calendar'].includes(name)) continue
    await page.emulateMedia({ colorScheme: 'dark' })
    await shoot(page, `${name}-dark`)
    await page.emulateMedia({ colorScheme: 'light' })
    await go(handset, path)
    await shoot(handset, `${name}-phone`)
  }
  await go(page, '/reminders/class-trip')
  await page.getByText('Runs').last().waitFor()
  await shoot(page, 'reminder')
  await go(handset, '/reminders/new')
  await shoot(handset, 'editor-phone')
  await go(page, '/reminders/no-such-thing')
  await page.getByRole('alert').waitFor()
  await shoot(page, 'error')
  await site.system.client.accounts.pauseSends('office', { reason: 'the pictures are taken' })
  if (jids.length === 0) throw new Error('there are no groups')
})
