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
