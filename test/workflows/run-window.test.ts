import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { OpenHours } from '../../src/protocol/payloads.js'
import { lastMomentMs } from '../../src/domain/hours/last-moment.js'
import { progressQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { timesOf } from './support/history.js'
import {
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
  for (const list of [ledger.runStates, ledger.asked, ledger.granted]) list.length = 0
  ledger.holders.clear()
  ledger.targets = 1
  ledger.hoursAt = undefined
  world.onDeliver(async (runId) => {
    ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
})

const opened = (opensMs: number, closesMs: number): OpenHours => ({
  opensAt: new Date(opensMs).toISOString(),
  closesAt: new Date(closesMs).toISOString(),
  opensText: '08:00 (Africa/Nairobi)',
})

/** These intervals, the last one as long as it is asked for. */
function setHours(...intervals: [opensMs: number, closesMs: number][]): void {
  world.ledger.hoursAt = (atMs) => {
    const found = intervals.find(([, closesMs]) => closesMs > atMs) ?? intervals.at(-1)
    if (!found) throw new Error('no hours')
    return opened(...found)
  }
}

async function start(dedupeKey: string, withinMs = 20 * hour): Promise<StartedRun> {
  return await startRun(world, { dedupeKey, nowMs: await world.nowMs(), withinMs, groupConcurrency: 1 })
}

const lastState = () => world.ledger.runStates.at(-1)

test('a run that is due before its window opens waits for it without a place in the queue', async () => {
  const nowMs = await world.nowMs()
  const opensMs = nowMs + 3 * hour
  setHours([opensMs, opensMs + hour])
  const early = await start('early')
  await eventually(async () =>
    expect(await early.query(progressQuery)).toMatchObject({
      state: 'waiting',
      waitsFor: 'window, goes on at 08:00 (Africa/Nairobi)',
      waitsUntil: new Date(opensMs).toISOString(),
    }),
  )
  expect(world.ledger.runs.get(early.workflowId)).toMatchObject({
    state: 'waiting',
    reason: 'window, goes on at 08:00 (Africa/Nairobi)',
    waitsUntil: new Date(opensMs).toISOString(),
  })
  expect(world.ledger.asked).toEqual([])
  expect(await early.result()).toMatchObject({ state: 'completed', counts: { delivered: 1 } })
  // An estimate came before.
  const startedMs = (await timesOf(early, 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED')).at(-1) ?? 0
  expect(startedMs).toBeGreaterThanOrEqual(opensMs - 1)
})

test('at the end of its window a run stops, gives the lock back, and goes on at the next opening where it was', async () => {
  const nowMs = await world.nowMs()
  // Real seconds pass while a delivery is under way: the server skips none then.
  const closesMs = nowMs + 12_000
  const opensMs = nowMs + 12 * hour
  setHours([nowMs - hour, closesMs], [opensMs, opensMs + hour])
  world.ledger.targets = 3
  const delivered: number[] = []
  let isFirstDay = true
  world.onDeliver(async (runId, ordinal) => {
    if (ordinal === 1 && isFirstDay) await untilCanceled()
    delivered.push(ordinal)
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const run = await start('over-two-days')
  await eventually(() => expect(lastState()).toBe('waiting: window, goes on at 08:00 (Africa/Nairobi)'))
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  expect(delivered).toEqual([0])
  const [canceledMs = 0] = await timesOf(
    run,
    'EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED',
  )
  // At the last moment, and not before.
  expect(canceledMs).toBeGreaterThanOrEqual(closesMs - lastMomentMs - 1)
  isFirstDay = false
  expect(await run.result()).toMatchObject({ state: 'completed', counts: { delivered: 3 } })
  expect(delivered).toEqual([0, 1, 2])
  expect(world.ledger.granted).toEqual([run.workflowId, run.workflowId])
  const starts = await timesOf(run, 'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED')
  expect(starts.filter((ms) => ms < closesMs)).toHaveLength(2)
  expect(starts.filter((ms) => ms >= opensMs - 1)).toHaveLength(2)
})

test('a run that waits for the lock leaves the queue when its window closes, and asks again when it opens', async () => {
  const holder = await world.startHolder('window-holder')
  const nowMs = await world.nowMs()
  const opensMs = nowMs + 12 * hour
  setHours([nowMs - hour, nowMs + 5 * minute], [opensMs, opensMs + hour])
  const waiter = await start('waits-for-both')
  await eventually(() => expect(lastState()).toBe('waiting: the lock of the account'))
  await world.env.sleep(6 * minute)
  await eventually(() => expect(lastState()).toBe('waiting: window, goes on at 08:00 (Africa/Nairobi)'))
  await holder.terminate()
  await world.env.sleep(hour)
  // The lock is free, and nobody was granted it in vain.
  expect(world.ledger.granted).toEqual([])
  expect(await waiter.result()).toMatchObject({ state: 'completed' })
  expect(world.ledger.granted).toEqual([waiter.workflowId])
})

test('a pause while it waits for the window stays one when the window opens', async () => {
  const nowMs = await world.nowMs()
  const opensMs = nowMs + hour
  setHours([opensMs, opensMs + 8 * hour])
  const run = await start('paused-at-night')
  await eventually(() => expect(lastState()).toBe('waiting: window, goes on at 08:00 (Africa/Nairobi)'))
  await run.signal('pause')
  await eventually(() => expect(lastState()).toBe('paused: paused by operator'))
  await world.env.sleep(2 * hour)
  expect(world.ledger.asked).toEqual([])
  await run.signal('resume')
  expect(await run.result()).toMatchObject({ state: 'completed' })
})

test('a cancel while it waits for the window ends it at once', async () => {
  const nowMs = await world.nowMs()
  setHours([nowMs + hour, nowMs + 2 * hour])
  const run = await start('canceled-at-night')
  await eventually(() => expect(lastState()).toBe('waiting: window, goes on at 08:00 (Africa/Nairobi)'))
  await run.signal('cancel')
  expect(await run.result()).toMatchObject({ state: 'canceled', counts: { skipped: 1 } })
})

test('the time to deliver runs on while the window is closed, and it says so where it ends first', async () => {
  const nowMs = await world.nowMs()
  setHours([nowMs + 10 * hour, nowMs + 11 * hour])
  const run = await start('never-open', 2 * hour)
  const deadline = new Date(run.deadlineMs).toISOString()
  await eventually(async () =>
    expect(await run.query(progressQuery)).toMatchObject({
      state: 'waiting',
      waitsFor: `window, opens at 08:00 (Africa/Nairobi), and what is unsent expires before, at ${deadline}`,
    }),
  )
  expect(await run.query(progressQuery)).not.toHaveProperty('waitsUntil')
  expect(await run.result()).toMatchObject({ state: 'failed', counts: { expired: 1 } })
  const [endedMs = 0] = await timesOf(run, 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED')
  expect(endedMs).toBeGreaterThanOrEqual(run.deadlineMs - 1)
  expect(endedMs).toBeLessThan(run.deadlineMs + minute)
})

test('a send that the ledger refuses as too late is held for the next opening', async () => {
  const nowMs = await world.nowMs()
  const opensMs = nowMs + 12 * hour
  // Ours has it open for a while; the ledger's clock is ahead.
  setHours([nowMs - hour, nowMs + 20_000], [opensMs, opensMs + hour])
  let refused = 0
  world.onDeliver(async (runId) => {
    if ((await world.nowMs()) < opensMs - minute) {
      refused += 1
      return { kind: 'held' }
    }
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const run = await start('too-late')
  expect(await run.result()).toMatchObject({ state: 'completed' })
  expect(refused).toBeGreaterThan(0)
  // A second, then two, and so on, until its own clock says so too.
  expect(refused).toBeLessThan(10)
})
