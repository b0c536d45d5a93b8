import { ApplicationFailure } from '@temporalio/common'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { previewOccurrences } from '../../src/client/preview/occurrences.js'
import { upcomingOf } from '../../src/client/reminders/summary.js'
import { newReminder } from '../../src/activities/reminders/define.js'
import { createReminderActivities } from '../../src/activities/reminders/reminders.js'
import type { Situation } from '../../src/protocol/payloads.js'
import {
  definitionDefaults,
  type OverlapPolicy,
  type ReminderDefinition,
} from '../../src/domain/definition.js'
import { findDefinition, saveDefinition } from '../../src/store/reminders/definitions.js'
import { findReminderView, listReminders } from '../../src/store/views/reminders.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, groupJid } from '../support/ledger.js'
import { quarters, ReminderModel, type Operation, type Rhythm } from '../workflows/support/reminder-model.js'

/** What a reminder decides, on a real Postgres, with a clock of the test's: the workflow only carries it out. */

const operator = 'school'
const minute = 60_000
const hour = 60 * minute

let own: TestDatabase
let reminders: ReturnType<typeof createReminderActivities>
beforeAll(async () => {
  own = await createTestDatabase()
  await addAccount(own.database, 'office')
  reminders = createReminderActivities(own)
})
afterAll(() => own.close())

// To come, since the activities never believe a clock that is behind their own.
const baseMs = Math.ceil((Date.now() + 86_400_000) / 86_400_000) * 86_400_000
const spell = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const every = (minutes: number, startMs = baseMs): ReminderDefinition['schedule'] => ({
  kind: 'recurring',
  zone: 'UTC',
  start: spell(startMs).slice(0, -1),
  rule: { kind: 'rrule', rrule: `FREQ=MINUTELY;INTERVAL=${minutes}` },
})

type Policies = Partial<ReminderDefinition> & Pick<ReminderDefinition, 'schedule'>

const save = async (policies: Policies) =>
  await saveDefinition(own.database, {
    version: 2,
    account: 'office',
    audience: { kind: 'list', recipients: [groupJid(1)] },
    parts: [{ kind: 'text', text: 'one' }],
    ...definitionDefaults,
    ...policies,
  })

/** What the workflow does: looks when it is time, runs what is to be run, and looks again when a run has ended. */
class Driver {
  readonly fired: { runId: string; trigger: string; scheduledAt: string; atMs: number }[] = []
  situation: Situation | undefined
  readonly key: { operator: string; dedupeKey: string }

  constructor(
    dedupeKey: string,
    private nowMs: number,
  ) {
    this.key = { operator, dedupeKey }
  }

  get common() {
    return { ...this.key, now: new Date(this.nowMs).toISOString() }
  }

  async define(policies: Policies): Promise<void> {
    const since = this.common.now
    const { situation } = await reminders.defineReminder({
      ...this.common,
      since,
      digest: await save(policies),
    })
    this.situation = situation
    await this.run()
  }

  /** @param isUp false: the system is down, and time goes on */
  async passTo(ms: number, isUp = true): Promise<void> {
    for (;;) {
      const wakeMs = this.situation?.wakeAt === undefined ? Infinity : Date.parse(this.situation.wakeAt)
      if (!isUp || wakeMs > ms) break
      this.nowMs = Math.max(this.nowMs, wakeMs)
      await this.look()
    }
    this.nowMs = Math.max(this.nowMs, ms)
  }

  async look(): Promise<void> {
    this.situation = await reminders.advanceReminder(this.common)
    await this.run()
  }

  /** Every run is over as soon as it has begun. */
  async run(): Promise<void> {
    while (this.situation && this.situation.runs.length > 0) {
      for (const { runId, trigger, scheduledAt } of this.situation.runs) {
        this.fired.push({ runId, trigger, scheduledAt, atMs: this.nowMs })
        await own.database.query(`update run set state = 'completed', finished_at = now() where id = $1`, [
          runId,
        ])
      }
      this.situation = await reminders.advanceReminder(this.common)
    }
  }

  async rows(): Promise<{ state: string; scheduledAt: Date; reason: string | null }[]> {
    const { rows } = await own.database.query<{ state: string; scheduledAt: Date; reason: string | null }>(
      `select state, scheduled_at as "scheduledAt", reason from run where dedupe_key = $1 order by scheduled_at`,
      [this.key.dedupeKey],
    )
    return rows
  }
}

describe('after downtime', () => {
  const all = 2 * hour
  const some = 27 * minute
  // Every ten minutes; the system is back when they are 45, 35, 25, 15 and 5 minutes late.
  const cases: [number, OverlapPolicy, number, string][] = [
    [0, 'bufferOne', all, ''],
    [1, 'bufferOne', 0, 'm'],
    [1, 'bufferOne', some, 'c'],
    [1, 'skip', some, 'c'],
    [1, 'cancelOther', some, 'c'],
    ...(['skip', 'bufferOne', 'cancelOther'] as const).map(
      (overlap): [number, OverlapPolicy, number, string] => [5, overlap, 0, 'mmmmm'],
    ),
    [5, 'skip', some, 'mmcss'],
    [5, 'bufferOne', some, 'mmcsc'],
    [5, 'cancelOther', some, 'mmssc'],
    [5, 'skip', all, 'cssss'],
    [5, 'bufferOne', all, 'csssc'],
    [5, 'cancelOther', all, 'ssssc'],
  ]
  test.each(cases)(
    'over %i occurrences, %s, catch-up %i ms: %s',
    async (count, overlap, catchUpMs, letters) => {
      const driver = new Driver(`down-${count}-${overlap}-${catchUpMs}`, baseMs - minute)
      await driver.define({ schedule: every(10), overlap, catchUpMs })
      await driver.passTo(baseMs)
      await driver.passTo(baseMs + (count * 10 + 5) * minute, false)
      await driver.look()
      await driver.passTo(baseMs + (count + 1) * 10 * minute)
      const rows = await driver.rows()
      expect(rows.map(({ state }) => state.slice(0, 1)).join('')).toBe(`c${letters}c`)
      expect(rows.map(({ scheduledAt }) => scheduledAt.getTime())).toEqual(
        rows.map((_, n) => baseMs + n * 10 * minute),
      )
      for (const { state, reason } of rows) if (state !== 'completed') expect(reason).toBeTruthy()
    },
  )

  test('the catch-up time itself is in time, a millisecond more is not', async () => {
    for (const [lateMs, state] of [
      [hour, 'completed'],
      [hour + 1, 'missed'],
    ] as const) {
      const driver = new Driver(`late-${lateMs}`, baseMs - minute)
      await driver.define({ schedule: { kind: 'once', at: spell(baseMs), zone: 'UTC' }, catchUpMs: hour })
      await driver.passTo(baseMs + lateMs, false)
      await driver.look()
      expect((await driver.rows()).map((row) => row.state)).toEqual([state])
      expect(driver.situation?.state).toBe(state)
    }
  })
})

describe('a new reminder', () => {
  const once = (ms: number) => ({ kind: 'once', at: spell(ms), zone: 'UTC' }) as const
  const cases: [string, string, ReminderDefinition['schedule']][] = [
    ['once', 'once', once(baseMs + hour)],
    ['once, a little late', 'late', once(baseMs - minute)],
    ['again and again', 'again', every(15)],
    ['again and again since long ago', 'long-ago', every(60, baseMs - 400 * 24 * hour)],
  ]
  test.each(cases)('%s: it begins as its row says, whoever writes that', async (_what, name, schedule) => {
    const since = new Date(baseMs + 1_234).toISOString()
    const digest = await save({ schedule })
    const key = { operator, dedupeKey: `new-${name}` }
    const { situation } = await reminders.defineReminder({ ...key, digest, since, now: since })
    const found = await findDefinition(own.database, digest)
    if (!found) throw new Error('no definition')
    expect(newReminder({ definition: found.definition, digest, since }).situation).toEqual(situation)
    const view = await findReminderView(own.database, { operator, key: key.dedupeKey })
    expect(view?.nextFire?.toISOString()).toBe(new Date(situation.nextFire ?? '').toISOString())
    expect(await reminders.loadReminder({ ...key, now: since })).toEqual(situation)
  })
})

test('a request that is written twice is done once, and answered alike', async () => {
  const driver = new Driver('twice', baseMs - minute)
  await driver.define({ schedule: every(60) })
  const request = { requestId: 'one', by: 'ann', reason: 'why' }
  const first = await reminders.skipNext({ ...driver.common, request })
  const again = await reminders.skipNext({ ...driver.common, request })
  expect(again.answer).toEqual(first.answer)
  await reminders.fireNow({ ...driver.common, request: { requestId: 'two' } })
  await reminders.fireNow({ ...driver.common, request: { requestId: 'two' } })
  const { rows } = await own.database.query(
    `select action, actor, reason from audit where subject = $1 order by id`,
    [`reminder:${operator}/twice`],
  )
  expect(rows).toEqual([
    { action: 'skipNext', actor: 'ann', reason: 'why' },
    { action: 'fireNow', actor: null, reason: null },
  ])
  expect((await driver.rows()).map(({ state }) => state)).toEqual(['preparing', 'skipped'])
})

test('what a workflow goes on from is all in Postgres', async () => {
  const driver = new Driver('complete', baseMs - minute)
  await driver.define({ schedule: every(60) })
  const until = spell(baseMs + 90 * minute)
  await reminders.snoozeReminder({
    ...driver.common,
    request: { requestId: 'a' },
    until: spell(baseMs + 5 * minute),
  })
  const paused = await reminders.pauseReminder({
    ...driver.common,
    request: { requestId: 'b' },
    because: 'paused by operator',
    until,
  })
  expect(await reminders.loadReminder(driver.common)).toEqual(paused.situation)
  expect(paused.situation).toMatchObject({
    state: 'paused',
    pausedUntil: until,
    wakeAt: until,
    nextFire: spell(baseMs + 5 * minute),
    snoozedFrom: spell(baseMs),
  })
})

describe('a snoozed occurrence, when the schedule is edited before its time', () => {
  const snoozed = async (key: string) => {
    const driver = new Driver(key, baseMs - minute)
    await driver.define({ schedule: every(60) })
    const until = spell(baseMs + 5 * minute)
    await reminders.snoozeReminder({ ...driver.common, request: { requestId: 'a' }, until })
    const edit = async (requestId: string, schedule: ReminderDefinition['schedule']) => {
      const digest = await save({ schedule })
      const edited = await reminders.editReminder({ ...driver.common, request: { requestId }, digest })
      driver.situation = edited.situation
    }
    return { driver, edit }
  }
  const dropped = { state: 'skipped', scheduledAt: new Date(baseMs), reason: 'the schedule was edited' }

  test('is recorded as skipped where the new calendar has it not', async () => {
    const { driver, edit } = await snoozed('dropped')
    await edit('b', every(60, baseMs + 30 * minute))
    expect(await driver.rows()).toEqual([dropped])
    await driver.passTo(baseMs + 29 * minute)
    expect(driver.fired).toEqual([])
  })

  test('is sent at its own time where the new calendar has it, also after one that had it not', async () => {
    const { driver, edit } = await snoozed('kept')
    await edit('b', every(30))
    expect(await driver.rows()).toEqual([])
    const { driver: again, edit: editAgain } = await snoozed('had-again')
    await editAgain('b', every(60, baseMs + 30 * minute))
    expect(await again.rows()).toEqual([dropped])
    await editAgain('c', every(30))
    expect(await again.rows()).toEqual([])
    for (const one of [driver, again]) {
      await one.passTo(baseMs)
      expect(one.fired.map(({ atMs }) => atMs)).toEqual([baseMs])
    }
  })
})

describe('after a snooze', () => {
  const shown = async (key: string, toMs: number) => {
    const now = new Date(baseMs - minute)
    const driver = new Driver(key, now.getTime())
    await driver.define({ schedule: every(60) })
    const request = { requestId: 'a' }
    const { answer } = await reminders.snoozeReminder({ ...driver.common, request, until: spell(toMs) })
    const view = await findReminderView(own.database, { operator, key })
    if (view === undefined) throw new Error('it has a row')
    const { items } = await listReminders(own.database, { operator, limit: 100 })
    expect(items.find((one) => one.key === key)).toEqual(view)
    const preview = previewOccurrences(view.definition, { now, limit: 4, existing: view })
    const minutes = (at: string | Date | null) =>
      at === null ? null : (new Date(at).getTime() - baseMs) / minute
    return {
      answer: minutes(answer.nextFire),
      next: [minutes(view.nextFire), minutes(view.snoozedFrom)],
      snoozed: [minutes(view.snoozed?.from ?? null), minutes(view.snoozed?.to ?? null)],
      upcoming: upcomingOf(view, now).map((at) => minutes(at)),
      preview: preview.map(({ at, snoozedFrom }) => [minutes(at), minutes(snoozedFrom ?? null)]),
      fires: driver,
    }
  }

  test('list, show and preview name the time that fires, where it is the next one', async () => {
    const { fires: _fires, ...said } = await shown('snoozed-next', baseMs + 5 * minute)
    expect(said).toEqual({
      answer: 5,
      next: [5, 0],
      snoozed: [0, 5],
      upcoming: [60, 120, 180],
      preview: [
        [5, 0],
        [60, null],
        [120, null],
        [180, null],
      ],
    })
  })

  test('they name it, and what fires before it as itself, where others come first', async () => {
    const { fires, ...said } = await shown('snoozed-far', baseMs + 90 * minute)
    expect(said).toEqual({
      answer: 90,
      next: [60, null],
      snoozed: [0, 90],
      upcoming: [90, 120, 180],
      preview: [
        [60, null],
        [90, 0],
        [120, null],
        [180, null],
      ],
    })
    await fires.look()
    await fires.passTo(baseMs + 180 * minute)
    expect(fires.fired.map(({ atMs }) => (atMs - baseMs) / minute)).toEqual([60, 90, 120, 180])
  })
})

describe('random sequences', () => {
  const sequences = Number(process.env.CARILLON_SEQUENCES ?? 60)
  const seed = Number(process.env.CARILLON_SEED ?? 20_261_124)
  const unitMs = 20 * minute
  const steps = 12
  const rhythm: fc.Arbitrary<Rhythm> = fc
    .integer({ min: 1, max: 4 })
    .chain((period) =>
      fc.record({ every: fc.constant(period), phase: fc.integer({ min: 0, max: period - 1 }) }),
    )
  const operation: fc.Arbitrary<Operation> = fc.oneof(
    { weight: 5, arbitrary: fc.constant({ kind: 'nothing' as const }) },
    {
      weight: 3,
      arbitrary: fc.record(
        { kind: fc.constant('pause' as const), units: fc.integer({ min: 1, max: 4 }) },
        { requiredKeys: ['kind'] },
      ),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'resume' as const }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('edit' as const), rhythm }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('snooze' as const), units: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 3, arbitrary: fc.constant({ kind: 'skipNext' as const }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'fireNow' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  )
  const msOf = (time: number) => baseMs + (time / quarters) * unitMs
  const timeOf = (ms: number) => Math.floor(((ms - baseMs) / unitMs) * quarters)
  const policies = ({ every: units, phase }: Rhythm): Policies => ({
    schedule: every((units * unitMs) / minute, baseMs + phase * unitMs),
    catchUpMs: 2 * unitMs,
  })

  test(`fire what the model fires, and leave out what it leaves out (${sequences}, seed ${seed})`, async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        rhythm,
        fc.array(operation, { minLength: steps, maxLength: steps }),
        async (first, operations) => {
          const start = -quarters / 2
          const driver = new Driver(`model-${run++}`, msOf(start))
          const model = new ReminderModel(first, start, 2 * quarters)
          await driver.define(policies(first))
          for (const [step, operation] of operations.entries()) {
            const now = step * quarters + quarters / 2
            await driver.passTo(msOf(now))
            model.passTo(now)
            if (model.isOver) break
            const wasTaken = await perform(driver, model, operation)
            expect(wasTaken).toBe(model.apply(operation))
          }
          const end = (steps + 5) * quarters + quarters / 2
          await driver.passTo(msOf(end))
          model.passTo(end)
          expect({
            fired: driver.fired
              .map(({ trigger, scheduledAt, atMs }) => {
                const what = trigger === 'fireNow' ? 'now' : timeOf(Date.parse(scheduledAt))
                return `${what} at ${timeOf(atMs)}`
              })
              .toSorted(),
            omitted: (await driver.rows())
              .filter(({ state }) => state === 'missed' || state === 'skipped')
              .map(({ state, scheduledAt }) => `${state} ${timeOf(scheduledAt.getTime())}`)
              .toSorted(),
          }).toEqual({ fired: model.fired.toSorted(), omitted: model.omitted.toSorted() })
        },
      ),
      { numRuns: sequences, seed },
    )
  })

  async function perform(driver: Driver, model: ReminderModel, operation: Operation): Promise<boolean> {
    const asked = { ...driver.common, request: { requestId: `${driver.key.dedupeKey}-${Math.random()}` } }
    const named = (units: number) => spell(msOf(model.named(units)))
    const done = async (): Promise<{ situation: Situation } | undefined> => {
      switch (operation.kind) {
        case 'nothing':
          return undefined
        case 'pause': {
          const until = operation.units === undefined ? {} : { until: named(operation.units) }
          return await reminders.pauseReminder({ ...asked, because: 'paused by operator', ...until })
        }
        case 'resume':
          return await reminders.resumeReminder(asked)
        case 'edit':
          return await reminders.editReminder({ ...asked, digest: await save(policies(operation.rhythm)) })
        case 'snooze':
          return await reminders.snoozeReminder({ ...asked, until: named(operation.units) })
        case 'skipNext':
          return await reminders.skipNext(asked)
        case 'fireNow':
          return await reminders.fireNow(asked)
        case 'cancel':
          return await reminders.endReminder({ ...asked, action: 'cancel', because: 'canceled by operator' })
      }
    }
    try {
      driver.situation = (await done())?.situation ?? driver.situation
    } catch (error) {
      if (error instanceof ApplicationFailure) return false
      throw error
    }
    await driver.run()
    return true
  }
})
