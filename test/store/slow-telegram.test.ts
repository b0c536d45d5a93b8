import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram, type TelegramSimulator } from '../../simulator/telegram/telegram.js'
import { createProgressActivities } from '../../src/activities/telegram/progress.js'
import { createWebhookActivities } from '../../src/activities/webhooks.js'
import { sealText } from '../../src/inbox/sealed.js'
import { createLogger } from '../../src/logging.js'
import { setAccountState } from '../../src/store/accounts/accounts.js'
import { insertLinkCode, useLinkCode } from '../../src/store/inbox/bot-users.js'
import { insertProgress } from '../../src/store/inbox/progress.js'
import { onlyRow } from '../../src/store/database.js'
import { markHandedOver, toHandOver } from '../../src/store/webhooks/webhook-queue.js'
import { addBotRow } from '../support/bots.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount } from '../support/ledger.js'

/** What is said to people while Telegram takes its time, with the real activities and rows. */

const operator = 'school'
const bot = 'ops'
const of = { operator, bot }
const people = ['anna', 'ben', 'cleo', 'dan'].map((name, n) => ({ name, chat: 900_000_000_011 + n }))
const logger = createLogger('silent')
let db: TestDatabase
let telegram: TelegramSimulator
let token: string

beforeAll(async () => {
  ;[db, telegram] = await Promise.all([createTestDatabase(), startTelegram()])
  token = telegram.addBot({ username: 'slow_bot' })
  await addBotRow(db.database, { id: bot, operator, token })
  for (const { name, chat } of people) await link(name, chat)
})
afterAll(async () => {
  await telegram.close()
  await db.close()
})

const sealedChat = (id: string, chat: number) =>
  sealText(testRing, { of, kind: 'chat', id, text: String(chat) })

async function link(name: string, chat: number): Promise<void> {
  const digest = Buffer.alloc(32, chat % 251)
  telegram.write(token, { person: chat, text: '/start' })
  await insertLinkCode(
    db.database,
    { digest, bot, operator, user: { name, role: 'viewer', accounts: null }, lastsMs: 60_000 },
    { actor: operator, via: 'api', requestId: name },
  )
  const sealChat = () => sealedChat(name, chat)
  await useLinkCode(db.database, { digest, bot, person: digest, sealChat, requestId: `${name} links` })
}

test('an alert to more people than one try can tell goes on where it was, and tells each once', async () => {
  const { database } = db
  await addAccount(database, 'office')
  const epoch = await connectAccount(database, 'office')
  await database.query(`delete from webhook_delivery`)
  await setAccountState(database, { accountId: 'office', epoch, state: 'logged_out' })
  const turn = onlyRow(await toHandOver(database, { atOncePerEndpoint: 5 }), 'webhook_delivery')
  await markHandedOver(database, turn)
  const webhooks = createWebhookActivities({
    database,
    ring: testRing,
    logger,
    telegramUrl: telegram.url,
  })
  telegram.delay(token, { method: 'sendMessage', byMs: 1_600 })
  await expect(webhooks.deliverWebhook(turn)).rejects.toMatchObject({
    type: 'WebhookNotTaken',
    nextRetryDelay: 1_000,
  })
  expect(counts()).toEqual([1, 1, 0, 0])
  // The bot is as well as before, and the try none that failed.
  const { rows } = await database.query(
    `select d.attempts, d.told, e.failures from webhook_delivery d join webhook_endpoint e on e.id = d.endpoint_id`,
  )
  expect(rows).toEqual([{ attempts: 0, told: ['anna', 'ben'], failures: 0 }])
  expect(await webhooks.deliverWebhook(turn)).toEqual({ kind: 'delivered' })
  expect(counts()).toEqual([1, 1, 1, 1])
})

function counts(): number[] {
  return people.map(({ chat }) => telegram.messages(token, chat).length)
}

test('the progress of a run says that it lives while Telegram does not answer', async () => {
  const { database } = db
  const [anna] = people
  const id = '00000000-0000-4000-8000-000000000001'
  const chat = sealedChat('anna', anna?.chat ?? 0)
  await insertProgress(database, { id, bot, runId: 'run:school/a@1', user: 'anna', chat })
  const progress = createProgressActivities({
    database,
    ring: testRing,
    logger,
    tellRun: async () => ({ text: '1 of 2 delivered', isOver: false }),
    telegramUrl: telegram.url,
  })
  telegram.delay(token, { method: 'sendMessage', byMs: 3_500 })
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
  let beats = 0
  environment.on('heartbeat', () => {
    beats += 1
  })
  expect(await environment.run(async () => await progress.showProgress({ id }))).toEqual({ kind: 'edited' })
  expect(beats).toBeGreaterThan(0)
})
