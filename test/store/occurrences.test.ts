import { expect, test } from 'vitest'
import type { ClientContext } from '../../src/client/context.js'
import { occurrencesOfDays } from '../../src/client/reminders/occurrences.js'
import type { OccurrencesQuery } from '../../src/client/reminders/occurrences-query.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import { localText } from '../../src/domain/calendar/local-time.js'
import { operator, ownReminders, spell } from './support/reminder-driver.js'

/** Days of the future, since the activities never believe a clock that is behind their own, and Postgres has none of ours. */
const own = ownReminders()
const zone = 'Africa/Nairobi'
const dayMs = 86_400_000
const day = (days: number) => localText(Date.now() + days * dayMs, zone).slice(0, 10)
const asked = async (query: Partial<OccurrencesQuery> = {}) => {
  const context = { database: own.database, operator } as unknown as ClientContext
  return await occurrencesOfDays(context, { from: day(1), to: day(6), limit: 500, ...query })
}
const daily = (time: string, of = zone): ReminderDefinition['schedule'] => ({
  kind: 'recurring',
  zone: of,
  start: `${day(1)}T${time}`,
  rule: { kind: 'rrule', rrule: 'FREQ=DAILY' },
})
let asking = 0
const request = () => ({ requestId: `asked-${(asking += 1)}` })

test('days are those of the zone of each; what is moved and left out is where it is seen, and what was begun has its state', async () => {
  const late = own.drive('late', Date.now())
  await late.takeKey({ schedule: daily('23:30:00') })
  const honolulu = own.drive('far', Date.now())
  await honolulu.takeKey({ schedule: daily('23:45:00', 'Pacific/Honolulu') })
  const key = 'late'
  const { items } = await asked()
  expect(items.map(({ key, local }) => `${key} ${local}`)).toEqual(
    [1, 2, 3, 4, 5, 6].flatMap((days) => [`late ${day(days)}T23:30:00`, `far ${day(days)}T23:45:00`]),
  )
  const own1 = items.filter((one) => one.key === key).map(({ occurrence }) => occurrence)
  const common = () => ({ ...late.common, request: request() })
  const [first = '', second = '', third = ''] = own1
  await own.reminders.snoozeReminder({
    ...common(),
    occurrence: third,
    until: spell(Date.parse(first) + 60_000),
  })
  late.situation = (await own.reminders.skipNext({ ...common(), occurrence: second })).situation
  await late.passTo(Date.parse(first))
  const { items: after, days, reminders } = await asked({ key })
  expect(
    after
      .slice(0, 4)
      .map(({ local, state, at, occurrence, runId }) => [
        local,
        state,
        at === occurrence,
        runId !== undefined,
      ]),
  ).toEqual([
    [`${day(1)}T23:30:00`, 'completed', true, true],
    [`${day(1)}T23:31:00`, 'scheduled', false, false],
    [`${day(2)}T23:30:00`, 'skipped', true, false],
    [`${day(4)}T23:30:00`, 'scheduled', true, false],
  ])
  expect(days.map(({ day: one, count }) => [one, count])).toEqual([
    [day(1), 2],
    [day(2), 1],
    [day(4), 1],
    [day(5), 1],
    [day(6), 1],
  ])
  expect(reminders).toMatchObject([{ key, zone, title: 'one' }])
  await late.passTo(Date.parse(first) + 120_000)
  const moved = (await asked({ key })).items[1]
  expect(moved).toMatchObject({ local: `${day(1)}T23:31:00`, state: 'completed', occurrence: third })
  await own.database.query(`update reminder set ended_at = now(), state = 'canceled'`)
  await own.database.query('delete from run')
})

test('pages lose nothing and repeat nothing, and the first of each day come with the counts of all', async () => {
  for (const index of Array.from({ length: 7 }, (_, each) => each)) {
    const driver = own.drive(`page-${index}`, Date.now())
    await driver.takeKey({ schedule: daily(index % 2 === 0 ? '08:00:00' : `0${index}:15:00`) })
    if (index === 0) await driver.passTo(Date.parse(`${day(3)}T00:00:00Z`))
  }
  const all: string[] = []
  let cursor: string | undefined
  do {
    const page = await asked({ limit: 5, ...(cursor !== undefined && { cursor }) })
    all.push(...page.items.map(({ local, key }) => `${local} ${key}`))
    cursor = page.next
  } while (cursor !== undefined)
  const whole = (await asked()).items.map(({ local, key }) => `${local} ${key}`)
  expect(all).toEqual(whole)
  expect(new Set(all).size).toBe(42)
  const { items, days, next } = await asked({ perDay: 2 })
  expect(next).toBeUndefined()
  expect(days.map(({ count }) => count)).toEqual([7, 7, 7, 7, 7, 7])
  const firstTwo = days.flatMap(({ day: one }) => whole.filter((text) => text.startsWith(one)).slice(0, 2))
  expect(items.map(({ local, key }) => `${local} ${key}`)).toEqual(firstTwo)
})

test.each([
  [{ to: '2026-13-01' }, 'to'],
  [{ from: '0000-01-01' }, 'from'],
  [{ from: '2026-12-24', to: '2026-12-23' }, 'to'],
  [{ from: '2026-01-01', to: '2026-12-23' }, 'to'],
  [{ cursor: 'x' }, 'cursor'],
  [{ perDay: 0 }, 'perDay'],
])('%j is refused by its field', async (query, field) => {
  await expect(asked(query)).rejects.toMatchObject({ issues: [{ field }] })
})
