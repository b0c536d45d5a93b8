import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OverlapPolicy } from '../../src/domain/definition.js'
import { mainTaskQueue, reminderWorkflowId } from '../../src/domain/ids.js'
import { defineReminderUpdate } from '../../src/workflows/messages.js'
import type { reminder } from '../../src/workflows/reminder.js'
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
const policies: OverlapPolicy[] = ['skip', 'bufferOne', 'cancelOther']

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: false })
})
afterAll(() => world.close())

const rowsOf = async (key: string) =>
  (await world.runs(key)).map(({ scheduledAt, state }) => `${state} ${scheduledAt}`)

describe('no worker', () => {
  // Seconds after the worker was stopped. Less than 10 s of catch-up time does not exist.
  const downFor = 24
  const missedAt = [1, 3, 5]
  const timelyAt = [downFor - 3, downFor - 2, downFor - 1]
  const hour = 3_600_000
  const due: Record<string, { at: number[]; catchUpMs: number; expected: Record<OverlapPolicy, string> }> = {
    none: { at: [], catchUpMs: 0, expected: { skip: '', bufferOne: '', cancelOther: '' } },
    'one, too late': { at: [1], catchUpMs: 0, expected: { skip: 'm', bufferOne: 'm', cancelOther: 'm' } },
    'one, in time': { at: [1], catchUpMs: hour, expected: { skip: 'c', bufferOne: 'c', cancelOther: 'c' } },
    'five, in time': {
      at: [1, 3, ...timelyAt],
      catchUpMs: hour,
      expected: { skip: 'cssss', bufferOne: 'csssc', cancelOther: 'ssssc' },
    },
    'three of six too late': {
      at: [...missedAt, ...timelyAt],
      // The worker has as long as this to be back.
      catchUpMs: 15 * second,
      expected: { skip: 'mmmcss', bufferOne: 'mmmcsc', cancelOther: 'mmmssc' },
    },
  }
  const cases = Object.entries(due).flatMap(([name, one]) =>
    policies.map((overlap) => ({
      name,
      overlap,
      ...one,
      key: `${name} ${overlap}`.replaceAll(/[ ,]+/g, '-'),
    })),
  )
  let downMs: number
  let backMs: number

  beforeAll(async () => {
    downMs = inSeconds(15)
    backMs = downMs + downFor * second
    await Promise.all(
      cases.map(async ({ key, at, overlap, catchUpMs }) => {
        // One before the downtime, and two after it.
        const times = [downMs - 5 * second, ...at.map((s) => downMs + s * second), ...after()]
        await world.define(key, { schedule: instants(...times), overlap, catchUpMs })
      }),
    )
    await eventually(async () => {
      for (const { key } of cases)
        expect(await rowsOf(key)).toEqual([`completed ${spell(downMs - 5 * second)}`])
    })
    expect(Date.now(), 'the downtime has begun').toBeLessThan(downMs)
    await world.stopWorker()
    await eventually(() => expect(Date.now()).toBeGreaterThan(backMs))
    await world.startWorker()
  })

  const after = () => [12, 14].map((s) => backMs + s * second)

  test.each(cases)('over $name, overlap $overlap', async ({ key, at, overlap, expected }) => {
    const handle = world.client.workflow.getHandle<typeof reminder>(reminderWorkflowId(operator, key))
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    const states = `c${expected[overlap]}cc`.split('')
    const times = [downMs - 5 * second, ...at.map((s) => downMs + s * second), ...after()]
    const words: Record<string, string> = { c: 'completed', s: 'skipped', m: 'missed' }
    expect(await rowsOf(key)).toEqual(times.map((ms, n) => `${words[states[n] ?? '']} ${spell(ms)}`))
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

  test('again and again, it loses no occurrence and repeats none', async () => {
    const key = 'terminated-often'
    const first = inSeconds(6)
    const times = Array.from({ length: 12 }, (_, n) => first + n * 2 * second)
    const handle = await world.define(key, { schedule: instants(...times) })
    let terminations = 0
    // At an instant that falls everywhere between two occurrences: before one, on it, while its run is begun.
    for (let step = 0; (await world.row(key)).endedAt === null && step < 8; step++) {
      const instant = first + step * 2 * second + step * 250
      await eventually(() => expect(Date.now()).toBeGreaterThan(instant), { intervalMs: 5 })
      await handle.terminate('of the test')
      terminations += 1
      const digest = await world.save({ schedule: instants(...times) })
      // As a worker does that finds it missing, and as a client does that asks for it again.
      if (step % 2 === 0) await startAnew(key)
      else expect(await world.defined(key, digest)).toMatchObject({ kind: 'exists' })
    }
    expect(terminations).toBe(8)
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    expect(await rowsOf(key)).toEqual(times.map((ms) => `completed ${spell(ms)}`))
    const begun = world.fired(key).map(({ runId }) => runId)
    expect(begun).toHaveLength(times.length)
  })

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
