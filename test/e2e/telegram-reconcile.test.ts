import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHandlingActivities } from '../../src/activities/telegram/handling.js'
import { createInboxActivities } from '../../src/activities/telegram/inbox.js'
import { mainTaskQueue } from '../../src/domain/ids.js'
import { telegramTaskQueue, telegramUpdateWorkflowId } from '../../src/domain/telegram.js'
import { startUpdate } from '../../src/inbox/wake.js'
import { createLogger } from '../../src/logging.js'
import { reconcile } from '../../src/reconcile/reconcile.js'
import { removeBot } from '../../src/store/inbox/bots.js'
import { redriveUpdate } from '../../src/store/inbox/redrive.js'
import type { TelegramHandler } from '../../src/telegram/handler.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { testDataConverter } from '../support/codec.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { workflowCode } from '../workflows/support/waiting-world.js'

/** What is left where a process dies between a row and the word of it, and what `reconcile` makes of that. */

const operator = 'school'
const bot = 'ops'
const logger = createLogger('silent')
let own: TestDatabase
let space: TestNamespace
let connection: NativeConnection
let stop: () => Promise<void>
let handle: TelegramHandler
let handled: number[] = []

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  ;[own, space] = await Promise.all([createTestDatabase(), createTestNamespace()])
  connection = await NativeConnection.connect({ address: space.address })
  const { database } = own
  await addBotRow(database, { id: bot, operator, handler: 'stub', maxAttempts: 1 })
  const handlers = new Map<string, TelegramHandler>([['stub', async (request) => await handle(request)]])
  const common = { connection, namespace: space.namespace, dataConverter: testDataConverter }
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
        temporal: space.temporal,
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
  await connection.close()
  await space.close()
  await own.close()
})
beforeEach(() => {
  handled = []
  handle = async ({ update }) => {
    handled.push(update.update_id)
    return {}
  }
})

async function arrive(updateId: number, chat: number): Promise<void> {
  await acceptRow(own.database, { bot, updateId, operator, chat })
  await startUpdate(space.temporal, { bot, updateId })
}

async function arriveAndDie(updateId: number, chat: number): Promise<void> {
  const handles = handle
  handle = async () => {
    throw new Error('it fails')
  }
  await arrive(updateId, chat)
  await becomes(updateId, 'dead')
  handle = handles
}

async function becomes(updateId: number, state: string): Promise<void> {
  await eventually(async () => {
    const { rows } = await own.database.query(
      `select state from telegram_update where bot = $1 and update_id = $2`,
      [bot, updateId],
    )
    expect(rows).toEqual([{ state }])
  })
}

/** Its workflow has looked at its row, and waits. */
async function waits(updateId: number): Promise<void> {
  const workflow = workflowOf(updateId)
  await eventually(async () => {
    const { events } = await workflow.fetchHistory()
    const looked = events?.filter(({ markerRecordedEventAttributes: marker }) => marker) ?? []
    expect(looked.length).toBeGreaterThan(0)
    const { raw } = await workflow.describe()
    expect(raw.pendingWorkflowTask ?? undefined).toBeUndefined()
  })
}

const workflowOf = (updateId: number) =>
  space.temporal.workflow.getHandle(telegramUpdateWorkflowId({ bot, updateId }))

async function reconcileLater(): Promise<unknown> {
  await own.database.query(`update telegram_update set arrived_at = arrived_at - interval '1 minute'`)
  return await reconcile({ database: own.database, temporal: space.temporal, logger })
}

test('one that was re-driven by who died before saying so is tried, and so is what came after it', async () => {
  await arriveAndDie(1, 1)
  await waits(1)
  await redriveUpdate(own.database, { bot, updateId: 1, request: { requestId: 'and dies' } })
  await arrive(2, 1)
  await waits(2)
  expect(await reconcileLater()).toMatchObject({ checked: 2, resumedUpdates: 0 })
  await becomes(1, 'done')
  await becomes(2, 'done')
  expect(handled).toEqual([1, 2])
})

test('one that Temporal knows to be done lets what came after it go on', async () => {
  await arrive(10, 2)
  expect(await workflowOf(10).result()).toEqual({ kind: 'done' })
  // As in a backup that is older.
  await own.database.query(
    `update telegram_update set state = 'waiting', ended_at = null where update_id = 10`,
  )
  await arrive(11, 2)
  await waits(11)
  expect(await reconcileLater()).toMatchObject({ checked: 2, resumedUpdates: 1 })
  await becomes(11, 'done')
  expect(handled).toEqual([10, 11])
})

test('the workflows of what was dropped with its bot end, though nobody told them', async () => {
  await arriveAndDie(20, 3)
  await waits(20)
  await removeBot(own.database, { id: bot, operator }, { actor: operator, via: 'api', requestId: 'and dies' })
  // From the visibility store, which lags.
  await eventually(async () => {
    expect(await reconcileLater()).toMatchObject({ checked: 0, resumedUpdates: 0 })
    expect((await workflowOf(20).describe()).status.name).toBe('COMPLETED')
  })
  expect(await workflowOf(20).result()).toEqual({ kind: 'dropped' })
})
