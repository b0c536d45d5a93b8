import { describe, expect, it } from 'vitest'
import { parseCalendar, type Calendar } from '../../../../src/domain/calendar/calendar.js'
import {
  nextOccurrence,
  occurrencesAfter,
  occurrencesBetween,
} from '../../../../src/domain/calendar/occurrences.js'

type Rule = { zone: string; start: string; rrule: string; exdates?: string[]; rdates?: string[] }

function recurring({ rrule, ...rest }: Rule): Calendar {
  const reading = parseCalendar({ kind: 'recurring', ...rest, rule: { kind: 'rrule', rrule } })
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

const first = (rule: Rule, limit: number, after = '1970-01-01T00:00:00Z') =>
  occurrencesAfter(recurring(rule), { after, limit })

describe('a wall time that does not exist is sent at the first instant after the gap', () => {
  it.each([
    [
      'America/New_York',
      '2026-03-07T02:30',
      '2026-03-07T07:30:00Z 2026-03-08T07:00:00Z 2026-03-09T06:30:00Z',
    ],
    // The first moment of the gap itself.
    [
      'America/New_York',
      '2026-03-07T02:00',
      '2026-03-07T07:00:00Z 2026-03-08T07:00:00Z 2026-03-09T06:00:00Z',
    ],
    ['Europe/Berlin', '2026-03-28T02:30', '2026-03-28T01:30:00Z 2026-03-29T01:00:00Z 2026-03-30T00:30:00Z'],
    // Half an hour: 02:00 → 02:30.
    [
      'Australia/Lord_Howe',
      '2026-10-03T02:15',
      '2026-10-02T15:45:00Z 2026-10-03T15:30:00Z 2026-10-04T15:15:00Z',
    ],
    // The end of Ramadan.
    [
      'Africa/Casablanca',
      '2026-03-21T02:30',
      '2026-03-21T02:30:00Z 2026-03-22T02:00:00Z 2026-03-23T01:30:00Z',
    ],
    // Midnight did not exist: 00:00 → 01:00.
    [
      'America/Sao_Paulo',
      '2018-11-03T00:00',
      '2018-11-03T03:00:00Z 2018-11-04T03:00:00Z 2018-11-05T02:00:00Z',
    ],
    // December 30 did not exist: its reminder is sent as December 31 begins.
    ['Pacific/Apia', '2011-12-29T09:00', '2011-12-29T19:00:00Z 2011-12-30T10:00:00Z 2011-12-30T19:00:00Z'],
  ])('%s, daily from %s', (zone, start, expected) => {
    expect(first({ zone, start, rrule: 'FREQ=DAILY' }, 3)).toEqual(expected.split(' '))
  })
})

describe('a wall time that exists twice is sent once, at the first', () => {
  it.each([
    [
      'America/New_York',
      '2026-10-31T01:30',
      '2026-10-31T05:30:00Z 2026-11-01T05:30:00Z 2026-11-02T06:30:00Z',
    ],
    ['Europe/Berlin', '2026-10-24T02:30', '2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z'],
    [
      'Australia/Lord_Howe',
      '2026-04-04T01:45',
      '2026-04-03T14:45:00Z 2026-04-04T14:45:00Z 2026-04-05T15:15:00Z',
    ],
    [
      'Africa/Casablanca',
      '2026-02-14T02:30',
      '2026-02-14T01:30:00Z 2026-02-15T01:30:00Z 2026-02-16T02:30:00Z',
    ],
    [
      'America/Sao_Paulo',
      '2018-02-16T23:30',
      '2018-02-17T01:30:00Z 2018-02-18T01:30:00Z 2018-02-19T02:30:00Z',
    ],
  ])('%s, daily from %s', (zone, start, expected) => {
    expect(first({ zone, start, rrule: 'FREQ=DAILY' }, 3)).toEqual(expected.split(' '))
  })

  it('is not sent again when it is asked for between the two', () => {
    const daily = recurring({ zone: 'America/New_York', start: '2026-10-31T01:30', rrule: 'FREQ=DAILY' })
    expect(nextOccurrence(daily, { after: '2026-11-01T05:45:00Z' })).toBe('2026-11-02T06:30:00Z')
    expect(nextOccurrence(daily, { after: '2026-11-01T06:15:00Z' })).toBe('2026-11-02T06:30:00Z')
  })
})

describe('recurrences within the day go by the wall clock too', () => {
  const zone = 'America/New_York'

  it('merges the times of a gap into one', () => {
    expect(first({ zone, start: '2026-03-08T00:00', rrule: 'FREQ=HOURLY' }, 4)).toEqual([
      '2026-03-08T05:00:00Z',
      '2026-03-08T06:00:00Z',
      '2026-03-08T07:00:00Z',
      '2026-03-08T08:00:00Z',
    ])
    expect(first({ zone, start: '2026-03-08T01:30', rrule: 'FREQ=MINUTELY;INTERVAL=30' }, 3)).toEqual([
      '2026-03-08T06:30:00Z',
      '2026-03-08T07:00:00Z',
      '2026-03-08T07:30:00Z',
    ])
  })

  it('is silent while the clock shows times for the second time', () => {
    expect(first({ zone, start: '2026-11-01T00:00', rrule: 'FREQ=HOURLY' }, 3)).toEqual([
      '2026-11-01T04:00:00Z',
      '2026-11-01T05:00:00Z',
      '2026-11-01T07:00:00Z',
    ])
  })

  it('takes a message that a gap made of two for one exception', () => {
    const hourly = { zone, start: '2026-03-08T01:00', rrule: 'FREQ=HOURLY' }
    const expected = ['2026-03-08T06:00:00Z', '2026-03-08T08:00:00Z']
    expect(first({ ...hourly, exdates: ['2026-03-08T02:00'] }, 2)).toEqual(expected)
    expect(first({ ...hourly, exdates: ['2026-03-08T03:00'] }, 2)).toEqual(expected)
  })
})

describe('the ends of months and years', () => {
  const days = (rule: Omit<Rule, 'zone'>, limit: number) =>
    first({ zone: 'UTC', ...rule }, limit)
      .map((at) => at.slice(0, 10))
      .join(' ')

  it.each([
    ['2026-01-31T09:00', 'FREQ=MONTHLY', '2026-01-31 2026-03-31 2026-05-31 2026-07-31'],
    ['2026-01-01T09:00', 'FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31 2026-03-31 2026-05-31 2026-07-31'],
    ['2028-01-01T09:00', 'FREQ=MONTHLY;BYMONTHDAY=-1', '2028-01-31 2028-02-29 2028-03-31 2028-04-30'],
    ['2026-01-01T09:00', 'FREQ=MONTHLY;BYMONTHDAY=-31', '2026-01-01 2026-03-01 2026-05-01 2026-07-01'],
    ['2024-02-29T09:00', 'FREQ=YEARLY', '2024-02-29 2028-02-29 2032-02-29 2036-02-29'],
    [
      '2026-01-01T09:00',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1',
      '2026-02-28 2027-02-28 2028-02-29 2029-02-28',
    ],
    ['2026-01-01T09:00', 'FREQ=YEARLY;BYYEARDAY=366', '2028-12-31 2032-12-31 2036-12-31 2040-12-31'],
    ['2026-12-30T09:00', 'FREQ=DAILY', '2026-12-30 2026-12-31 2027-01-01 2027-01-02'],
    ['2026-12-21T09:00', 'FREQ=WEEKLY;INTERVAL=2', '2026-12-21 2027-01-04 2027-01-18 2027-02-01'],
    // 2026 has 53 ISO weeks: its last Monday is 28 December.
    ['2026-01-01T09:00', 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO', '2026-12-28 2032-12-27 2037-12-28 2043-12-28'],
    // Where only the week is given its day is DTSTART's: a Sunday.
    ['2007-07-08T09:00', 'FREQ=YEARLY;BYWEEKNO=32', '2007-08-12 2008-08-10 2009-08-09 2010-08-15'],
  ])('from %s, %s', (start, rrule, expected) => {
    expect(days({ start, rrule }, 4)).toBe(expected)
  })

  it('keeps the local date of a moment that is in another year in UTC', () => {
    const rule = { zone: 'Pacific/Auckland', start: '2026-01-01T00:30', rrule: 'FREQ=YEARLY' }
    expect(first(rule, 2)).toEqual(['2025-12-31T11:30:00Z', '2026-12-31T11:30:00Z'])
  })
})

describe('the work of a look-up', () => {
  // Of the processor: others may be using it.
  const millisecondsOf = (look: () => unknown) => {
    const begin = process.cpuUsage()
    look()
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / 1_000
  }

  it.each(['FREQ=MINUTELY;INTERVAL=7', 'FREQ=DAILY', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=DAILY;COUNT=10000'])(
    'does not grow with the years since the start: %s',
    (rrule) => {
      const old = recurring({ zone: 'Europe/Berlin', start: '2006-01-01T09:00', rrule })
      const look = () => nextOccurrence(old, { after: '2026-11-24T06:00:00Z' })
      look()
      // Twenty years of minutes, one by one, would be minutes.
      expect(millisecondsOf(look)).toBeLessThan(500)
    },
  )

  it('gives a month of quarters of an hour in one go', () => {
    const dense = recurring({ zone: 'UTC', start: '2026-01-01T00:00', rrule: 'FREQ=MINUTELY;INTERVAL=15' })
    const span = { from: '2025-12-31T23:59:59Z', to: '2026-01-31T23:59:59Z', limit: 100_000 }
    expect(occurrencesBetween(dense, span)).toHaveLength(31 * 96)
  })
})
