import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startOwnTemporal } from '../support/own-temporal.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// What is sent: watched, stopped, mended and counted in the console, against the whole system, with a Temporal that has a Web UI.

const phone = '15550007801'
const groupNames = ['Parents 1A', 'Parents 1B', 'Choir', 'Orchestra', 'Staff room', 'كرة القدم']
const members = 2

let site: Console
let page: Page
let jids: string[]
beforeAll(async () => {
  site = await startConsole({ temporal: await startOwnTemporal({ hasUi: true }) })
  const { whatsapp } = site.system
  await site.system.pairAccount({ id: 'office', phone })
  jids = []
  for (const [index, subject] of groupNames.entries()) {
    const people = Array.from({ length: members }, (_, member) => `1555000${81 + member}0${index}`)
    jids.push((await whatsapp.createGroup({ subject, members: [phone, ...people] })).jid)
  }
  await eventually(async () =>
    expect(await site.system.client.groups.list('office')).toHaveLength(groupNames.length),
  )
  page = await site.signedIn()
})
afterEach(async () => {
  await site.system.whatsapp.clearFaults()
  await site.system.whatsapp.releaseAcks()
})
afterAll(async () => {
  await site.close()
})

const go = async (path: string): Promise<void> => {
  await page.goto(`${site.url}${path}`)
}
const button = (name: string) => page.getByRole('button', { name, exact: true })
const state = (name: string) => page.locator(`[data-state="${name}"]`).waitFor()

/** A run to all groups, which has begun; its page is open. */
async function fire(key: string, text: string): Promise<string> {
  const { client } = site.system
  await client.reminders.create({
    key,
    account: 'office',
    to: jids,
    text,
    at: 'in 40 days 09:00',
    zone: 'UTC',
  })
  const { runId = '' } = await client.reminders.fire(key)
  await go(`/runs/${encodeURIComponent(runId)}`)
  return runId
}

/** How many people have read it: two in each group. */
async function received(text: string): Promise<number> {
  const inboxes = await site.system.whatsapp.inboxes()
  const all = inboxes.flatMap(({ messages }) => messages.map((message) => JSON.stringify(message)))
  return all.filter((message) => message.includes(text)).length
}

test('a run that is stopped in the middle sends nothing after what was on its way, and says who stopped it and why', async () => {
  const { whatsapp } = site.system
  await whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  await fire('stopped', 'Stop this')
  await eventually(async () => expect(await received('Stop this')).toBeGreaterThan(0))
  await state('running')

  await button('Stop this run').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('The wrong text')
  await dialog.getByRole('button', { name: 'Stop this run' }).click()
  // As long as WhatsApp has not said that it has them, they are told of, and that it stops.
  await page
    .locator('[data-held="stopped"] [data-leaves]')
    .getByText('on its way')
    .or(page.getByText('on their way'))
    .waitFor()
  await expect(page.locator('[role="status"][data-state]').innerText()).resolves.toBe('Stopping')
  await expect(button('Resume').count()).resolves.toBe(0)
  const onTheWay = await received('Stop this')
  expect(onTheWay).toBeLessThan(groupNames.length * members)

  await whatsapp.clearFaults()
  await whatsapp.releaseAcks()
  await state('partial')
  await expect(page.locator('[role="status"][data-state]').innerText()).resolves.toBe('Stopped')
  await page.getByText('“The wrong text”').waitFor()
  await page
    .locator('[data-held="stopped"]')
    .getByText(/by Sign-in link/)
    .waitFor()
  // What is sent after it has all reached its recipients, and of it nothing more has.
  await fire('after', 'What comes after')
  await state('completed')
  await eventually(async () => expect(await received('What comes after')).toBe(groupNames.length * members))
  expect(await received('Stop this')).toBe(onTheWay)
})

test('a pause says that what is on its way still leaves, then where it stands and who asked for it', async () => {
  const { whatsapp } = site.system
  await whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  await fire('paused', 'Pause this')
  await eventually(async () => expect(await received('Pause this')).toBeGreaterThan(0))
  await button('Pause').click()
  await page.locator('[data-state="paused"]').getByText('Pausing').waitFor()
  await whatsapp.clearFaults()
  await whatsapp.releaseAcks()
  await page.locator('[data-leaves="0"]').waitFor()
  await expect(page.locator('[role="status"][data-state]').innerText()).resolves.toBe('Paused')
  const done = (await received('Pause this')) / members
  await page.getByText(`Paused at ${done} of 6`).waitFor()
  await page
    .locator('[data-held="paused"]')
    .getByText(/by Sign-in link/)
    .waitFor()
  await button('Resume').click()
  await state('completed')
  await eventually(async () => expect(await received('Pause this')).toBe(groupNames.length * members))
})

test('what failed is on the overview with what to do about it, and the button there sends to those again and to nobody else', async () => {
  const { whatsapp } = site.system
  await whatsapp.fault({ kind: 'refuse', code: 403, chat: jids[2] ?? '', count: 1 })
  const runId = await fire('mended', 'Mend this')
  await state('partial')
  const why = page.locator('section', { hasText: 'Who has not got it, and why' })
  await why.getByText('1 recipient').waitFor()
  await eventually(async () => expect(await received('Mend this')).toBe((groupNames.length - 1) * members))

  await go('/')
  const trouble = page.locator(`[data-trouble="${runId}"]`)
  await trouble.getByText('1 of 6 has not got it').waitFor()
  await trouble.getByRole('button', { name: 'Send to the failed again' }).click()
  await trouble.waitFor({ state: 'detached' })
  await page.getByText('Everything is well.').waitFor()
  await eventually(async () => expect(await received('Mend this')).toBe(groupNames.length * members))
})

test('as long as the accounts could not be read the overview says neither that all is well nor that no phone is linked', async () => {
  const ofAccounts = '**/v1/accounts'
  await page.route(ofAccounts, async (route) => await route.fulfill({ status: 500, json: {} }))
  await go('/')
  await button('Try again').waitFor()
  await expect(page.getByText('Everything is well.').count()).resolves.toBe(0)
  await expect(page.getByText('No phone is linked yet').count()).resolves.toBe(0)
  await page.unroute(ofAccounts)
  await button('Try again').click()
  await page.getByText('Everything is well.').waitFor()
})

test('what was sent in each hour is on the overview, as it is sent, and in a table', async () => {
  const { client } = site.system
  await go('/')
  const section = page.getByRole('region', { name: 'Sent per hour' })
  await section.waitFor()
  const shown = async (): Promise<number> => Number(await section.getAttribute('data-sent'))
  const before = await shown()
  const { hours } = await client.runs.sentPerHour({ zone: 'Africa/Nairobi' })
  expect(before).toBe(hours.reduce((sum, { sent }) => sum + sent, 0))
  expect(before).toBeGreaterThan(groupNames.length)
  await client.reminders.fire('after')
  await eventually(async () => expect(await shown()).toBe(before + groupNames.length))

  await section.getByRole('button', { name: 'As a table' }).click()
  const cells = await section.locator('tbody td:nth-child(2)').allInnerTexts()
  expect(cells).toHaveLength(24)
  expect(cells.reduce((sum, text) => sum + Number(text), 0)).toBe(before + groupNames.length)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect(await axeFindings(page)).toEqual([])
  }
})

test('an owner is led to the workflow in the Temporal Web UI, and an editor is not', async () => {
  const [run] = (await site.system.client.runs.list({ key: 'after' })).items
  const path = `/runs/${encodeURIComponent(run?.id ?? '')}`
  await go(path)
  const opened = page.context().waitForEvent('page')
  await page.getByRole('link', { name: 'Open in Temporal' }).click()
  const temporal = await opened
  await temporal
    .getByText(run?.id ?? '', { exact: true })
    .first()
    .waitFor()
  await temporal.getByText('Completed').first().waitFor()
  await temporal.close()

  const editor = await site.signedIn({ role: 'editor' })
  await editor.goto(`${site.url}${path}`)
  await editor.locator('[role="status"][data-state]').waitFor()
  await expect(editor.getByRole('link', { name: 'Open in Temporal' }).count()).resolves.toBe(0)
  await editor.context().close()
  expect(site.errors).toEqual([])
})
