import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { overlapPolicies, type OverlapPolicy } from '../../src/domain/definition.js'
import { mainTaskQueue, reminderWorkflowId } from '../../src/domain/ids.js'
import { defineReminderUpdate } from '../../src/protocol/messages.js'
import type { reminder } from '../../src/workflows/reminder/reminder.js'
import { eventually } from '../support/eventually.js'
import {
  inSeconds,
  instants,
  operator,
  spell,
  startReminderWorld,
  type ReminderWorld,
} from './support/reminder-world.js'

/**
 * What a reminder makes of a time in which it was not there: no worker, or the workflow terminated. On a real
 * Temporal, since the one that skips time skips none while a task waits for a worker.
 */

const second = 1_000
/** Where a machine is too slow for the times of a test, it is had again with longer ones: so many times as long. */
const paces = [1, 3, 9]
const patience = { timeoutMs: 300_000 }

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: false })
})
afterAll(() => world.close())

const rowsOf = async (key: string) =>
  (await world.runs(key)).map(({ scheduledAt, state }) => `${state} ${scheduledAt}`)

/** The number of runs of which Temporal has not told the reminder yet that they ended. */
async function runsUnderWay(key: string): Promise<number> {
  const { raw } = await world.client.workflow.getHandle(reminderWorkflowId(operator, key)).describe()
  return raw.pendingChildren?.length ?? 0
}

describe('no worker', () => {
  // Seconds after the worker was stopped, at the pace 1. Less than 10 s of catch-up time does not exist.
  const downFor = 24
  const missedAt = [1, 3, 5]
  const timelyAt = [downFor - 3, downFor - 2, downFor - 1]
  // Far enough apart that the run of the first is over by the second, also where a task of it is lost (10 s).
  const afterAt = [downFor + 12, downFor + 36]
  const hour = 3_600_000
  const due: Record<string, { at: number[]; catchUpMs?: number; expected: Record<OverlapPolicy, string> }> = {
    none: { at: [], catchUpMs: 0, expected: { skip: '', bufferOne: '', cancelOther: '' } },
    'one, too late': { at: [1], catchUpMs: 0, expected: { skip: 'm', bufferOne: 'm', cancelOther: 'm' } },
    'one, in time': { at: [1], catchUpMs: hour, expected: { skip: 'c', bufferOne: 'c', cancelOther: 'c' } },
    'five, in time': {
      at: [1, 3, ...timelyAt],
      catchUpMs: hour,
      expected: { skip: 'cssss', bufferOne: 'csssc', cancelOther: 'ssssc' },
    },
    // The worker has as long as this to be back.
    'three of six too late': {
      at: [...missedAt, ...timelyAt],
      expected: { skip: 'mmmcss', bufferOne: 'mmmcsc', cancelOther: 'mmmssc' },
    },
  }
  const backWithin = 15
  const cases = Object.entries(due).flatMap(([name, one]) =>
    overlapPolicies.map((overlap) => ({ name, overlap, ...one })),
  )
  type Downtime = { downMs: number; pace: number }
  let downtime: Downtime

  const keyOf = ({ name, overlap }: (typeof cases)[number], { pace }: Downtime) =>
    `${name} ${overlap} ${pace}`.replaceAll(/[ ,]+/g, '-')
  const timesOf = ({ at }: (typeof cases)[number], { downMs, pace }: Downtime) =>
    [-5, ...at, ...afterAt].map((s) => downMs + s * pace * second)

  /** Whether it went as it was to go: all were waiting when it began, and had caught up before what comes after it. */
  async function goThrough(down: Downtime): Promise<boolean> {
    const { downMs, pace } = down
    await Promise.all(
      cases.map(async (one) => {
        const { overlap, catchUpMs = backWithin * pace * second } = one
        await world.define(keyOf(one, down), {
          schedule: instants(...timesOf(one, down)),
          overlap,
          catchUpMs,
        })
      }),
    )
    const untilRows = async (count: (one: (typeof cases)[number]) => number) =>
      await eventually(async () => {
        for (const one of cases)
          expect((await rowsOf(keyOf(one, down))).length).toBeGreaterThanOrEqual(count(one))
      }, patience)
    await untilRows(() => 1)
    // What is still on when the worker stops is on for the whole downtime, and what is due then overlaps with it.
    await eventually(async () => {
      for (const one of cases) expect(await runsUnderWay(keyOf(one, down))).toBe(0)
    }, patience)
    if (Date.now() >= downMs) return false
    await world.stopWorker()
    await eventually(() => expect(Date.now()).toBeGreaterThan(downMs + downFor * pace * second), patience)
    await world.startWorker()
    await untilRows(({ at }) => 1 + at.length)
    return Date.now() < downMs + ((timelyAt[0] ?? 0) + backWithin) * pace * second
  }

  beforeAll(async () => {
    for (const pace of paces) {
      downtime = { downMs: inSeconds(15 * pace), pace }
      if (await goThrough(downtime)) return
    }
    throw new Error('this machine is too slow for a downtime of minutes')
  }, 1_200_000)

  test.each(cases)('over $name, overlap $overlap', async (one) => {
    const key = keyOf(one, downtime)
    const handle = world.client.workflow.getHandle<typeof reminder>(reminderWorkflowId(operator, key))
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    const states = `c${one.expected[one.overlap]}cc`.split('')
    const words: Record<string, string> = { c: 'completed', s: 'skipped', m: 'missed' }
    expect(await rowsOf(key)).toEqual(
      timesOf(one, downtime).map((ms, n) => `${words[states[n] ?? '']} ${spell(ms)}`),
    )
    expect(world.fired(key)).toHaveLength(states.filter((state) => state === 'c').length)
    for (const run of await world.runs(key)) if (run.state !== 'completed') expect(run.reason).toBeTruthy()
  })
})

describe.concurrent('terminated and started anew', () => {
  const workflowId = (key: string) => reminderWorkflowId(operator, key)
  const startAnew = async (key: string) =>
    await world.client.workflow.start<typeof reminder>('reminder', {
      workflowId: workflowId(key),
      taskQueue: mainTaskQueue,
      args: [{ operator, dedupeKey: key }],
    })

  test('again and again, it loses no occurrence and repeats none', { timeout: 900_000 }, async () => {
    for (const pace of paces) if (await terminatedOften(pace)) return
    throw new Error('this machine is too slow to start a reminder anew within a quarter of a minute')
  })

  /** Returns false where it was started anew too late to tell: two occurrences were due at once then. */
  async function terminatedOften(pace: number): Promise<boolean> {
    const key = `terminated-often-${pace}`
    const first = inSeconds(6 * pace)
    const apart = 2 * second * pace
    const times = Array.from({ length: 12 }, (_, n) => first + n * apart)
    const handle = await world.define(key, { schedule: instants(...times) })
    let terminations = 0
    let isInTime = true
    // At an instant that falls everywhere between two occurrences: before one, on it, while its run is begun.
    for (let step = 0; (await world.row(key)).endedAt === null && step < 8; step++) {
      const instant = first + step * (apart + apart / 8)
      await eventually(() => expect(Date.now()).toBeGreaterThan(instant), { ...patience, intervalMs: 5 })
      await handle.terminate('of the test')
      terminations += 1
      const digest = await world.save({ schedule: instants(...times) })
      // As a worker does that finds it missing, and as a client does that asks for it again.
      if (step % 2 === 0) await startAnew(key)
      else expect(await world.askToDefine(key, digest)).toMatchObject({ kind: 'exists' })
      isInTime &&= Date.now() < instant + apart / 2
    }
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    const rows = await rowsOf(key)
    expect(rows.map((row) => row.split(' ')[1])).toEqual(times.map(spell))
    const begun = world.fired(key).map(({ runId }) => runId)
    expect(new Set(begun).size).toBe(begun.length)
    expect(begun).toHaveLength(rows.filter((row) => row.startsWith('completed')).length)
    if (!isInTime || terminations < 8) return false
    expect(rows).toEqual(times.map((ms) => `completed ${spell(ms)}`))
    return true
  }

  test('it follows the run that it had started, and starts no second one', async () => {
    const key = 'terminated-running'
    const first = inSeconds(6)
    world.runsLast(key, Infinity)
    const handle = await world.define(key, { schedule: instants(first) })
    await eventually(async () => expect(await rowsOf(key)).toEqual([`running ${spell(first)}`]))
    await handle.signal('pause')
    await eventually(async () => expect(await rowsOf(key)).toEqual([`paused ${spell(first)}`]))
    await eventually(async () => expect((await world.row(key)).state).toBe('paused'))
    await handle.terminate('of the test')
    const again = await startAnew(key)
    // What the operator says reaches a run that another life of the reminder started, too.
    await again.signal('resume')
    await eventually(async () => expect(await rowsOf(key)).toEqual([`running ${spell(first)}`]))
    await world.client.workflow.getHandle((await world.runs(key))[0]?.id ?? '').signal('finish')
    expect(await again.result()).toMatchObject({ state: 'completed', run: { state: 'completed' } })
    expect(world.fired(key)).toHaveLength(1)
    expect(await rowsOf(key)).toEqual([`completed ${spell(first)}`])
  })

  test('a pause and a cancel that come before the definition hold', async () => {
    const key = 'signaled-early'
    const handle = await world.client.workflow.signalWithStart('reminder', {
      workflowId: workflowId(key),
      taskQueue: mainTaskQueue,
      args: [{ operator, dedupeKey: key }],
      signal: 'pause',
      signalArgs: [],
    })
    await handle.signal('cancel')
    const digest = await world.save({ schedule: instants(inSeconds(600)) })
    const answer = await handle.executeUpdate(defineReminderUpdate, { args: [{ digest }] })
    expect(answer).toMatchObject({ kind: 'created' })
    expect(await handle.result()).toEqual({ state: 'canceled' })
    expect(await rowsOf(key)).toEqual([])
  })
})
