import * as fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { wallToMs } from '../../../../src/domain/calendar/local-time.js'
import { occurrencesAfter, occurrencesBetween } from '../../../../src/domain/calendar/occurrences.js'
import { parseCalendar, type Calendar } from '../../../../src/domain/calendar/calendar.js'
import { describeSchedule } from '../../../../src/domain/calendar/words/words.js'

const zones = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'UTC',
]
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const zone = fc.constantFrom(...zones)
/** Every quarter of an hour from 2009 to 2019: the changes of all these zones are in it. */
const wall = fc.integer({ min: 0, max: 10 * 365 * 96 }).map((quarters) =>
  Temporal.PlainDateTime.from('2009-01-01T00:00')
    .add({ minutes: quarters * 15 })
    .toString(),
)
const instant = wall.map((local) => `${local}Z`)

const list = <T>(values: T[], maxLength = 3) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength })
const part = (name: string, values: (string | number)[]) =>
  fc.option(
    list(values).map((chosen) => `;${name}=${chosen.join(',')}`),
    { nil: '' },
  )
const interval = fc.integer({ min: 1, max: 5 }).map((number) => `;INTERVAL=${number}`)
const end = fc.constantFrom('', '', ';COUNT=7', ';COUNT=100', ';UNTIL=20150101', ';UNTIL=20141026T003000Z')

const daily = fc.tuple(
  part('BYDAY', weekdays),
  part('BYHOUR', [0, 1, 2, 3, 12]),
  part('BYMINUTE', [0, 15, 30]),
)
const rrule = fc.oneof(
  fc.tuple(fc.constant('FREQ=DAILY'), interval, daily, end),
  fc.tuple(fc.constant('FREQ=WEEKLY'), interval, daily, end),
  fc.tuple(fc.constant('FREQ=MONTHLY'), interval, part('BYMONTHDAY', [1, 15, 29, 31, -1]), end),
  fc.tuple(fc.constant('FREQ=MONTHLY'), interval, part('BYDAY', ['1MO', '-1SU', '2WE']), end),
  fc.tuple(
    fc.constant('FREQ=YEARLY'),
    interval,
    part('BYMONTH', [2, 3, 10]),
    part('BYMONTHDAY', [-1, 8, 29]),
    end,
  ),
  fc.tuple(fc.constant('FREQ=HOURLY'), interval, part('BYDAY', ['SA', 'SU']), end),
  fc.tuple(fc.constant('FREQ=MINUTELY;BYHOUR=0,1,2,3;INTERVAL=45'), part('BYDAY', ['SA', 'SU']), end),
)
const rule = fc.oneof(
  { weight: 4, arbitrary: rrule.map((parts) => ({ kind: 'rrule', rrule: parts.flat().join('') })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('30 2 * * *', '*/30 0-3 * * SUN', '0 2 1,15 * MON', '15 2 */2 3,10,11 *')
      .map((cron) => ({ kind: 'cron', cron })),
  },
)
const optional = <T>(value: fc.Arbitrary<T>, name: string) =>
  fc.option(value, { freq: 3, nil: undefined }).map((given) => (given === undefined ? {} : { [name]: given }))
const walls = fc.array(wall, { minLength: 1, maxLength: 4 })

const calendar = fc
  .tuple(
    fc.record({ zone, start: wall, rule }),
    optional(walls, 'exdates'),
    optional(walls, 'rdates'),
    optional(wall, 'until'),
    optional(fc.integer({ min: 1, max: 50 }), 'count'),
  )
  .map((pieces) => calendarOf(Object.assign({ kind: 'recurring' }, ...pieces)))

function calendarOf(input: unknown): Calendar {
  const reading = parseCalendar(input)
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

const ms = (at: string) => Date.parse(at)
const settings = { numRuns: 80, seed: 20261124 }

describe('the occurrences of any recurrence', () => {
  it('increase strictly, and none is at or before the instant they come after', () => {
    fc.assert(
      fc.property(calendar, instant, (any, after) => {
        let previous = ms(after)
        for (const at of occurrencesAfter(any, { after, limit: 25 })) {
          expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
          expect(ms(at)).toBeGreaterThan(previous)
          previous = ms(at)
        }
      }),
      settings,
    )
  })

  it('are the same whichever instant the search begins at', () => {
    fc.assert(
      fc.property(calendar, instant, fc.nat(20), (any, after, index) => {
        const all = occurrencesAfter(any, { after, limit: 25 })
        const at = all[index]
        if (at === undefined) return
        const rest = all.slice(index + 1)
        expect(occurrencesAfter(any, { after: at, limit: rest.length })).toEqual(rest)
        const second = new Date(ms(at) - 1_000).toISOString()
        expect(occurrencesAfter(any, { after: second, limit: 1 })).toEqual([at])
      }),
      settings,
    )
  })

  it('are neither lost nor repeated where a span of time is split', () => {
    fc.assert(
      fc.property(
        calendar,
        instant,
        fc.array(fc.nat(60 * 24 * 20), { minLength: 1, maxLength: 6 }),
        (any, from, gaps) => {
          const cuts = gaps.reduce(
            (times, minutes) => [...times, (times.at(-1) ?? 0) + minutes * 60_000],
            [ms(from)],
          )
          const spans = cuts.slice(1).map((to, index) => ({
            from: new Date(cuts[index] ?? 0).toISOString(),
            to: new Date(to).toISOString(),
            limit: 10_000,
          }))
          const whole = { from, to: new Date(cuts.at(-1) ?? 0).toISOString(), limit: 10_000 }
          expect(spans.flatMap((span) => occurrencesBetween(any, span))).toEqual(
            occurrencesBetween(any, whole),
          )
        },
      ),
      settings,
    )
  })
})

describe('wall times as instants', () => {
  // A clock that is read every quarter of an hour, on which all of these zones change: slow, and plainly right.
  function slowly(local: Temporal.PlainDateTime, name: string): number {
    const shows = (at: number) =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name).toPlainDateTime()
    const guess = local.toZonedDateTime('UTC').epochMilliseconds
    for (let at = guess - 15 * 3_600_000; ; at += 900_000) {
      // The first instant that shows the wall time, or, where none does, the first one past it.
      if (Temporal.PlainDateTime.compare(shows(at), local) >= 0) return at
    }
  }

  it('are what a clock shows that is read from before on', () => {
    const changes = zones.flatMap((name) => {
      const found: { name: string; local: Temporal.PlainDateTime }[] = []
      let change = Temporal.ZonedDateTime.from(`2009-06-01T00:00[${name}]`).getTimeZoneTransition('next')
      for (let index = 0; change !== null && index < 8; index += 1) {
        found.push({ name, local: change.toPlainDateTime() })
        change = change.getTimeZoneTransition('next')
      }
      return found
    })
    const near = fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -100, max: 100 }))
    fc.assert(
      fc.property(near, ([{ name, local }, quarters]) => {
        const time = local.add({ minutes: quarters * 15 })
        expect(new Date(wallToMs(time, name)).toISOString()).toBe(new Date(slowly(time, name)).toISOString())
      }),
      { ...settings, numRuns: 300 },
    )
  })
})

describe('the words of a weekly recurrence', () => {
  it('name exactly the weekdays on which it is sent', () => {
    // By day, when no clock changes.
    const start = wall.map((local) => `${local.slice(0, 10)}T12:00`)
    const days = fc.option(list(weekdays, 7), { nil: undefined })
    const everyWeeks = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(zone, start, days, everyWeeks, fc.boolean(), (name, begin, chosen, weeks, asCron) => {
        const byDay = chosen === undefined ? '' : `;BYDAY=${chosen.join(',')}`
        const cronDays = chosen?.map((day) => (weekdays.indexOf(day) + 1) % 7).join(',')
        const weekly = calendarOf({
          kind: 'recurring',
          zone: name,
          start: begin,
          rule:
            asCron && cronDays !== undefined
              ? { kind: 'cron', cron: `0 12 * * ${cronDays}` }
              : { kind: 'rrule', rrule: `FREQ=WEEKLY;INTERVAL=${weeks}${byDay}` },
        })
        const sent = new Set(
          occurrencesAfter(weekly, { after: '2000-01-01T00:00:00Z', limit: 21 }).map((at) => {
            const { dayOfWeek } = Temporal.Instant.from(at).toZonedDateTimeISO(name)
            return dayNames[dayOfWeek - 1] ?? ''
          }),
        )
        const words = describeSchedule(weekly)
        expect(namedDays(words)).toEqual(dayNames.filter((day) => sent.has(day)))
        expect(words).toContain(` at 12:00 (${name})`)
      }),
      settings,
    )
  })

  function namedDays(words: string): string[] {
    if (words.startsWith('every day')) return dayNames
    if (words.includes('Monday to Friday')) return dayNames.slice(0, 5)
    return dayNames.filter((day) => words.includes(day))
  }
})
