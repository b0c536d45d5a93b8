import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHandlingActivities } from '../../src/activities/telegram/handling.js'
import { mostUnfinished } from '../../src/domain/telegram.js'
import { createLogger } from '../../src/logging.js'
import type { UpdateTry } from '../../src/protocol/payloads.js'
import { EncryptionKeyError, KeyRing } from '../../src/store/encryption/key-ring.js'
import type { TelegramHandler } from '../../src/telegram/handler.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'

/** Tries of an update, with the real activity and rows; only the handler is the test's. */

const operator = 'school'
const bot = 'ops'
let own: TestDatabase

beforeAll(async () => {
  own = await createTestDatabase()
  await addBotRow(own.database, { id: bot, operator, handler: 'stub' })
})
afterAll(() => own.close())

async function accept(updateId: number): Promise<void> {
  await acceptRow(own.database, { bot, updateId, operator, chat: updateId })
}

async function tryIt(
  updateId: number,
  { handle = async () => ({}), ring = testRing }: { handle?: TelegramHandler; ring?: KeyRing } = {},
): Promise<UpdateTry> {
  const handling = createHandlingActivities({
    database: own.database,
    // Nobody waits behind it.
    temporal: undefined as never,
    ring,
    logger: createLogger('silent'),
    handlers: new Map([['stub', handle]]),
    telegramUrl: undefined,
  })
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
  return await environment.run(async () => await handling.tryUpdate({ bot, updateId }))
}

test('an update whose key is not there waits for the key, and is not given up', async () => {
  await accept(1)
  const ring = KeyRing.of(Buffer.alloc(32, 9))
  for (let times = 0; times <= mostUnfinished; times++)
    await expect(tryIt(1, { ring })).rejects.toMatchObject({ name: 'EncryptionKeyError' })
  expect(await tryIt(1)).toEqual({ kind: 'ended', end: 'done' })
})

test('and so does one whose handler misses it, before its answer is written or as it is', async () => {
  await accept(3)
  const missing = async (): Promise<never> => {
    throw new EncryptionKeyError('the key of something else')
  }
  for (const handle of [missing, async () => ({ commit: missing })])
    await expect(tryIt(3, { handle })).rejects.toMatchObject({ name: 'EncryptionKeyError' })
  const { rows } = await own.database.query(
    `select attempts, unfinished from telegram_update where update_id = 3`,
  )
  expect(rows).toEqual([{ attempts: 0, unfinished: 0 }])
})

test('a commit that breaks a deferred constraint is a try that failed, and writes nothing', async () => {
  await own.database.query(`create table pupil (id integer primary key)`)
  await own.database.query(`create table note (pupil integer references pupil deferrable initially deferred)`)
  await accept(2)
  const noting = (pupil: number): TelegramHandler => {
    return async () => ({
      commit: async (db) => {
        await db.query(`insert into note values ($1)`, [pupil])
      },
    })
  }
  expect(await tryIt(2, { handle: noting(1) })).toEqual({ kind: 'again', afterMs: 30_000 })
  await own.database.query(`insert into pupil values (1)`)
  expect(await tryIt(2, { handle: noting(1) })).toEqual({ kind: 'ended', end: 'done' })
  expect((await own.database.query(`select from note`)).rowCount).toBe(1)
})
