import type { Client, WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pause } from '../../src/pause.js'
import { eventually } from '../support/eventually.js'
import { startOwnTemporal, type OwnTemporal } from '../support/own-temporal.js'

let server: OwnTemporal

beforeAll(async () => {
  server = await startOwnTemporal()
})
afterAll(() => server.close())

const timeout = 240_000
const timers = 300
const startsAtOnce = 20
const createMsEach = 60
/** Requests under way at once. */
const lanes = 4
const quietMs = 3_000
const shortlyMs = 200

type At = { seconds?: { toNumber(): number } | null; nanos?: number | null } | null | undefined
const msOf = (at: At) => (at?.seconds?.toNumber() ?? 0) * 1_000 + (at?.nanos ?? 0) / 1e6

/** When its timer fired, by Temporal's clock. */
async function firedMs(sleeper: WorkflowHandle): Promise<number> {
  const { events } = await sleeper.fetchHistory()
  const event = events?.find((one) => one.workflowTaskScheduledEventAttributes)
  if (!event) throw new Error('its timer has not fired')
  return msOf(event.eventTime)
}

/** No worker asks for its task: it only waits for its timer. */
async function startAsleep({ workflow }: Client, index: number, dueMs: number): Promise<WorkflowHandle> {
  return await workflow.start('sleeper', {
    workflowId: `sleeper-${index}`,
    taskQueue: 'nobody',
    startDelay: dueMs - Date.now(),
  })
}

// In decision 0049: a request waited for all of the timers of an instant.
test(
  'what is asked while many timers of one instant fire is answered between them',
  { timeout },
  async () => {
    const { temporal } = server
    const asked = await temporal.workflow.start('asked', { workflowId: 'asked', taskQueue: 'nobody' })
    const dueMs = Date.now() + timers * createMsEach + quietMs
    const sleepers: WorkflowHandle[] = []
    for (let index = 0; index < timers; index += startsAtOnce) {
      const some = Array.from({ length: startsAtOnce }, (_, offset) => index + offset)
      sleepers.push(...(await Promise.all(some.map((one) => startAsleep(temporal, one, dueMs)))))
    }
    expect(Date.now(), 'all sleep before the first is due').toBeLessThan(dueMs)

    await pause(Math.max(0, dueMs - shortlyMs - Date.now()))
    let haveAllFired = false
    const ask = async () => {
      while (!haveAllFired) await asked.signal('a request')
    }
    const asking = Array.from({ length: lanes }, ask)
    const fired: number[] = []
    for (const sleeper of sleepers) fired.push(await eventually(() => firedMs(sleeper)))
    haveAllFired = true
    await Promise.all(asking)
    const { events } = await asked.fetchHistory()
    const signals = (events ?? [])
      .filter((one) => one.workflowExecutionSignaledEventAttributes)
      .map((one) => msOf(one.eventTime))
    const [first, end] = [Math.min(...fired), Math.max(...fired)]
    const between = signals.filter((ms) => ms > first && ms < end).length
    // 90 with two timers at once, 2 with Temporal's own 512.
    expect(between).toBeGreaterThan(timers / 20)
  },
)
