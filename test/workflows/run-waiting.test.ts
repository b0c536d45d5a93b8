import { Context } from '@temporalio/activity'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockGrantedSignal, progressQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { timesOf } from './support/history.js'
import {
  accountId,
  operator,
  startRun,
  startWaitingWorld,
  untilCanceled,
  type StartedRun,
  type WaitingWorld,
} from './support/waiting-world.js'

const minute = 60_000
const hour = 60 * minute

let world: WaitingWorld
beforeAll(async () => {
  world = await startWaitingWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  const { ledger } = world
  for (const list of [ledger.runStates, ledger.asked, ledger.granted, ledger.waiting]) list.length = 0
  ledger.holders.clear()
  ledger.targets = 1
  ledger.onEstimate = async () => ({})
  world.onDeliver(async (runId) => {
    ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
})

async function startWaitingRun(dedupeKey: string): Promise<StartedRun> {
  return await startRun(world, { dedupeKey, nowMs: await world.nowMs(), withinMs: hour })
}

/** Its one target is being sent to until that is canceled: this server does not bear that an activity ends meanwhile. */
async function startDeliveringRun(dedupeKey: string): Promise<StartedRun> {
  let isDelivering = false
  world.onDeliver(async () => {
    isDelivering = true
    return await untilCanceled()
  })
  const run = await startWaitingRun(dedupeKey)
  await eventually(() => expect(isDelivering).toBe(true))
  return run
}

const lastState = () => world.ledger.runStates.at(-1)

test('a run waits for the lock, asks again now and then, and goes on when the holder is gone', async () => {
  const holder = await world.startHolder('first-holder')
  const waiter = await startWaitingRun('waiter')
  await eventually(async () =>
    expect(await waiter.query(progressQuery)).toMatchObject({
      state: 'waiting',
      waitsFor: 'the lock of the account',
    }),
  )
  await world.env.sleep(30 * minute)
  expect(world.ledger.granted).toEqual([])
  const asked = world.ledger.asked.filter((runId) => runId === waiter.workflowId).length
  expect(asked).toBeGreaterThanOrEqual(4)
  // After half a minute, one, two and so on, to a quarter of an hour: hours of waiting do not fill the history.
  expect(asked).toBeLessThanOrEqual(7)
  await holder.terminate()
  expect(await waiter.result()).toMatchObject({ state: 'completed' })
  expect(world.ledger.granted).toEqual([waiter.workflowId])
  expect(world.ledger.holders.size).toBe(0)
})

test('an estimate that hangs, or fails, holds up nothing: not a pause, not the sends, not the end', async () => {
  let asked = 0
  world.ledger.onEstimate = async () => {
    asked += 1
    if (asked > 1) throw new Error('the estimate is broken')
    return await Context.current().cancelled
  }
  const holder = await world.startHolder('while-it-hangs')
  const waiter = await startWaitingRun('hangs')
  // Most wait for a moment: only one that waits longer is estimated.
  await eventually(() => expect(lastState()).toBe('waiting: the lock of the account'))
  expect(asked).toBe(0)
  await world.env.sleep(minute)
  await eventually(() => expect(asked).toBe(1))
  await waiter.signal('pause')
  await eventually(() => expect(lastState()).toBe('paused: paused by operator'))
  await waiter.signal('resume')
  await eventually(() => expect(lastState()).toBe('waiting: the lock of the account'))
  await holder.terminate()
  expect(await waiter.result()).toMatchObject({ state: 'completed', counts: { delivered: 1 } })
})

test('a paused run gives the lock back, waits as long as it takes, and goes on in the same workflow', async () => {
  world.ledger.targets = 2
  let started = 0
  world.onDeliver(async (runId) => {
    started += 1
    if (started <= 2) await untilCanceled()
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const paused = await startWaitingRun('paused')
  await eventually(() => expect(started).toBe(2))
  await paused.signal('pause', { reason: 'lunch' })
  await eventually(() => expect(lastState()).toBe('paused: paused by operator: lunch'))
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  await world.env.sleep(hour / 2)
  await paused.signal('resume')
  expect(await paused.result()).toMatchObject({ state: 'completed', counts: { delivered: 2 } })
  expect(world.ledger.holders.size).toBe(0)
})

test('a paused run expires at its deadline', async () => {
  const paused = await startDeliveringRun('expires')
  await paused.signal('pause')
  await eventually(() => expect(lastState()).toBe('paused: paused by operator'))
  expect(await paused.result()).toMatchObject({ state: 'failed', counts: { pending: 0, expired: 1 } })
  const endedMs = (await timesOf(paused, 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'))[0] ?? 0
  expect(endedMs - paused.deadlineMs).toBeGreaterThanOrEqual(-1)
  expect(endedMs - paused.deadlineMs).toBeLessThan(minute)
})

test('a run that waits for the lock expires at its deadline, and leaves the queue', async () => {
  const holder = await world.startHolder('second-holder')
  const waiter = await startWaitingRun('waits-too-long')
  expect(await waiter.result()).toMatchObject({ state: 'failed', counts: { expired: 1 } })
  // The one in the queue would otherwise be granted the lock as soon as it is free.
  await holder.terminate()
  await world.env.sleep(10 * minute)
  expect(world.ledger.granted).toEqual([])
})

test('a cancel while it waits ends it at once', async () => {
  const holder = await world.startHolder('third-holder')
  const waiter = await startWaitingRun('canceled')
  await eventually(() => expect(lastState()).toBe('waiting: the lock of the account'))
  await waiter.cancel()
  expect(await waiter.result()).toMatchObject({ state: 'canceled', counts: { skipped: 1 } })
  await holder.terminate()
})

test('a target that is canceled by hand is skipped, and the others go out', async () => {
  world.ledger.targets = 3
  world.onDeliver(async (runId, ordinal) => {
    if (ordinal === 1) return await untilCanceled()
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const handle = await startWaitingRun('one-unwanted')
  await eventually(() => expect(world.ledger.runs.get(handle.workflowId)?.counts.delivered).toBe(2))
  await world.env.client.workflow.getHandle(`${handle.workflowId}#1`).cancel()
  await eventually(async () =>
    expect(await handle.query(progressQuery)).toMatchObject({ counts: { pending: 0, skipped: 1 } }),
  )
  expect(await handle.result()).toMatchObject({ state: 'partial', counts: { delivered: 2, skipped: 1 } })
})

test('a grant that nobody waits for any more is given back, and garbage is no grant', async () => {
  const paused = await startDeliveringRun('late-grant')
  await paused.signal('pause')
  await eventually(() => expect(lastState()).toBe('paused: paused by operator'))
  world.ledger.holders.clear()
  world.ledger.hold(accountId, paused.workflowId)
  const token = world.ledger.holders.get(accountId)?.token ?? 0
  await paused.signal(lockGrantedSignal, { token: 'x' } as never)
  await paused.signal(lockGrantedSignal, { token })
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  await paused.signal('cancel')
  await paused.result()
})

test('a run that goes on as new keeps the lock and its counts, and a pause that comes then frees the lock', async () => {
  // A page is 500 targets: this is the second page of 502.
  const counts = { pending: 2, delivered: 500, failed: 0, unknown: 0, skipped: 0, expired: 0 }
  world.onDeliver(untilCanceled)
  const nowMs = await world.nowMs()
  const runId = `run:${operator}/second-page@${new Date(nowMs).toISOString()}`
  world.ledger.runs.set(runId, { state: 'running', reason: null, counts: { ...counts }, total: 502 })
  world.ledger.hold(accountId, runId)
  const lockToken = world.ledger.holders.get(accountId)?.token ?? 0
  const targets = { total: 502, counts, nextOrdinal: 501, held: [7] }
  const second = await startRun(world, {
    dedupeKey: 'second-page',
    nowMs,
    withinMs: hour,
    carried: { targets, lockToken, uploaded: true },
  })
  await eventually(() => expect(lastState()).toBe('running'))
  expect(world.ledger.asked).toEqual([])
  await second.signal('pause')
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  const delivered: number[] = []
  world.onDeliver(async (_runId, ordinal) => {
    delivered.push(ordinal)
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  await second.signal('resume')
  expect(await second.result()).toMatchObject({ state: 'completed', counts: { delivered: 502, pending: 0 } })
  expect(delivered.toSorted((a, b) => a - b)).toEqual([7, 501])
})

test('a page of 500 targets is followed by another, in a new execution with the same lock', async () => {
  world.ledger.targets = 503
  const first = await startRun(world, {
    dedupeKey: 'two-pages',
    nowMs: await world.nowMs(),
    withinMs: hour,
    groupConcurrency: 20,
  })
  expect(await first.result()).toMatchObject({ state: 'completed', counts: { delivered: 503 } })
  // One grant for both pages.
  expect(world.ledger.granted).toEqual([first.workflowId])
  const { runId } = await first.describe()
  expect(runId).not.toBe(first.firstExecutionRunId)
})
