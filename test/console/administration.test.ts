import { readFileSync } from 'node:fs'
import type { Download, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram, type TelegramSimulator } from '../../simulator/telegram/telegram.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { testRing } from '../support/database.js'
import { documentedScript, runDocumentedScript } from '../support/documented-chain-verifier.js'
import { eventually } from '../support/eventually.js'
import { startReceiver, type Receiver } from '../support/webhook-receiver.js'
import { axeFindings } from './support/browser.js'
import { startConsole, type Console } from './support/console.js'

// The pages for owners: who may do what, what is told to others, and the proof of what was sent.

const phone = '15550008301'
const anna = 900_000_000_011
let site: Console
let page: Page
let telegram: TelegramSimulator
let receiver: Receiver
let runId: string

beforeAll(async () => {
  ;[telegram, receiver] = await Promise.all([startTelegram(), startReceiver()])
  site = await startConsole({ environment: { CARILLON_TELEGRAM_URL: telegram.url } })
  const { system } = site
  await system.pairAccount({ id: 'office', phone })
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  const { reminders, runs } = system.client
  await reminders.create({
    key: 'trip',
    account: 'office',
    to: group?.jid ?? '',
    text: 'Trip on Friday',
    at: '2099-01-01T09:00',
    zone: 'UTC',
  })
  await reminders.create({
    key: 'walk',
    account: 'office',
    to: group?.jid ?? '',
    text: 'Walk to the lake',
    at: 'tomorrow 09:00',
    zone: 'UTC',
  })
  await reminders.pause('trip', { reason: 'the bus is away' })
  await reminders.resume('trip')
  runId = (await reminders.fire('trip')).runId ?? ''
  await eventually(async () => expect((await runs.progress(runId)).run.state).toBe('completed'))
  page = await site.signedIn()
})
afterAll(async () => {
  await site.close()
  await Promise.all([telegram.close(), receiver.close()])
})

const go = async (on: Page, path: string): Promise<void> => {
  await on.goto(`${site.url}${path}`)
  await on.locator('h1').first().waitFor()
}
const button = (on: Page, name: string) => on.getByRole('button', { name, exact: true })

/** What a press has the browser save. */
async function saved(press: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()])
  return { name: download.suggestedFilename(), text: readFileSync(await pathOf(download), 'utf8') }
}
const pathOf = async (download: Download): Promise<string> => await download.path()

/** As the job does it each minute. */
const write = async (): Promise<void> => {
  const { database } = site.system
  await writeReceipts({ database, ring: testRing, logger: { warn: () => undefined } })
}

async function inBothThemes(): Promise<string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    found.push(...(await axeFindings(page)).map((one) => `${colorScheme} ${one}`))
  }
  return found
}

test('a bot is added by its token, which is shown nowhere again, and somebody is let in by a code and shut out', async () => {
  const token = telegram.addBot({ username: 'school_ops_bot' })
  await go(page, '/')
  await page.getByRole('link', { name: 'Telegram' }).click()
  await button(page, 'Add a bot').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name here').fill('ops')
  await dialog.getByLabel('Token of @BotFather').fill(`${token}x`)
  await dialog.getByRole('button', { name: 'Add a bot' }).click()
  await dialog.getByText('Telegram does not take this token').waitFor()
  await dialog.getByLabel('Token of @BotFather').fill(token)
  await dialog.getByRole('button', { name: 'Add a bot' }).click()
  const bot = page.locator('[data-bot="ops"]')
  await bot.getByText('Nobody let in').waitFor()
  await expect(page.content()).resolves.not.toContain(token)

  await bot.getByRole('button', { name: 'Let somebody in' }).click()
  await dialog.getByLabel('Name in the activity').fill('night-shift')
  await dialog.getByRole('button', { name: 'Make the code' }).click()
  const link = await page.locator('[data-secret]').innerText()
  expect(link).toMatch(/^https:\/\/t\.me\/school_ops_bot\?start=/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  telegram.write(token, { person: anna, text: `/start ${link.split('=')[1] ?? ''}` })
  await eventually(() =>
    expect(telegram.messages(token, anna).at(-1)?.text).toContain('You are linked as night-shift'),
  )

  await page.reload()
  await bot.locator('[data-person="night-shift"]').waitFor()
  await bot.getByText('Ready').waitFor()
  expect(await inBothThemes()).toEqual([])
  await button(page, 'Shut out night-shift').click()
  await dialog.getByRole('button', { name: 'Shut out' }).click()
  await bot.locator('[data-person="night-shift"]').waitFor({ state: 'detached' })
  expect((await site.system.client.bots.list())[0]?.users).toEqual([])
})

test('the page of a run has the proof of what was sent, as soon as it is written', async () => {
  await go(page, `/runs/${encodeURIComponent(runId)}`)
  const receipt = page.locator('[data-receipt]')
  await receipt.waitFor()
  await write()
  await page.locator('[data-receipt="written"]').waitFor()
  await receipt.getByText('1 of 1').waitFor()
  const { name, text } = await saved(async () => await button(page, 'Download').click())
  const { entry } = JSON.parse(text) as { entry: { seq: number; run: string; state: string } }
  expect(name).toBe(`receipt-${entry.seq}.json`)
  expect(entry).toMatchObject({ run: runId, state: 'completed' })
  expect(text).not.toContain('Trip')
  expect(await inBothThemes()).toEqual([])
})

test('the record is verified in words, and what is downloaded of it by the script that comes with it', async () => {
  await write()
  await go(page, '/activity')
  await button(page, 'Verify now').click()
  await page.locator('[data-record="whole"]').waitFor()
  expect(await inBothThemes()).toEqual([])
  await button(page, 'Keep it elsewhere').click()
  const { text } = await saved(async () => await button(page, 'Download the record').click())
  const command = await page.getByText(/^node verify-record\.mjs/).innerText()
  const publicKey = command.split(' ').at(-1)
  expect(await runDocumentedScript(text.trim().split('\n'), publicKey)).toMatchObject({ isGood: true })
  const script = await saved(
    async () => await page.getByRole('link', { name: 'Download the script' }).click(),
  )
  expect(script.text).toBe(documentedScript())

  // Somebody writes to the database: first to what was sent, then to the record itself.
  const { database } = site.system
  await database.query(`update send set acked_at = acked_at - interval '1 day'`)
  await button(page, 'Verify now').click()
  const changed = page.locator('[data-record="ledger-changed"]')
  await changed.getByText('Changed: a message – the run of “Trip on Friday” (when it was taken)').waitFor()
  expect(await inBothThemes()).toEqual([])
  await database.query(`update send set acked_at = acked_at + interval '1 day'`)
  await database.query(`update receipt set body = replace(body, '"v":1', '"v":2') where seq = 2`)
  await button(page, 'Verify now').click()
  await page.getByText('Entry 2 was changed after it was written.').waitFor()
  await database.query(`update receipt set body = replace(body, '"v":2', '"v":1') where seq = 2`)
})

test('the activity says in sentences who did what and why, and is limited to an area and to one who asked', async () => {
  await go(page, '/activity')
  const rows = page.locator('tr[data-action]')
  await page.getByText('school paused the reminder “Trip on Friday”', { exact: false }).waitFor()
  await page.getByText('Why: the bus is away').waitFor()
  await page.getByRole('combobox', { name: 'About' }).click()
  await page.getByRole('option', { name: 'Telegram' }).click()
  await page.getByText('added the bot “ops”').waitFor()
  await expect(rows.evaluateAll((all) => all.map((row) => row.dataset['action']))).resolves.toEqual(
    expect.arrayContaining(['addBot', 'linkBotUser', 'botUserLinked', 'unlinkBotUser']),
  )
  await page.getByText('Trip on Friday').first().waitFor({ state: 'detached' })
  await page.getByRole('combobox', { name: 'By' }).click()
  await page.getByRole('option', { name: 'ops:night-shift' }).click()
  await page.getByText('ops:night-shift was let in to the bot “ops” by a code', { exact: false }).waitFor()
  await eventually(async () => expect(await rows.count()).toBe(1))
})

test('an address for calendars is made, and answers with a calendar and nothing else', async () => {
  await go(page, '/settings')
  await button(page, 'Make an address').click()
  const address = await page.locator('[data-secret]').innerText()
  const feed = await fetch(address)
  expect(feed.headers.get('content-type')).toContain('text/calendar')
  expect(await feed.text()).toContain('SUMMARY:walk')
  const secret = new URL(address).searchParams.get('token') ?? ''
  const headers = { Authorization: `Bearer ${secret}` }
  expect((await fetch(`${site.url}/v1/reminders`, { headers })).status).toBe(403)
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await page.getByText('1 address was made and is valid.').waitFor()
})

test('what keeps reminders going is told in words, and what wants a look first', async () => {
  await go(page, '/settings')
  await page.locator('[data-health]').waitFor()
  await button(page, 'What was looked at').click()
  await page.getByText('The programs that send when it is time.').first().waitFor()
  await page.getByText(/encrypted where it is stored \(fingerprint of the key: [0-9a-f]+\)/).waitFor()
  expect(await inBothThemes()).toEqual([])
  await site.system.database.query(`update account set state = 'logged_out'`)
  await button(page, 'Look again').click()
  const check = page.locator('[data-check="Account"]')
  await check.getByText('Accounts: Wants a look').waitFor()
  await check.getByText('Open Accounts').waitFor()
  await site.system.database.query(`update account set state = 'connected'`)
})

test('a webhook is tried out, and what came of it is said in words', async () => {
  await site.system.client.webhooks.add({ url: receiver.url('/hook'), types: ['run.failed'] })
  // One that is tried again is taken, where it is answered so then.
  receiver.answers('/hook', [200, ...Array.from({ length: 20 }, () => 404)])
  await go(page, '/webhooks')
  await button(page, 'Send a test').click()
  await page.getByText('The test was taken: the program answered 200.').waitFor()
  await button(page, 'Send a test').click()
  await page.getByText('there is nothing at this address').first().waitFor()
  const taken = page.locator('[data-delivery="delivered"]').first()
  await taken.waitFor()
  expect(await inBothThemes()).toEqual([])
  receiver.answers('/hook', [])
  const before = receiver.received('/hook').length
  await taken.getByRole('button', { name: 'Send again: Test' }).click()
  await page.getByRole('alert').getByText('It answered 200.').waitFor()
  await taken.getByText('2 attempts').waitFor()
  expect(receiver.received('/hook').length).toBeGreaterThan(before)
})

test('a token is revoked after it was said what stops, and is out of the list then', async () => {
  await site.system.client.tokens.create({ name: 'old-laptop', role: 'editor' })
  await go(page, '/tokens')
  const row = page.locator('[data-token="old-laptop"]')
  await row.getByRole('button', { name: 'Revoke' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('It was never used.').waitFor()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await row.waitFor({ state: 'detached' })
  await page.getByLabel('Also those that are over').check()
  await row.getByText('Revoked').waitFor()
  expect(await inBothThemes()).toEqual([])
})

test('to sign out every browser ends the others too, and this one', async () => {
  const [mine, other] = [await site.signedIn(), await site.signedIn()]
  await go(mine, '/settings')
  await eventually(async () => {
    await mine.reload()
    expect(await mine.locator('[data-browser]').count()).toBeGreaterThanOrEqual(2)
  })
  await button(mine, 'Sign out every browser').click()
  await mine.getByRole('dialog').getByRole('button', { name: 'Sign out every browser' }).click()
  await mine.getByRole('heading', { name: 'Sign in' }).waitFor()
  await other.reload()
  await other.getByRole('heading', { name: 'Sign in' }).waitFor()
  await Promise.all([mine.context().close(), other.context().close()])
})
