import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBots } from '../../src/doctor/bots.js'
import { measureSystem } from '../../src/observe/gauges.js'
import { updateBacklogs } from '../../src/store/inbox/backlog.js'
import { removeBot } from '../../src/store/inbox/bots.js'
import * as tries from '../../src/store/inbox/tries.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { parsePrometheus, valueOf } from '../support/prometheus.js'

const operator = 'school'
let testDatabase: TestDatabase
let database: TestDatabase['database']

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterAll(() => testDatabase.close())

const accept = async (bot: string, updateId: number) =>
  await acceptRow(database, { bot, updateId, operator, chat: updateId })

async function kill(bot: string, updateId: number): Promise<void> {
  const begun = await tries.beginTry(database, { bot, updateId })
  if (!begun) throw new Error('it is not its turn')
  const of = { bot, updateId, try: begun.try }
  await tries.recordFailed(database, of, { error: Buffer.from('x'), isLast: true, afterMs: 0 })
}

async function cameAgo(bot: string, updateId: number, ago: string): Promise<void> {
  await database.query(
    `update telegram_update set arrived_at = now() - $3::interval where bot = $1 and update_id = $2`,
    [bot, updateId, ago],
  )
}

async function remove(id: string, owner = operator): Promise<void> {
  const asked = { actor: owner, via: 'api', requestId: crypto.randomUUID() } as const
  await removeBot(database, { id, operator: owner }, asked)
}

test('where there is no bot, nothing is said of bots, and the gauges are at zero', async () => {
  expect(await checkBots(database, operator)).toEqual([])
  expect(await gauges()).toEqual({ waiting: 0, dead: 0, oldestSeconds: 0 })
})

test('a bot whose updates are handled is well, also while some wait', async () => {
  await addBotRow(database, { id: 'well', operator })
  expect(await checkBots(database, operator)).toEqual([
    { name: 'Bots', state: 'ok', found: "'well': no update waits" },
  ])
  for (const updateId of [1, 2]) await accept('well', updateId)
  await cameAgo('well', 2, '5 minutes')
  expect(await checkBots(database, operator)).toEqual([
    { name: 'Bots', state: 'ok', found: "'well': 2 updates wait, the oldest since 5 min" },
  ])
})

test('what waits for long and what is dead is told with what to do, to its operator alone, and not of a bot that was removed', async () => {
  await addBotRow(database, { id: 'ill', operator })
  await addBotRow(database, { id: 'of-others', operator: 'club' })
  await addBotRow(database, { id: 'gone', operator })
  for (const bot of ['ill', 'of-others', 'gone'])
    for (const updateId of [1, 2, 3]) await accept(bot, updateId)
  for (const updateId of [1, 2]) await kill('ill', updateId)
  await kill('of-others', 1)
  await kill('gone', 1)
  await remove('gone')
  await cameAgo('ill', 3, '3 hours')
  // It is dead, and waits for nothing.
  await cameAgo('ill', 1, '9 hours')

  const checks = await checkBots(database, operator)
  expect(checks.map(({ state, found }) => `${state} ${found}`)).toEqual([
    "bad 'ill': 1 update waits, since 3 h; 2 are dead",
    "ok 'well': 2 updates wait, the oldest since 5 min",
  ])
  expect(checks[0]?.remedy).toContain('carillon inbox list --bot ill --state waiting')
  expect(checks[0]?.remedy).toContain('carillon inbox list --bot ill --state dead')
  expect(checks[0]?.remedy).toContain('carillon inbox redrive ill --all')
  expect((await updateBacklogs(database)).map(({ bot }) => bot)).toEqual(['ill', 'of-others', 'well'])
  const { waiting, dead, oldestSeconds } = await gauges()
  expect({ waiting, dead }).toEqual({ waiting: 5, dead: 3 })
  expect(oldestSeconds).toBeGreaterThanOrEqual(3 * 3_600)
  expect(oldestSeconds).toBeLessThan(4 * 3_600)
})

test('a bot at Telegram has one id at a time, whoever asks, and however many at once', async () => {
  const telegramId = 7_000_000_001
  const add = async (id: string, owner: string) =>
    await addBotRow(database, { id, operator: owner, telegramId })
  const added = await Promise.all([add('one', operator), add('two', 'club'), add('three', operator)])
  expect(added).toContain('added')
  expect(added.filter((end) => end === 'inUse')).toHaveLength(2)
  const { rows } = await database.query<{ id: string; operator: string }>(
    `select id, operator from bot where telegram_id = $1`,
    [telegramId],
  )
  const [its] = rows
  if (!its) throw new Error('one of them was added')
  expect(rows).toHaveLength(1)
  // Nor is anything else written: no endpoint, and no line in the audit.
  const { rows: left } = await database.query(
    `select bot as id from webhook_endpoint where bot in ('one', 'two', 'three')
     union select substr(subject, 5) from audit where subject in ('bot:one', 'bot:two', 'bot:three')`,
  )
  expect(left).toEqual([{ id: its.id }])
  expect(await add(its.id, its.operator)).toBe('set')

  await remove(its.id, its.operator)
  expect(await add('next', 'club')).toBe('added')
  expect(await add(its.id, its.operator)).toBe('inUse')
  await remove('next', 'club')
  expect(await add(its.id, its.operator)).toBe('added')
})

async function gauges(): Promise<Record<string, number | undefined>> {
  const samples = parsePrometheus(await (await measureSystem(database)).metrics())
  return {
    waiting: valueOf(samples, 'carillon_bot_updates_waiting'),
    dead: valueOf(samples, 'carillon_bot_updates_dead'),
    oldestSeconds: valueOf(samples, 'carillon_bot_oldest_waiting_seconds'),
  }
}
