import { Client } from '@temporalio/client'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHandlingActivities } from '../../src/activities/telegram/handling.js'
import { createInboxActivities } from '../../src/activities/telegram/inbox.js'
import { createInbox, type Inbox } from '../../src/client/telegram/inbox.js'
import { mainTaskQueue } from '../../src/domain/ids.js'
import { telegramTaskQueue, telegramUpdateWorkflowId } from '../../src/domain/telegram.js'
import { startUpdate } from '../../src/inbox/wake.js'
import { createLogger } from '../../src/logging.js'
import { redriveSignal } from '../../src/protocol/messages.js'
import type { TelegramHandler } from '../../src/telegram/handler.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { testDataConverter } from '../support/codec.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { startTimeSkippingServer, type TimeSkippingServer } from '../support/time-skipping-server.js'
import { workflowCode } from './support/waiting-world.js'

/** Updates with their real workflow, activities and rows, on a server that skips time; only the handler is the test's. */

const operator = 'school'
const bot = 'ops'
const second = 1_000
const minute = 60 * second
let server: TimeSkippingServer
let own: TestDatabase
let client: Client
let inbox: Inbox
let handle: TelegramHandler
let stop: () => Promise<void>
/** When each update was tried, by the server's clock. */
let tried: { updateId: number; atMs: number }[] = []

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  ;[server, own] = await Promise.all([startTimeSkippingServer(), createTestDatabase()])
  const { env } = server
  // One that does not skip time while it waits for a result.
  client = new Client({ connection: env.connection, namespace: 'default', dataConverter: testDataConverter })
  const { database } = own
  await addBotRow(database, { id: bot, operator, handler: 'stub' })
  inbox = createInbox({ temporal: client, database, operator })
  const handlers = new Map<string, TelegramHandler>([
    [
      'stub',
      async (request) => {
        tried.push({ updateId: request.update.update_id, atMs: await env.currentTimeMs() })
        return await handle(request)
      },
    ],
  ])
  const common = { connection: env.nativeConnection, namespace: 'default', dataConverter: testDataConverter }
  const logger = createLogger('silent')
  const workers = await Promise.all([
    Worker.create({
      ...common,
      ...workflowCode,
      taskQueue: mainTaskQueue,
      activities: createInboxActivities({ database }),
    }),
    Worker.create({
      ...common,
      taskQueue: telegramTaskQueue,
      activities: createHandlingActivities({
        database,
        temporal: client,
        ring: testRing,
        logger,
        handlers,
        telegramUrl: undefined,
      }),
    }),
  ])
  const running = workers.map((worker) => worker.run())
  stop = async () => {
    for (const worker of workers) worker.shutdown()
    await Promise.all(running)
  }
})
afterAll(async () => {
  await stop()
  await server.close()
  await own.close()
})
beforeEach(() => {
  tried = []
})

async function arrive(updateId: number, chat = updateId): Promise<void> {
  await acceptRow(own.database, { bot, updateId, operator, chat })
  await startUpdate(client, { bot, updateId })
}

async function stateOf(updateId: number): Promise<string> {
  return (await inbox.show({ bot, updateId })).state
}

/** It is not tried again before this long has passed, and is then. */
async function passTry(updateId: number, waitMs: number): Promise<void> {
  const tries = () => tried.filter((one) => one.updateId === updateId)
  const before = tries()
  const dueMs = (before.at(-1)?.atMs ?? 0) + waitMs
  const passTo = async (ms: number) => await server.env.sleep(ms - (await server.env.currentTimeMs()))
  await passTo(dueMs - 3 * second)
  expect(tries()).toHaveLength(before.length)
  await passTo(dueMs + 3 * second)
  await eventually(() => expect(tries()).toHaveLength(before.length + 1), { intervalMs: 20 })
}

async function failAlways(): Promise<never> {
  throw new Error(`it fails for ${'a long reason, '.repeat(600)}`)
}

test('an update that fails is tried after 30 s, 2 min, 10 min and then hours, until it is dead', async () => {
  await addBotRow(own.database, { id: bot, operator, handler: 'stub', maxAttempts: 6 })
  handle = async ({ update }) => (update.update_id === 1 ? await failAlways() : {})
  await arrive(1, 5)
  await eventually(() => expect(tried).toHaveLength(1))
  await arrive(2, 5)
  for (const wait of [30 * second, 2 * minute, 10 * minute, 60 * minute, 60 * minute]) {
    expect(await stateOf(1)).toBe('waiting')
    await passTry(1, wait)
  }
  await eventually(async () => expect(await stateOf(1)).toBe('dead'))
  const { error, attempts } = await inbox.show({ bot, updateId: 1 })
  expect(attempts).toBe(6)
  expect(error).toHaveLength(4_096)
  expect(error).toContain('it fails for a long reason')
  // What came after it in its chat has waited for it, and has its turn then.
  await eventually(async () => expect(await stateOf(2)).toBe('done'))
  expect(tried.map(({ updateId }) => updateId)).toEqual([1, 1, 1, 1, 1, 1, 2])
})

test('five tries are enough where nobody says another number', async () => {
  await addBotRow(own.database, { id: bot, operator, handler: 'stub' })
  handle = failAlways
  await arrive(10)
  await eventually(() => expect(tried).toHaveLength(1))
  for (const wait of [30 * second, 2 * minute, 10 * minute, 60 * minute]) await passTry(10, wait)
  await eventually(async () => expect(await stateOf(10)).toBe('dead'))
})

test('a dead one that is re-driven many times at once, in every way, runs once', async () => {
  handle = failAlways
  await addBotRow(own.database, { id: bot, operator, handler: 'stub', maxAttempts: 1 })
  await arrive(20)
  await eventually(async () => expect(await stateOf(20)).toBe('dead'))
  const workflow = client.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId: 20 }))
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  handle = async () => {
    await held
    return {}
  }
  tried = []
  await Promise.all([
    inbox.redrive({ bot, updateId: 20 }),
    inbox.redrive({ bot, updateId: 20 }),
    inbox.redriveAll(),
    workflow.signal(redriveSignal, { by: 'somebody' }),
    workflow.signal(redriveSignal),
  ])
  const tries = () => tried.filter(({ updateId }) => updateId === 20)
  await eventually(() => expect(tries()).toHaveLength(1))
  release()
  expect(await workflow.result()).toEqual({ kind: 'done' })
  expect(tries()).toHaveLength(1)
  expect(await inbox.redrive({ bot, updateId: 20 })).toMatchObject({ state: 'done', already: true })
  const { rows } = await own.database.query(`select from audit where action = 'redrive' and subject = $1`, [
    workflow.workflowId,
  ])
  expect(rows).toHaveLength(1)
})

test('a dead one is re-driven by a signal alone, with no payload', async () => {
  await addBotRow(own.database, { id: bot, operator, handler: 'stub', maxAttempts: 1 })
  handle = failAlways
  await arrive(30)
  await eventually(async () => expect(await stateOf(30)).toBe('dead'))
  handle = async () => ({})
  const workflow = client.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId: 30 }))
  await workflow.signal('redrive', { reason: 5 })
  await workflow.signal('redrive')
  await eventually(async () => expect(await stateOf(30)).toBe('done'))
  expect(await workflow.result()).toEqual({ kind: 'done' })
})

/** The ids of those that were done. */
async function redrivesOf(updateId: number): Promise<unknown[]> {
  const { rows } = await own.database.query<{ id: string }>(
    `select split_part(request_id, '#', 3) as id from audit where action = 'redrive' and subject = $1 order by id`,
    [telegramUpdateWorkflowId({ bot, updateId })],
  )
  return rows.map(({ id }) => id)
}

test('what is asked for while it waits for a try is not done when it is dead', async () => {
  await addBotRow(own.database, { id: bot, operator, handler: 'stub', maxAttempts: 2 })
  handle = failAlways
  await arrive(50)
  const workflow = client.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId: 50 }))
  await eventually(async () => expect((await inbox.show({ bot, updateId: 50 })).attempts).toBe(1))
  for (const requestId of ['a', 'b']) await workflow.signal(redriveSignal, { requestId })
  await passTry(50, 30 * second)
  await eventually(async () => expect(await stateOf(50)).toBe('dead'))
  handle = async () => ({})
  await workflow.signal(redriveSignal, { requestId: 'c' })
  expect(await workflow.result()).toEqual({ kind: 'done' })
  expect(await redrivesOf(50)).toEqual(['c'])
})

test('what is asked for often before it is dead is done once, and not again where it dies again', async () => {
  await addBotRow(own.database, { id: bot, operator, handler: 'stub', maxAttempts: 1 })
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  handle = async () => {
    await held
    return await failAlways()
  }
  await arrive(60)
  const workflow = client.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId: 60 }))
  const tries = () => tried.filter(({ updateId }) => updateId === 60)
  await eventually(() => expect(tries()).toHaveLength(1))
  for (const requestId of ['a', 'b', 'c']) await workflow.signal(redriveSignal, { requestId })
  release()
  await eventually(() => expect(tries()).toHaveLength(2))
  await eventually(async () => expect(await stateOf(60)).toBe('dead'))
  handle = async () => ({})
  await workflow.signal(redriveSignal, { requestId: 'd' })
  expect(await workflow.result()).toEqual({ kind: 'done' })
  expect(await redrivesOf(60)).toEqual(['a', 'd'])
  expect(tries()).toHaveLength(3)
})

test('one that comes again when it is long over starts nothing', async () => {
  handle = async () => ({})
  await arrive(40)
  const workflow = client.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId: 40 }))
  expect(await workflow.result()).toEqual({ kind: 'done' })
  const { runId } = await workflow.describe()
  await startUpdate(client, { bot, updateId: 40 })
  expect((await workflow.describe()).runId).toBe(runId)
  expect(tried).toHaveLength(1)
})

test('a process that died is noticed, and its update is tried again, within 15 s', async () => {
  const { events } = await client.workflow
    .getHandle(telegramUpdateWorkflowId({ bot, updateId: 40 }))
    .fetchHistory()
  const scheduled = events?.flatMap(({ activityTaskScheduledEventAttributes: one }) => one ?? []) ?? []
  expect(scheduled).toHaveLength(1)
  for (const { heartbeatTimeout, retryPolicy } of scheduled)
    expect(Number(heartbeatTimeout?.seconds) + Number(retryPolicy?.initialInterval?.seconds)).toBeLessThan(15)
})
