import { describe, expect, test } from 'vitest'
import { previewOccurrences } from '../../../src/client/preview/occurrences.js'
import { upcomingOf } from '../../../src/client/reminders/summary.js'
import type { ReminderDefinition } from '../../../src/domain/definition.js'
import { findReminderView, listReminders } from '../../../src/store/views/reminders.js'
import { baseMs, every, minute, operator, ownReminders, spell } from '../support/reminder-driver.js'

const own = ownReminders()

describe('a snoozed occurrence, when the schedule is edited before its time', () => {
  const snoozed = async (key: string) => {
    const driver = own.drive(key, baseMs - minute)
    await driver.takeKey({ schedule: every(60) })
    const until = spell(baseMs + 5 * minute)
    await own.reminders.snoozeReminder({ ...driver.common, request: { requestId: 'a' }, until })
    const edit = async (requestId: string, schedule: ReminderDefinition['schedule']) => {
      const digest = await own.save({ schedule })
      const edited = await own.reminders.editReminder({ ...driver.common, request: { requestId }, digest })
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

  test('stays where it was put where the new calendar has it, and is at its own time after one that had it not', async () => {
    const { driver, edit } = await snoozed('kept')
    await edit('b', every(30))
    expect(await driver.rows()).toEqual([])
    await driver.passTo(baseMs + 5 * minute)
    expect(driver.fired.map(({ atMs }) => atMs)).toEqual([baseMs + 5 * minute])
    const { driver: again, edit: editAgain } = await snoozed('had-again')
    await editAgain('b', every(60, baseMs + 30 * minute))
    expect(await again.rows()).toEqual([dropped])
    await editAgain('c', every(30))
    expect(await again.rows()).toEqual([])
    await again.passTo(baseMs)
    expect(again.fired.map(({ atMs }) => atMs)).toEqual([baseMs])
  })
})

describe('after a snooze', () => {
  const shown = async (key: string, toMs: number) => {
    const now = new Date(baseMs - minute)
    const driver = own.drive(key, now.getTime())
    await driver.takeKey({ schedule: every(60) })
    const request = { requestId: 'a' }
    const { answer } = await own.reminders.snoozeReminder({ ...driver.common, request, until: spell(toMs) })
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
      moved: view.moved.map(({ from, to }) => [minutes(from), minutes(to)]),
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
      moved: [[0, 5]],
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
      moved: [[0, 90]],
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

describe('one of those to come', () => {
  const hours = (n: number) => spell(baseMs + n * 60 * minute)
  const hourly = async (key: string) => {
    const driver = own.drive(key, baseMs - minute)
    await driver.takeKey({ schedule: every(60) })
    let asked = 0
    const request = () => ({ requestId: `${key}-${(asked += 1)}` })
    const move = async (occurrence: string, until: string) =>
      await own.reminders.snoozeReminder({ ...driver.common, request: request(), occurrence, until })
    const skip = async (occurrence: string) =>
      await own.reminders.skipNext({ ...driver.common, request: request(), occurrence })
    const take = async ({ situation }: { situation: NonNullable<typeof driver.situation> }) => {
      driver.situation = situation
      await driver.run()
    }
    const firedHours = () =>
      driver.fired.map(({ scheduledAt, atMs }) => [
        (Date.parse(scheduledAt) - baseMs) / (60 * minute),
        (atMs - baseMs) / (60 * minute),
      ])
    const dueAt = async () =>
      (
        await own.database.query<{ at: Date | null }>(
          'select due_at as at from run where dedupe_key = $1 order by scheduled_at',
          [key],
        )
      ).rows.map(({ at }) => at && spell(at.getTime()))
    return { driver, move, skip, take, firedHours, dueAt }
  }

  test('is moved ahead of others and behind others, and each is sent once', async () => {
    const { driver, move, take, firedHours, dueAt } = await hourly('moves')
    await take(await move(hours(3), hours(0.5)))
    await take(await move(hours(1), hours(2.5)))
    await driver.passTo(baseMs + 4 * 60 * minute)
    expect(firedHours()).toEqual([
      [0, 0],
      [3, 0.5],
      [2, 2],
      [1, 2.5],
      [4, 4],
    ])
    expect(await dueAt()).toEqual([null, hours(2.5), null, hours(0.5), null])
    const view = await findReminderView(own.database, { operator, key: 'moves' })
    expect(view?.moved).toEqual([])
  })

  test('is left out and brought back, by its own time; one that was sent is not', async () => {
    const { driver, move, skip, take, firedHours } = await hourly('back')
    expect((await skip(hours(2))).answer).toMatchObject({ kind: 'skipped', occurrence: hours(2) })
    expect((await skip(hours(2))).answer).toMatchObject({ kind: 'already' })
    const upcoming = async () => (await own.reminders.loadReminder(driver.common))?.upcoming.slice(0, 3)
    expect(await upcoming()).toEqual([hours(0), hours(1), hours(3)])
    await take(await move(hours(2), hours(2)))
    expect(await upcoming()).toEqual([hours(0), hours(1), hours(2)])
    expect(await driver.rows()).toEqual([])
    await take(await move(hours(3), hours(0)))
    await driver.passTo(baseMs)
    await expect(move(hours(3), hours(3))).rejects.toMatchObject({ type: 'NoOccurrence' })
    await expect(move(hours(0), hours(5))).rejects.toMatchObject({ type: 'NoOccurrence' })
    await driver.passTo(baseMs + 4 * 60 * minute)
    expect(firedHours().map(([of]) => of)).toEqual([3, 0, 1, 2, 4])
  })

  test('is late by the time to which it was moved, while the reminder is paused', async () => {
    const { driver, move, take, firedHours } = await hourly('paused')
    await take(await move(hours(5), hours(0.5)))
    const common = () => ({ ...driver.common, request: { requestId: `pause-${driver.common.now}` } })
    await take(await own.reminders.pauseReminder({ ...common(), because: 'paused by operator' }))
    await driver.passTo(baseMs + 3 * 60 * minute)
    await take(await own.reminders.resumeReminder(common()))
    await driver.passTo(baseMs + 6 * 60 * minute)
    expect(firedHours().map(([of]) => of)).toEqual([2, 3, 4, 6])
    const missed = (await driver.rows()).filter(({ state }) => state === 'missed')
    expect(missed.map(({ scheduledAt }) => spell(scheduledAt.getTime()))).toEqual([0, 1, 5].map(hours))
  })

  test('stays where it is when all else of the reminder is edited, and is dropped where the calendar has it no more', async () => {
    const { driver, move, take, firedHours } = await hourly('edited')
    await take(await move(hours(2), hours(2.5)))
    const edit = async (requestId: string, change: Partial<ReminderDefinition>) => {
      const digest = await own.save({ schedule: every(60), ...change })
      await take(await own.reminders.editReminder({ ...driver.common, request: { requestId }, digest }))
    }
    await edit('text', { parts: [{ kind: 'text', text: 'two' }] })
    await edit('schedule', { schedule: every(120) })
    await driver.passTo(baseMs + 2.5 * 60 * minute)
    expect(firedHours()).toEqual([
      [0, 0],
      [2, 2.5],
    ])
    await take(await move(hours(4), hours(4.5)))
    await edit('other', { schedule: every(120, baseMs + 60 * minute) })
    expect((await driver.rows()).filter(({ state }) => state === 'skipped')).toMatchObject([
      { scheduledAt: new Date(hours(4)), reason: 'the schedule was edited' },
    ])
  })
})
