import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockWorkflowId } from '../../src/domain/ids.js'
import type { LockRequest } from '../../src/domain/lock-queue.js'
import { lockQueueQuery, requestLockSignal } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { timesOf } from './support/history.js'
import { accountId, operator, startWaitingWorld, type WaitingWorld } from './support/waiting-world.js'

const minute = 60_000

let world: WaitingWorld
let lock: WorkflowHandle
beforeAll(async () => {
  world = await startWaitingWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  world.ledger.granted.length = 0
  world.ledger.holders.clear()
  world.ledger.waiting.length = 0
})

const request = (name: string, priority: number, scheduledAt: string): LockRequest => ({
  runId: `run:${operator}/${name}`,
  priority,
  scheduledAt: `2026-11-24T${scheduledAt}:00.000Z`,
})

async function ask(asked: LockRequest): Promise<void> {
  world.ledger.enqueue(asked)
  lock = await world.client.workflow.signalWithStart('accountLock', {
    workflowId: lockWorkflowId(accountId),
    taskQueue: 'carillon',
    args: [{ accountId }],
    signal: requestLockSignal,
  })
}

const waiting = async () => (await lock.query(lockQueueQuery)).waiting.map(({ runId }) => runId.split('/')[1])

test('the queue is ordered by priority, then scheduled time, then arrival, and asking twice is asking once', async () => {
  const holder = await world.startHolder('holder')
  await ask(request('later', 5, '11:50'))
  await ask(request('earlier', 5, '11:48'))
  await ask(request('first-of-two', 3, '08:00'))
  await ask(request('second-of-two', 3, '08:00'))
  await ask(request('urgent', 9, '12:00'))
  for (let times = 0; times < 3; times++) await ask(request('second-of-two', 3, '08:00'))
  const order = ['urgent', 'earlier', 'later', 'first-of-two', 'second-of-two']
  await eventually(async () => expect(await waiting()).toEqual(order))

  // None of them is open, so each grant is skipped, in order, and nobody is left behind.
  await holder.terminate()
  await lock.result()
  expect(world.ledger.granted).toEqual(order.map((name) => `run:${operator}/${name}`))
  expect(world.ledger.holders.size).toBe(0)
})

test('garbage is not a request', async () => {
  const holder = await world.startHolder('busy')
  await ask(request('real', 5, '11:00'))
  const garbage: unknown[] = [
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { runId: 1, priority: 5, scheduledAt: '2026-11-24T11:00:00.000Z' },
    { runId: 'lock:office', priority: 5, scheduledAt: '2026-11-24T11:00:00.000Z' },
    { runId: 'run:school/x', priority: 'high', scheduledAt: '2026-11-24T11:00:00.000Z' },
    { runId: 'run:school/x', priority: 5, scheduledAt: 'soon' },
    { runId: 'run:school/busy', token: 'x' },
  ]
  for (const payload of garbage) await lock.signal('request', payload)
  await eventually(async () => expect(await waiting()).toEqual(['real']))
  expect(world.ledger.holders.get(accountId)?.runId).toBe(holder.workflowId)
  await holder.terminate()
  await lock.result()
})

test('a lock that nobody wants ends after a minute, and not before', async () => {
  await ask(request('gone', 5, '11:00'))
  await lock.result()
  const [endedMs] = await timesOf(lock, 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED')
  const asks = await timesOf(lock, 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED')
  expect((endedMs ?? 0) - Math.max(...asks)).toBeGreaterThanOrEqual(minute)
  expect((await lock.fetchHistory()).events?.length).toBeLessThan(60)
})

test('a holder that works for hours is asked after less and less, and keeps its queue', async () => {
  const holder = await world.startHolder('long')
  await ask(request('patient', 5, '11:00'))
  await world.env.sleep(60 * minute)
  expect(await waiting()).toEqual(['patient'])
  const checks = await timesOf(lock, 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED')
  expect(checks.length).toBeGreaterThan(30)
  expect(checks.length).toBeLessThan(75)
  await holder.terminate()
  await lock.result()
  expect(world.ledger.granted).toEqual([`run:${operator}/patient`])
})

test('an account that is gone ends its lock, and does not keep it spinning', async () => {
  world.ledger.accounts.delete(accountId)
  await ask(request('orphan', 5, '11:00'))
  await lock.result()
  expect(world.ledger.granted).toEqual([])
  world.ledger.accounts.add(accountId)
})

test('an account is paused and resumed, with a reason, without a payload, and not by garbage', async () => {
  await ask(request('whoever', 5, '11:00'))
  await lock.signal('pauseAccount')
  await lock.signal('pauseAccount', { reason: 'the phone is with the police' })
  await lock.signal('pauseAccount', { reason: 7 })
  await lock.signal('resumeAccount', 'now')
  await lock.signal('resumeAccount')
  await lock.result()
  expect(world.ledger.accountPauses).toEqual([
    'account paused by operator',
    'account paused by operator: the phone is with the police',
    null,
  ])
})
