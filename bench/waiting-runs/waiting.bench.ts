import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../test/support/eventually.js'
import { holdLock } from '../../test/support/holding-run.js'
import { lockHistory } from '../../test/support/lock-history.js'
import { startSystem, type System } from '../../test/support/system.js'
import {
  countWaiting,
  startStoredRun,
  storeRuns,
  storeWaiting,
  waitingRunId,
} from '../../test/support/waiting-runs.js'
import { rateOf } from '../pending-reminders/in-flight.js'
import { estimateCost, type EstimateCost } from './estimates.js'
import { takeLoopDelay } from './loop-delay.js'
import { missed, type Figures } from './report.js'

const accountId = 'office'
const phone = '15550007501'
const sends = 10
const waiting = Number(process.env.WAITING_RUNS ?? 10_000)
/** So many of them are workflows of their own in Temporal; the others are what those have in Postgres. */
const workflows = Math.min(waiting, Number(process.env.WAITING_WORKFLOWS ?? 1_000))
const watchedMs = Number(process.env.WAITING_WATCHED_MS ?? 60_000)
const delayFile = join(tmpdir(), `loop-delay-${process.pid}.json`)
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.worker().stop()
  await system.startWorker({
    NODE_OPTIONS: `--import=${new URL('./loop-delay.mjs', import.meta.url).pathname}`,
    LOOP_DELAY_FILE: delayFile,
    // It would start the workflows of those that have none here.
    CARILLON_RECONCILE_MINUTES: '1440',
  })
  await system.pairAccount({ id: accountId, phone, ratePerMinute: 40 })
})
afterAll(() => system.close())

async function startWorkflows(first: number): Promise<number> {
  const { database, temporal, operator } = system
  await storeRuns(database, { operator, accountId, first, count: workflows, sends })
  const begun = performance.now()
  await rateOf(workflows, {
    inFlight: 20,
    work: async (index) => {
      await startStoredRun(temporal, { operator, accountId }, first + index)
    },
  })
  await eventually(async () => expect(await countWaiting(database, accountId)).toBe(first + workflows), {
    timeoutMs: 1_800_000,
    intervalMs: 500,
  })
  return performance.now() - begun
}

/** From the request to the answer that it is done, as the operator waits for it: of a few of those that wait. */
async function pauses(first: number): Promise<number[]> {
  const taken: number[] = []
  for (let i = 0; i < 10; i++) {
    const begun = performance.now()
    const { confirmed } = await system.client.runs.pause(waitingRunId(system.operator, first + 7 * i))
    expect(confirmed).toBe(true)
    taken.push(performance.now() - begun)
    await delay(watchedMs / 20)
  }
  return taken
}

test(`${waiting} runs wait for one account, ${workflows} of them with workflows`, async () => {
  const { database, temporal, operator } = system
  await holdLock(system, { accountId, phone })
  await takeLoopDelay(system.worker().pid, delayFile)
  await delay(watchedMs / 2)
  const before = await takeLoopDelay(system.worker().pid, delayFile)
  const estimates: EstimateCost[] = []
  let stored = 0
  for (const count of [100, 1_000, waiting - workflows]) {
    if (count > stored) {
      const runs = { operator, accountId, first: stored, count: count - stored, sends, areWindowed: true }
      await storeWaiting(database, runs)
    }
    stored = Math.max(stored, count)
    await database.query('analyze')
    estimates.push(await estimateCost(system, { accountId, lastRun: stored - 1 }))
  }
  await takeLoopDelay(system.worker().pid, delayFile)
  const startedInMs = await startWorkflows(stored)
  const whileStarting = await takeLoopDelay(system.worker().pid, delayFile)
  const arriving = await lockHistory(temporal, accountId)

  const sinceMs = Date.now()
  const pausedInMs = await pauses(stored)
  await delay(Math.max(0, sinceMs + watchedMs - Date.now()))
  const loop = await takeLoopDelay(system.worker().pid, delayFile)
  const minutes = (Date.now() - sinceMs) / 60_000
  const { events, signals } = await lockHistory(temporal, accountId, sinceMs)
  const figures: Figures = {
    waiting: stored + workflows,
    workflows,
    estimates,
    startedInMs,
    eventsWhileArriving: arriving.events,
    signalsWhileArriving: arriving.signals,
    eventsAMinute: events / minutes,
    signalsAMinute: signals / minutes,
    slowestPauseMs: Math.max(...pausedInMs),
    loop,
    loopWhileStarting: whileStarting,
    loopBefore: before,
  }
  writeFileSync(process.env.WAITING_RESULT ?? '/dev/stdout', `${JSON.stringify(figures)}\n`)
  expect(missed(figures)).toEqual([])
})
