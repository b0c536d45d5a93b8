import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../src/store/database.js'
import { purgeUpdates, listUpdates } from '../../src/store/inbox/updates.js'
import { insertLinkCode, findBotUser, useLinkCode } from '../../src/store/inbox/bot-users.js'
import { findBotDoor, listBots, removeBot } from '../../src/store/inbox/bots.js'
import { redriveUpdate } from '../../src/store/inbox/redrive.js'
import * as tries from '../../src/store/inbox/tries.js'
import { listEndpoints } from '../../src/store/webhooks/webhooks.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const operator = 'school'
let testDatabase: TestDatabase
let database: TestDatabase['database']
let bot: string
let bots = 0

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterAll(() => testDatabase.close())
beforeEach(async () => {
  bots += 1
  bot = `bot-${bots}`
  await addBotRow(database, { id: bot, operator, telegramId: 7_000_000_000 + bots })
})

const accept = async (updateId: number, chat = 1) =>
  await acceptRow(database, { bot, updateId, operator, chat })
const turn = async (updateId: number) => (await tries.turnOf(database, { bot, updateId })).kind

async function begin(updateId: number): Promise<tries.Try & tries.BegunTry> {
  const begun = await tries.beginTry(database, { bot, updateId })
  if (!begun) throw new Error('it is not its turn')
  return { bot, updateId, ...begun }
}

async function kill(updateId: number): Promise<void> {
  await tries.recordFailed(database, await begin(updateId), {
    error: Buffer.from('x'),
    isLast: true,
    afterMs: 0,
  })
}

test('an update that comes again changes nothing, in whatever state it is', async () => {
  expect(await accept(10)).toBe('waiting')
  expect(await accept(10)).toBe('waiting')
  await tries.recordDone(database, await begin(10))
  expect(await accept(10)).toBe('done')
  const { items } = await listUpdates(database, { operator, bot, states: ['done', 'waiting'], limit: 10 })
  expect(items).toHaveLength(1)
  const { rows } = await database.query(`select length(body) as left from telegram_update where bot = $1`, [
    bot,
  ])
  expect(rows).toEqual([{ left: 0 }])
})

test('those of a chat go in the order in which they came, and other chats beside them', async () => {
  await accept(30)
  await accept(20)
  await accept(40, 2)
  expect([await turn(30), await turn(20), await turn(40)]).toEqual(['go', 'behind', 'go'])
  expect(await tries.beginTry(database, { bot, updateId: 20 })).toBeUndefined()
  await tries.recordDone(database, await begin(30))
  expect(await tries.nextInChat(database, { bot, updateId: 30 })).toEqual({ bot, updateId: 20 })
  expect(await turn(20)).toBe('go')
})

test('one that is written while another of its chat is not committed yet comes after it', async () => {
  let second: Promise<string> | undefined
  await inTransaction(database, async (client) => {
    await acceptRow(client as never, { bot, updateId: 50, operator, chat: 1 })
    second = accept(51)
    // It has the chat's lock to wait for: committed first, it would be seen as the first.
    const settled = await Promise.race([
      second,
      new Promise((resolve) => setTimeout(() => resolve('waits'), 300)),
    ])
    expect(settled).toBe('waits')
  })
  await second
  expect([await turn(50), await turn(51)]).toEqual(['go', 'behind'])
})

test('a try that was overtaken writes nothing', async () => {
  await accept(60)
  const first = await begin(60)
  const second = await begin(60)
  const commit = async () => Buffer.from('[]')
  await expect(tries.recordHandled(database, first, commit)).rejects.toThrow(tries.TryOvertaken)
  await tries.recordDone(database, first)
  expect(await turn(60)).toBe('go')
  await tries.recordHandled(database, second, commit)
  // What was handled is not handled again, by nobody.
  await expect(tries.recordHandled(database, await begin(60), commit)).rejects.toThrow(tries.TryOvertaken)
})

test('what a handler writes is written with that it was handled, or not at all', async () => {
  await database.query(`create table if not exists effect (n integer)`)
  await accept(70)
  const one = await begin(70)
  await expect(
    tries.recordHandled(database, one, async (db) => {
      await db.query(`insert into effect values (1)`)
      throw new Error('after all not')
    }),
  ).rejects.toThrow('after all not')
  expect((await database.query(`select from effect`)).rowCount).toBe(0)
})

test('a dead one lets those behind it go, and comes back behind them', async () => {
  await accept(80)
  await accept(81)
  await kill(80)
  expect([await turn(80), await turn(81)]).toEqual(['dead', 'go'])
  const request = { requestId: 'once', by: 'school/anna', reason: 'mended' }
  expect(await redriveUpdate(database, { bot, updateId: 80, request })).toBe(true)
  expect([await turn(80), await turn(81)]).toEqual(['behind', 'go'])
})

test('of many re-drives at once one is done, and the audit has that one', async () => {
  await accept(90)
  await kill(90)
  const done = await Promise.all(
    Array.from({ length: 8 }, async (_, n) =>
      redriveUpdate(database, { bot, updateId: 90, request: { requestId: `r${n}` } }),
    ),
  )
  expect(done.filter(Boolean)).toHaveLength(1)
  // The same request again, when it is dead once more, is that request.
  await kill(90)
  const winner = `r${done.indexOf(true)}`
  expect(await redriveUpdate(database, { bot, updateId: 90, request: { requestId: winner } })).toBe(false)
  const { rows } = await database.query(`select action from audit where subject = $1`, [`telegram:${bot}/90`])
  expect(rows).toEqual([{ action: 'redrive' }])
})

test('a link code is good once, for its bot, until it is over', async () => {
  const asked = { actor: operator, via: 'api', requestId: crypto.randomUUID() } as const
  const user = { name: 'anna', role: 'viewer', accounts: null } as const
  const digest = Buffer.alloc(32, 1)
  const person = Buffer.alloc(32, 2)
  const use = async () =>
    await inTransaction(database, async (client) =>
      useLinkCode(client, {
        digest,
        bot,
        person,
        sealChat: () => Buffer.from('c'),
        requestId: crypto.randomUUID(),
      }),
    )
  await insertLinkCode(database, { digest, bot, operator, user, lastsMs: 60_000 }, asked)
  const both = await Promise.all([use(), use()])
  expect(both.filter((one) => one !== undefined)).toEqual([user])
  expect(await findBotUser(database, { bot, person })).toEqual(user)
  await insertLinkCode(
    database,
    { digest, bot, operator, user, lastsMs: -1 },
    { ...asked, requestId: 'late' },
  )
  expect(await use()).toBeUndefined()
})

test('a bot that is removed leaves nothing that can be opened, and its id is for the same bot alone', async () => {
  await accept(100)
  await accept(101)
  await kill(100)
  const asked = { actor: operator, via: 'api', requestId: crypto.randomUUID() } as const
  expect(await removeBot(database, { id: bot, operator: 'other' }, asked)).toBeUndefined()
  expect((await removeBot(database, { id: bot, operator }, asked))?.toSorted()).toEqual([100, 101])
  expect(await findBotDoor(database, bot)).toBeUndefined()
  expect(await turn(100)).toBe('ended')
  const { rows } = await database.query(
    `select length(b.token) + length(b.secret) + sum(length(u.body)) as left
     from bot b join telegram_update u on u.bot = b.id where b.id = $1 group by b.id`,
    [bot],
  )
  expect(Number(rows[0]?.left)).toBe(0)
  expect(await addBotRow(database, { id: bot, operator, telegramId: 1 })).toBeUndefined()
  expect(await addBotRow(database, { id: bot, operator, telegramId: 7_000_000_000 + bots })).toBe('added')
  expect(await addBotRow(database, { id: bot, operator, telegramId: 7_000_000_000 + bots })).toBe('set')
  expect((await listBots(database, operator)).filter(({ id }) => id === bot)).toMatchObject([
    { waiting: 0, dead: 0 },
  ])
})

test('a bot hears of events, and is no endpoint that an operator sees', async () => {
  const { rows } = await database.query(`select sealed_url as url from webhook_endpoint where bot = $1`, [
    bot,
  ])
  expect(rows).toEqual([{ url: `telegram:${bot}` }])
  expect(await listEndpoints(database, operator)).toEqual([])
})

test('what was done long ago is purged, and what is dead is not', async () => {
  for (const updateId of [110, 111, 112]) await accept(updateId, updateId)
  await tries.recordDone(database, await begin(110))
  await tries.recordDone(database, await begin(111))
  await kill(112)
  await database.query(
    `update telegram_update set ended_at = now() - interval '40 days' where bot = $1 and update_id in (110, 112)`,
    [bot],
  )
  await purgeUpdates(database, { days: 31, limit: 1_000 })
  const { items } = await listUpdates(database, { operator, bot, states: ['done', 'dead'], limit: 10 })
  expect(items.map(({ updateId }) => updateId)).toEqual([112, 111])
})
