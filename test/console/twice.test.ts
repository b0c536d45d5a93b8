import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptRow, addBotRow } from '../support/bots.js'
import { eventually } from '../support/eventually.js'
import { startReceiver, type Receiver } from '../support/webhook-receiver.js'
import { startConsole, type Console } from './support/console.js'
import { arrive, changesOf, openSchool, sentRun, type School } from './support/school.js'

// Every button that changes something, pressed twice: before the page has drawn the first press, as by a script, and as fast as a hand
// does. The activity has it once.

let site: Console
let page: Page
let school: School
let changes: ReturnType<typeof changesOf>
const zone = 'Africa/Nairobi'

beforeAll(async () => {
  site = await startConsole()
  school = await openSchool(site, { phone: '15550037701', groups: ['Choir', 'Orchestra'] })
  page = await site.signedIn()
  changes = changesOf(page)
})
afterAll(async () => {
  await site.close()
})

async function define(key: string): Promise<void> {
  const to = ['Choir', 'Orchestra']
  const text = `About ${key}`
  await site.system.client.reminders.create({ key, account: 'office', to, text, cron: '0 9 1 1 *', zone })
}

const go = async (path: string): Promise<void> => await arrive(page, `${site.url}${path}`)
const button = (name: string) => page.getByRole('button', { name, exact: true })
const inDialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })
async function choose(menu: string, item: string): Promise<void> {
  await button(menu).click()
  await page.getByRole('menuitem', { name: item }).click()
}

type Way = 'at once' | 'by hand'
async function twice(what: Locator, way: Way): Promise<void> {
  if (way === 'by hand') return await what.dblclick({ delay: 20 })
  await what.waitFor()
  await what.evaluate((element) => {
    element.click()
    element.click()
  })
}

async function entries(action: string): Promise<number> {
  const { items } = await site.system.client.audit.list({ limit: 500 })
  return items.filter((one) => one.action === action).length
}

type Deed = {
  /** Goes to where the button is. @param n another one for each way */
  arrange: (n: string) => Promise<Locator>
  /** What the activity calls it. */
  action: string
}

async function reminderPage(key: string): Promise<void> {
  await define(key)
  await go(`/reminders/${key}`)
}
const ofDialog =
  (item: string, name = item) =>
  async (n: string): Promise<Locator> => {
    await reminderPage(`${item.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${n}`)
    await choose('More', item)
    return inDialog(name)
  }
async function heldRun(key: string): Promise<string> {
  await define(key)
  const { client, whatsapp } = site.system
  await whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const { runId = '' } = await client.reminders.fire(key)
  await eventually(async () => expect((await client.runs.progress(runId)).run.state).toBe('running'))
  await go(`/runs/${encodeURIComponent(runId)}`)
  return runId
}
async function released(): Promise<void> {
  await site.system.whatsapp.clearFaults()
  await site.system.whatsapp.releaseAcks()
}

const deeds: Record<string, Deed> = {
  'pause of a reminder': {
    async arrange(n) {
      await reminderPage(`pause-${n}`)
      return button('Pause')
    },
    action: 'pause',
  },
  'resume of a reminder': {
    async arrange(n) {
      await define(`resume-${n}`)
      await site.system.client.reminders.pause(`resume-${n}`)
      await go(`/reminders/resume-${n}`)
      return button('Resume')
    },
    action: 'resume',
  },
  snooze: { arrange: ofDialog('Put the next one off'), action: 'snooze' },
  skip: { arrange: ofDialog('Leave the next one out'), action: 'skipNext' },
  'send by hand': { arrange: ofDialog('Send now'), action: 'fireNow' },
  'end of a reminder': { arrange: ofDialog('End this reminder'), action: 'cancel' },
  'delete of a reminder': { arrange: ofDialog('Delete'), action: 'delete' },
  edit: {
    async arrange(n) {
      await define(`edit-${n}`)
      await go(`/reminders/edit-${n}/edit`)
      await page.getByLabel('Text', { exact: true }).fill(`Another text ${n}`)
      return button('Save changes').first()
    },
    action: 'edit',
  },
  'pause of a run': {
    async arrange(n) {
      await heldRun(`run-pause-${n}`)
      return button('Pause')
    },
    action: 'pause',
  },
  'stop of a run': {
    async arrange(n) {
      await heldRun(`run-stop-${n}`)
      await button('Stop this run').click()
      return inDialog('Stop this run')
    },
    action: 'cancel',
  },
  'retry of a run': {
    async arrange(n) {
      await released()
      await define(`run-retry-${n}`)
      const chat = school.groups[0]?.jid ?? ''
      await site.system.whatsapp.fault({ kind: 'refuse', code: 403, chat, count: 'until-cleared' })
      const id = await sentRun(site, `run-retry-${n}`)
      await site.system.whatsapp.clearFaults()
      await go(`/runs/${encodeURIComponent(id)}`)
      return button('Send to the failed again')
    },
    action: 'retryFailed',
  },
  'a new account': {
    async arrange(n) {
      await go('/accounts')
      await button('Add an account').click()
      await page.getByLabel('Name').fill(`account-${n}`)
      return inDialog('Next')
    },
    action: 'addAccount',
  },
  limits: {
    async arrange() {
      await go('/accounts')
      await choose('More for office', 'Limits')
      await page.getByLabel('Messages in any minute').fill(String(1_000 + Math.floor(Math.random() * 1_000)))
      return inDialog('Save')
    },
    action: 'setAccount',
  },
  'pause of an account': {
    async arrange() {
      await site.system.client.accounts.resumeSends('office')
      await go('/accounts')
      await choose('More for office', 'Pause all sending')
      return inDialog('Pause all sending')
    },
    action: 'pauseAccount',
  },
  'resume of an account': {
    async arrange() {
      await site.system.client.accounts.pauseSends('office')
      await go('/accounts')
      return button('Resume sending')
    },
    action: 'resumeAccount',
  },
  'a new token': {
    async arrange(n) {
      await go('/tokens')
      await button('Make a token').first().click()
      await page.getByLabel('Name').fill(`made-${n}`)
      return inDialog('Make a token')
    },
    action: 'createToken',
  },
  'revoke of a token': {
    async arrange(n) {
      await site.system.client.tokens.create({ name: `gone-${n}`, role: 'viewer' })
      await go('/tokens')
      await button('Revoke').first().click()
      return inDialog('Revoke')
    },
    action: 'revokeToken',
  },
  'a new webhook': {
    async arrange() {
      await go('/webhooks')
      await button('Add a webhook').first().click()
      await page.getByLabel('Address').fill(receiver.url())
      return inDialog('Add a webhook')
    },
    action: 'addWebhook',
  },
  'test of a webhook': {
    async arrange() {
      await site.system.client.webhooks.add({ url: receiver.url() })
      await go('/webhooks')
      return button('Send a test').first()
    },
    action: 'testWebhook',
  },
  'event that is sent again': {
    async arrange() {
      const { webhooks } = site.system.client
      const { endpoint } = await webhooks.add({ url: receiver.url() })
      await webhooks.test(endpoint.id)
      await go('/webhooks')
      return button('Send again: Test').first()
    },
    action: 'redeliverWebhook',
  },
  'remove of a webhook': {
    async arrange() {
      await site.system.client.webhooks.add({ url: receiver.url() })
      await go('/webhooks')
      await page
        .getByRole('button', { name: /^More for/ })
        .first()
        .click()
      await page.getByRole('menuitem', { name: 'Remove' }).click()
      return inDialog('Remove')
    },
    action: 'removeWebhook',
  },
  'another try of a dead letter': {
    async arrange() {
      const updateId = await deadLetter()
      await go('/inbox')
      return button(`Try again: update ${updateId}`)
    },
    action: 'redrive',
  },
}

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  await addBotRow(site.system.database, { id: 'desk', operator: site.system.operator })
})
afterAll(async () => {
  await receiver.close()
})

let lastUpdate = 0
async function deadLetter(): Promise<number> {
  const { database, operator } = site.system
  const updateId = ++lastUpdate
  await acceptRow(database, { bot: 'desk', updateId, operator, chat: updateId })
  await database.query(
    `update telegram_update set state = 'dead', ended_at = now() where bot = 'desk' and update_id = $1`,
    [updateId],
  )
  return updateId
}

test.each(Object.entries(deeds))('%s, pressed twice, is done once', async (_name, { arrange, action }) => {
  for (const way of ['at once', 'by hand'] as const) {
    const pressed = await arrange(way === 'at once' ? 'a' : 'b')
    const before = await entries(action)
    await twice(pressed, way)
    await eventually(async () => expect(await entries(action), way).toBe(before + 1))
    await changes.answered()
    expect(await entries(action), way).toBe(before + 1)
    await released()
  }
})

test('after a slow double click on Pause it is paused, and not resumed again', async () => {
  await reminderPage('slow')
  const pause = button('Pause')
  await pause.waitFor()
  const box = await pause.boundingBox()
  if (box === null) throw new Error('there is no button')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down({ clickCount: 1 })
  await page.mouse.up({ clickCount: 1 })
  await button('Resume').waitFor()
  // The same double click, as the system counts it, on what is under the pointer by now.
  await page.mouse.down({ clickCount: 2 })
  await page.mouse.up({ clickCount: 2 })
  await changes.answered()
  expect((await site.system.client.reminders.show('slow')).state).toBe('paused')
  // A click of its own is one.
  await button('Resume').click()
  await button('Pause').waitFor()
})

test('all dead letters are tried again by one button, which asks first and is pressed twice', async () => {
  const { client } = site.system
  for (let count = 0; count < 3; count += 1) await deadLetter()
  await go('/inbox')
  const shown = page.locator('[data-update]')
  await shown.first().waitFor()
  const dead = (await client.inbox.list({ states: ['dead'], limit: 100 })).items.length
  expect(dead).toBeGreaterThanOrEqual(3)
  expect(await shown.count()).toBe(dead)
  const before = await entries('redrive')
  await button('Try all again').click()
  // Nothing is done before it is said so.
  await page.getByRole('dialog').getByText('Each is done in the order').waitFor()
  expect((await client.inbox.list({ states: ['dead'], limit: 100 })).items).toHaveLength(dead)
  await twice(inDialog('Try all again'), 'at once')
  await page.getByRole('heading', { name: 'Nothing was given up' }).waitFor()
  expect((await client.inbox.list({ states: ['dead'], limit: 100 })).items).toEqual([])
  expect((await entries('redrive')) - before).toBe(dead)
})
