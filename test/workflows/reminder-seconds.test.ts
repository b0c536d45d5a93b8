import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OverlapPolicy } from '../../src/domain/definition.js'
import { editReminderUpdate, skipNextUpdate, snoozeReminderUpdate } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import {
  inSeconds,
  instants,
  spell,
  startReminderWorld,
  type ReminderWorld,
} from './support/reminder-world.js'

/**
 * The reminder on a real Temporal, with occurrences a few seconds apart. All tests run side by side, since most of
 * their time is waiting; what the operator does comes long before the first occurrence.
 */

const second = 1_000

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: false })
})
afterAll(() => world.close())

const text = (words: string) => [{ kind: 'text' as const, text: words }]
const rowsOf = async (key: string) =>
  (await world.runs(key)).map(({ scheduledAt, state }) => `${state} ${scheduledAt}`)

function row(firstMs: number, count: number, apart = second): number[] {
  return Array.from({ length: count }, (_, index) => firstMs + index * apart)
}

async function signal(key: string, handle: WorkflowHandle, name: string, payload: object = {}) {
  const before = (await world.audit(key)).length
  await handle.signal(name, payload)
  await eventually(async () => expect((await world.audit(key)).length).toBe(before + 1))
}

describe.concurrent('a reminder whose occurrences are seconds apart', () => {
  test('fires each once, not before its time, and ends', async () => {
    // Far enough apart for a busy machine: none has to wait for the run before it.
    const times = row(inSeconds(10), 4, 5 * second)
    const handle = await world.define('plain', { schedule: instants(...times) })
    expect(await handle.result()).toMatchObject({ state: 'completed', run: { state: 'completed' } })
    expect(await rowsOf('plain')).toEqual(times.map((ms) => `completed ${spell(ms)}`))
    const begun = world.fired('plain')
    expect(begun).toHaveLength(4)
    for (const [index, { atMs }] of begun.entries()) expect(atMs).toBeGreaterThanOrEqual(times[index] ?? 0)
  })

  test('that is paused over its occurrences fires, when resumed, the first and the last of them', async () => {
    const times = row(inSeconds(8), 4)
    const handle = await world.define('paused', { schedule: instants(...times) })
    await signal('paused', handle, 'pause')
    await eventually(() => expect(Date.now()).toBeGreaterThan((times.at(-1) ?? 0) + second))
    expect(world.fired('paused')).toEqual([])
    await signal('paused', handle, 'resume')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    expect(await rowsOf('paused')).toEqual(
      ['completed', 'skipped', 'skipped', 'completed'].map((state, n) => `${state} ${spell(times[n] ?? 0)}`),
    )
  })

  test('that is edited fires the newest', async () => {
    const first = inSeconds(20)
    const handle = await world.define('edited', { schedule: instants(...row(first + 600 * second, 3)) })
    for (const words of ['second', 'third', 'newest']) {
      const digest = await world.save({ schedule: instants(...row(first, 2)), parts: text(words) })
      expect(await handle.executeUpdate(editReminderUpdate, { args: [{ digest }] })).toMatchObject({
        kind: 'edited',
        nextFire: spell(first),
      })
    }
    const newest = await world.save({ schedule: instants(...row(first, 2)), parts: text('newest') })
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    expect(world.fired('edited').map(({ digest }) => digest)).toEqual([newest, newest])
    expect(await rowsOf('edited')).toEqual(row(first, 2).map((ms) => `completed ${spell(ms)}`))
  })

  test('hears snooze, skip, fireNow', async () => {
    const first = inSeconds(20)
    // As far apart: a run that is not over when the next is due has that one left out.
    const times = row(first, 4, 5 * second)
    const handle = await world.define('mixed', { schedule: instants(...times) })
    const until = spell(first + 7 * second)
    expect(await handle.executeUpdate(snoozeReminderUpdate, { args: [{ until }] })).toEqual({
      occurrence: spell(first),
      nextFire: until,
    })
    expect(await handle.executeUpdate(skipNextUpdate, { args: [{}] })).toEqual({
      kind: 'skipped',
      occurrence: spell(times[1] ?? 0),
      nextFire: until,
    })
    await signal('mixed', handle, 'fireNow')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    const runs = await world.runs('mixed')
    expect(runs.map(({ trigger, state }) => `${trigger} ${state}`)).toEqual([
      'fireNow completed',
      'schedule completed',
      'schedule skipped',
      'schedule completed',
      'schedule completed',
    ])
    const snoozed = world.fired('mixed').find(({ runId }) => runId === runs[1]?.id)
    expect(snoozed?.atMs).toBeGreaterThanOrEqual(first + 7 * second)
  })

  test('that is canceled between two occurrences fires no more', async () => {
    const first = inSeconds(8)
    const handle = await world.define('canceled', { schedule: instants(first, first + 600 * second) })
    await eventually(async () => expect(await rowsOf('canceled')).toEqual([`completed ${spell(first)}`]))
    await handle.signal('cancel', { reason: 'rain' })
    expect(await handle.result()).toMatchObject({ state: 'canceled' })
    expect(await rowsOf('canceled')).toEqual([`completed ${spell(first)}`])
  })

  test.each(['cancel', 'delete'])(
    'ends by %s with the run that is under way, and its history stays',
    async (action) => {
      const key = `ended-by-${action}`
      const first = inSeconds(8)
      world.runsLast(key, Infinity)
      const handle = await world.define(key, { schedule: instants(first, first + 600 * second) })
      await eventually(() => expect(world.fired(key)).toHaveLength(1))
      await handle.signal(action, { by: 'ann', reason: 'rain' })
      expect(await handle.result()).toMatchObject({ state: 'canceled' })
      expect(await rowsOf(key)).toEqual([`canceled ${spell(first)}`])
      const ended = await world.row(key)
      expect(ended).toMatchObject({ state: 'canceled', reason: 'canceled by operator: rain', nextFire: null })
      expect(ended.deletedAt === null).toBe(action === 'cancel')
      expect(await world.audit(key)).toEqual([{ action, actor: 'ann', reason: 'rain' }])
    },
  )

  test("ends by Temporal's own cancellation as by the operator's cancel", async () => {
    const handle = await world.define('by-temporal', { schedule: instants(inSeconds(600)) })
    await handle.cancel()
    expect(await handle.result()).toEqual({ state: 'canceled' })
  })

  test('takes no notice of a malformed signal, and refuses a malformed update', async () => {
    const handle = await world.define('malformed', { schedule: instants(inSeconds(600)) })
    for (const name of ['pause', 'resume', 'cancel', 'fireNow', 'delete'])
      for (const payload of [7, 'now', [], { reason: 3 }, { until: 'tomorrow' }, { by: 'x'.repeat(501) }])
        await handle.signal(name, payload)
    await expect(
      handle.executeUpdate(snoozeReminderUpdate, { args: [{ until: 'tomorrow' }] }),
    ).rejects.toMatchObject({ cause: { type: 'InvalidArgument' } })
    await expect(
      handle.executeUpdate(skipNextUpdate, { args: [{ occurrence: 'the next' }] }),
    ).rejects.toMatchObject({ cause: { type: 'InvalidArgument' } })
    expect(await world.audit('malformed')).toEqual([])
    expect(await world.row('malformed')).toMatchObject({ state: 'scheduled' })
    await handle.signal('cancel')
    expect(await handle.result()).toMatchObject({ state: 'canceled' })
  })

  const overlaps: Record<OverlapPolicy, string[]> = {
    bufferOne: ['completed', 'skipped', 'completed'],
    skip: ['completed', 'skipped', 'skipped'],
    cancelOther: ['canceled', 'canceled', 'completed'],
  }
  test.each(Object.entries(overlaps))('with overlap %s and a run that lasts', async (overlap, expected) => {
    const key = `overlap-${overlap}`
    const times = row(inSeconds(10), 3, 2 * second)
    world.runsLast(key, Infinity)
    const handle = await world.define(key, {
      schedule: instants(...times),
      overlap: overlap as OverlapPolicy,
    })
    // The last occurrence is due and was dealt with, and one run is under way.
    const underWay = await eventually(async () => {
      const runs = await world.runs(key)
      const { bufferedAt } = await world.row(key)
      expect([...runs.map(({ scheduledAt }) => scheduledAt), bufferedAt]).toContain(spell(times[2] ?? 0))
      const open = runs.filter(({ state }) => state === 'running' || state === 'preparing')
      expect(open).toMatchObject([{ state: 'running' }])
      return open[0]?.id ?? ''
    })
    world.runsLast(key, 0)
    await world.client.workflow.getHandle(underWay).signal('finish')
    expect(await handle.result()).toMatchObject({ state: 'completed' })
    expect((await world.runs(key)).map(({ state }) => state)).toEqual(expected)
    expect(world.fired(key)).toHaveLength(expected.filter((state) => state !== 'skipped').length)
  })
})
