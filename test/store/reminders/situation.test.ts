import { describe, expect, test } from 'vitest'
import { situationOfNew } from '../../../src/store/reminders/situations.js'
import type { ReminderDefinition } from '../../../src/domain/definition.js'
import { findDefinition } from '../../../src/store/reminders/definitions.js'
import { findReminderView } from '../../../src/store/views/reminders.js'
import { baseMs, every, hour, minute, operator, ownReminders, spell } from '../support/reminder-driver.js'

const own = ownReminders()

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
    const digest = await own.save({ schedule })
    const key = { operator, dedupeKey: `new-${name}` }
    const { situation } = await own.reminders.takeKey({ ...key, digest, since, now: since })
    const found = await findDefinition(own.database, digest)
    if (!found) throw new Error('no definition')
    expect(situationOfNew({ definition: found.definition, digest, since }).situation).toEqual(situation)
    const view = await findReminderView(own.database, { operator, key: key.dedupeKey })
    expect(view?.nextFire?.toISOString()).toBe(new Date(situation.nextFire ?? '').toISOString())
    expect(await own.reminders.loadReminder({ ...key, now: since })).toEqual(situation)
  })
})

test('what a workflow goes on from is all in Postgres', async () => {
  const driver = own.drive('complete', baseMs - minute)
  await driver.takeKey({ schedule: every(60) })
  const until = spell(baseMs + 90 * minute)
  await own.reminders.snoozeReminder({
    ...driver.common,
    request: { requestId: 'a' },
    until: spell(baseMs + 5 * minute),
  })
  const paused = await own.reminders.pauseReminder({
    ...driver.common,
    request: { requestId: 'b' },
    because: 'paused by operator',
    until,
  })
  expect(await own.reminders.loadReminder(driver.common)).toEqual(paused.situation)
  expect(paused.situation).toMatchObject({
    state: 'paused',
    pausedUntil: until,
    wakeAt: until,
    nextFire: spell(baseMs + 5 * minute),
    snoozedFrom: spell(baseMs),
  })
})
