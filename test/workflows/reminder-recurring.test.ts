import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OverlapPolicy } from '../../src/domain/definition.js'
import { eventually } from '../support/eventually.js'
import { eventsOfChain } from './support/executions.js'
import { settledEvents } from './support/history.js'
import { every, operator, spell, startReminderWorld, type ReminderWorld } from './support/reminder-world.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: true })
})
afterAll(() => world.close())

/** The next full hour after a while, in ms. */
const soonMs = async () => Math.ceil(((await world.nowMs()) + hour) / hour) * hour

const statesOf = async (key: string) => (await world.runs(key)).map(({ state }) => state)
const timesOf = async (key: string) => (await world.runs(key)).map(({ scheduledAt }) => scheduledAt)
/** Minutes after `fromMs` at which runs began. */
const begunAfter = (key: string, fromMs: number) =>
  world.fired(key).map(({ atMs }) => Math.floor((atMs - fromMs) / minute))

describe('a calendar', () => {
  test('fires each of its occurrences once, at its time, and the last one ends the reminder', async () => {
    const first = await soonMs()
    await world.define('daily', { schedule: every('FREQ=DAILY;COUNT=4', first) })
    expect(await world.passToEnd('daily')).toMatchObject({ state: 'completed' })
    expect(await timesOf('daily')).toEqual([0, 1, 2, 3].map((n) => spell(first + n * day)))
    expect(await statesOf('daily')).toEqual(Array(4).fill('completed'))
    expect(begunAfter('daily', first)).toEqual([0, 1, 2, 3].map((n) => n * 24 * 60))
    expect(await world.row('daily')).toMatchObject({ state: 'completed', nextFire: null })
  })

  test('fires on its weekdays, up to an end of its own', async () => {
    const first = await soonMs()
    const days = Array.from({ length: 21 }, (_, n) => first + n * day)
    const wanted = days.filter((ms) => [1, 4].includes(new Date(ms).getUTCDay()))
    await world.define('weekly', {
      schedule: {
        ...every('FREQ=WEEKLY;BYDAY=MO,TH', first),
        until: spell(days.at(-1) ?? 0).slice(0, -1),
      } as never,
    })
    expect(await world.passToEnd('weekly')).toMatchObject({ state: 'completed' })
    expect(await timesOf('weekly')).toEqual(wanted.map(spell))
    expect(await statesOf('weekly')).toEqual(wanted.map(() => 'completed'))
  })

  test('that began long ago counts from its definition on', async () => {
    const first = await soonMs()
    await world.define('old', {
      schedule: {
        ...every('FREQ=DAILY', first - 1_000 * day),
        until: spell(first + day).slice(0, -1),
      } as never,
    })
    expect(await world.passToEnd('old')).toMatchObject({ state: 'completed' })
    expect(await timesOf('old')).toEqual([spell(first), spell(first + day)])
  })

  test('goes by the wall clock where clocks change: the gap after it, the overlap once', async () => {
    const year = new Date(await world.nowMs()).getUTCFullYear() + 1
    const spring = lastSunday(year, 3)
    const autumn = lastSunday(year, 10)
    const berlin = (sunday: number) => every('FREQ=DAILY;COUNT=3', sunday - day + 2.5 * hour, 'Europe/Berlin')
    await world.define('gap', { schedule: berlin(spring) })
    await world.define('overlap', { schedule: berlin(autumn) })
    for (const key of ['gap', 'overlap']) await world.passToEnd(key)
    expect(await timesOf('gap')).toEqual(
      [-day + 1.5 * hour, 1 * hour, day + 0.5 * hour].map((ms) => spell(spring + ms)),
    )
    expect(await timesOf('overlap')).toEqual(
      [-day + 0.5 * hour, 0.5 * hour, day + 1.5 * hour].map((ms) => spell(autumn + ms)),
    )
    expect(begunAfter('gap', spring)).toEqual([-24 * 60 + 90, 60, 24 * 60 + 30])
    expect(begunAfter('overlap', autumn)).toEqual([-24 * 60 + 30, 30, 24 * 60 + 90])
  })

  test('of one occurrence that was missed ends missed', async () => {
    const now = await world.nowMs()
    const at = spell(now - 2 * hour)
    await world.define('too-late', { schedule: { kind: 'once', at, zone: 'UTC' } })
    expect(await world.passToEnd('too-late')).toEqual({ state: 'missed' })
    expect(await world.runs('too-late')).toMatchObject([
      { scheduledAt: at, state: 'missed', reason: expect.stringContaining('catch-up time of 1h') },
    ])
    expect(await world.row('too-late')).toMatchObject({
      state: 'missed',
      reason: expect.stringContaining('due at'),
    })
    expect(world.fired('too-late')).toEqual([])
  })

  test('of steps sends what each step says, together where they meet', async () => {
    const anchor = (await soonMs()) + 2 * day
    const text = (words: string) => ({ kind: 'text' as const, text: words })
    await world.define('trip', {
      parts: [text('general')],
      stepParts: [[text('in a day')], [], [text('now'), text('go')], [text('bring water')]],
      schedule: {
        kind: 'steps',
        zone: 'UTC',
        anchor: spell(anchor),
        steps: [{ offset: '-1d' }, { offset: '-1h' }, { offset: 'at' }, { offset: 'at' }],
      },
    })
    expect(await world.passToEnd('trip')).toMatchObject({ state: 'completed' })
    const sent = await Promise.all(
      (await world.runs('trip')).map(async ({ scheduledAt, digest }) => {
        const { rows } = await world.database.query<{ texts: string[]; steps: unknown }>(
          `select array(select jsonb_array_elements(sealed_body -> 'parts') ->> 'text') as texts, sealed_body -> 'stepParts' as steps
           from definition where digest = $1`,
          [digest],
        )
        return [scheduledAt, rows[0]?.texts, rows[0]?.steps]
      }),
    )
    expect(sent).toEqual([
      [spell(anchor - day), ['in a day'], null],
      [spell(anchor - hour), ['general'], null],
      [spell(anchor), ['now', 'go', 'bring water'], null],
    ])
  })
})

describe('a time that is past', () => {
  test('is late by the second: the catch-up time itself is in time, a second more is not', async () => {
    const now = await world.nowMs()
    const once = (at: number) => ({ kind: 'once' as const, at: spell(at), zone: 'UTC' })
    const at = Math.floor(now / 1_000) * 1_000
    await world.define('in-time', { schedule: once(at - 50 * minute), catchUpMs: 50 * minute + 30_000 })
    await world.define('late', { schedule: once(at - 50 * minute), catchUpMs: 50 * minute - 1_000 })
    expect(await world.passToEnd('in-time')).toMatchObject({ state: 'completed' })
    expect(await world.passToEnd('late')).toEqual({ state: 'missed' })
  })
})

describe('a run that lasts over the next occurrences', () => {
  // Hourly, four times; each run takes 100 minutes.
  const start = async (key: string, overlap: OverlapPolicy, catchUpMs = hour) => {
    const first = await soonMs()
    world.runsLast(key, 100 * minute)
    await world.define(key, {
      schedule: every('FREQ=HOURLY;COUNT=4', first),
      overlap,
      catchUpMs,
    })
    expect(await world.passToEnd(key)).toMatchObject({ state: 'completed' })
    return { states: await statesOf(key), begun: begunAfter(key, first) }
  }

  test('bufferOne: one waits for its end, and a later one takes its place', async () => {
    expect(await start('buffers', 'bufferOne', 2 * hour)).toEqual({
      states: ['completed', 'completed', 'skipped', 'completed'],
      begun: [0, 100, 200],
    })
  })

  test('bufferOne: what has waited longer than the catch-up time is missed', async () => {
    expect(await start('buffers-late', 'bufferOne', 30 * minute)).toEqual({
      states: ['completed', 'missed', 'completed', 'missed'],
      begun: [0, 120],
    })
  })

  test('skip: those that are due meanwhile are left out', async () => {
    expect(await start('skips', 'skip')).toEqual({
      states: ['completed', 'skipped', 'completed', 'skipped'],
      begun: [0, 120],
    })
  })

  test('cancelOther: the next one cancels it', async () => {
    expect(await start('cancels', 'cancelOther')).toEqual({
      states: ['canceled', 'canceled', 'canceled', 'completed'],
      begun: [0, 60, 120, 180],
    })
  })
})

describe('a long life', () => {
  test('keeps each history small: it goes on as new after each occurrence', async () => {
    const occurrences = 60
    const schedule = every(`FREQ=DAILY;COUNT=${occurrences}`, await soonMs())
    const handle = await world.define('long', { schedule })
    const firstRunId = (await handle.describe()).runId
    await world.passToEnd('long')
    expect(await statesOf('long')).toEqual(Array(occurrences).fill('completed'))
    const counts = await eventsOfChain(world.client, { workflowId: handle.workflowId, firstRunId })
    expect(counts).toHaveLength(occurrences)
    expect(Math.max(...counts)).toBeLessThanOrEqual(32)
  })

  test('a pause of a year costs nothing, and what fell into it is missed', async () => {
    const first = await soonMs()
    const handle = await world.define('year', { schedule: every('FREQ=DAILY;COUNT=367', first) })
    await eventually(async () => expect((await world.row('year')).state).toBe('scheduled'))
    await handle.signal('pause')
    await eventually(async () => expect((await world.row('year')).state).toBe('paused'))
    const before = await settledEvents(handle)
    await world.passTo((await world.nowMs()) + 365 * day)
    expect(await settledEvents(handle)).toBe(before)
    await handle.signal('resume')
    expect(await world.passToEnd('year')).toMatchObject({ state: 'completed' })
    const states = await statesOf('year')
    expect(states.filter((state) => state === 'missed').length).toBeGreaterThanOrEqual(364)
    expect(states.slice(-1)).toEqual(['completed'])
    expect(states).toHaveLength(367)
  })

  test('a run that is canceled alone ends its occurrence only', async () => {
    const first = await soonMs()
    world.runsLast('one-canceled', Infinity)
    await world.define('one-canceled', { schedule: every('FREQ=DAILY;COUNT=2', first) })
    await world.passTo(first + hour)
    await eventually(async () => expect(await statesOf('one-canceled')).toEqual(['running']))
    await world.client.workflow.getHandle((await world.runs('one-canceled'))[0]?.id ?? '').signal('cancel')
    await eventually(async () => expect((await world.row('one-canceled')).state).toBe('scheduled'))
    expect(await world.row('one-canceled')).toMatchObject({ nextFire: spell(first + day) })
    world.runsLast('one-canceled', 0)
    expect(await world.passToEnd('one-canceled')).toMatchObject({ state: 'completed' })
    expect(await statesOf('one-canceled')).toEqual(['canceled', 'completed'])
  })

  test('started by hand for a key that nobody knows, it says so', async () => {
    const handle = await world.client.workflow.start('reminder', {
      workflowId: `reminder:${operator}/nobody`,
      taskQueue: 'carillon',
      args: [{ operator, dedupeKey: 'nobody' }],
    })
    await handle.signal('pause')
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'UnknownReminder' } })
  })
})

/** 00:00 UTC of the last Sunday of the month, in ms: when the European Union's clocks change, but for an hour. */
function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month, 0))
  return last.getTime() - last.getUTCDay() * day
}
