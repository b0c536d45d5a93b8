import { describe, expect, it } from 'vitest'
import { checkCalendar } from '../../../../src/domain/calendar/check.js'
import {
  isEndless,
  occurrencesAfter,
  occurrencesBetween,
  totalCount,
} from '../../../../src/domain/calendar/occurrences.js'
import { stepOccurrences } from '../../../../src/domain/calendar/steps.js'
import { parseCalendar, type Calendar } from '../../../../src/domain/calendar/calendar.js'

const zone = 'Africa/Nairobi'

function calendarOf(input: unknown): Calendar {
  const reading = parseCalendar(input)
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

const issuesOf = (input: unknown) => {
  const reading = parseCalendar(input)
  return reading.kind === 'invalid'
    ? reading.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    : []
}

const daily = {
  kind: 'recurring',
  zone,
  start: '2026-11-24T09:00',
  rule: { kind: 'rrule', rrule: 'FREQ=DAILY' },
}
const after = '2026-11-01T00:00:00Z'

describe('the canonical calendar', () => {
  it('has one spelling for equal calendars', () => {
    const rule = {
      kind: 'rrule',
      rrule: 'rrule:byday=th,mo,mo;interval=1;wkst=mo;freq=weekly;until=20261231',
    }
    const once = calendarOf({
      ...daily,
      rule,
      exdates: ['2026-12-02T09:00', '2026-12-01T09:00:00', '2026-12-01T09:00'],
    })
    expect(once).toEqual({
      ...daily,
      start: '2026-11-24T09:00:00',
      rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261231T235959' },
      exdates: ['2026-12-01T09:00:00', '2026-12-02T09:00:00'],
    })
    expect(calendarOf(once)).toEqual(once)
    expect(calendarOf({ ...daily, rule: { kind: 'cron', cron: ' 0  8 * * mon,Thu ' } })).toMatchObject({
      rule: { cron: '0 8 * * MON,THU' },
    })
    expect(calendarOf({ kind: 'once', at: '2026-11-24T06:00:00.900Z', zone })).toMatchObject({
      at: '2026-11-24T06:00:00Z',
    })
  })

  it('names everything that is wrong at once, by its path', () => {
    expect(
      issuesOf({
        kind: 'recurring',
        zone: 'Nairobi',
        start: '2026-02-30T09:00',
        rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO,XX;COUNT=0' },
        until: '2100-01-01T00:00',
        color: 'red',
      }),
    ).toEqual([
      'zone: expected an IANA time zone such as Africa/Nairobi',
      'start: expected a local time such as 2026-11-24T09:00, between 1970 and 2099',
      "rule.rrule: BYDAY: expected weekdays such as MO, 1FR (the first) or -1SU (the last), got 'XX'",
      "rule.rrule: COUNT: expected a whole number from 1 to 10000, got '0'",
      'until: expected a local time such as 2026-11-24T09:00, between 1970 and 2099',
      'color: unknown field',
    ])
  })

  it.each([
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
    ['FREQ=MONTHLY;BYDAY=6MO'],
    ['FREQ=MINUTELY;INTERVAL=2;BYMINUTE=5'],
    ['FREQ=DAILY;UNTIL=20200101'],
  ])('finds that it never occurs, in bounded time: %s', (rrule) => {
    const calendar = calendarOf({ ...daily, rule: { kind: 'rrule', rrule } })
    expect(checkCalendar(calendar)).toEqual([
      { path: ['rule', 'rrule'], message: expect.stringMatching(/^never occurs/) },
    ])
  })
})

describe('the ends of a recurrence', () => {
  const total = (more: object) => totalCount(calendarOf({ ...daily, ...more }), { limit: 100 })

  it('counts what is sent: without exceptions, with extra times', () => {
    const exdates = ['2026-11-25T09:00']
    const rdates = ['2026-11-24T18:00']
    const limited = calendarOf({ ...daily, exdates, rdates, count: 3 })
    expect(occurrencesAfter(limited, { after, limit: 10 })).toEqual([
      '2026-11-24T06:00:00Z',
      '2026-11-24T15:00:00Z',
      '2026-11-26T06:00:00Z',
    ])
    expect(occurrencesAfter(limited, { after: '2026-11-24T15:00:00Z', limit: 10 })).toEqual([
      '2026-11-26T06:00:00Z',
    ])
  })

  it('counts a COUNT before the exceptions, as the RFC does', () => {
    const rule = { kind: 'rrule', rrule: 'FREQ=DAILY;COUNT=3' }
    expect(total({ rule })).toBe(3)
    expect(total({ rule, exdates: ['2026-11-25T09:00'] })).toBe(2)
    expect(total({ rule, rdates: ['2026-11-25T09:00', '2026-12-25T09:00'] })).toBe(4)
  })

  it('takes ends for inclusive', () => {
    expect(total({ until: '2026-11-26T09:00' })).toBe(3)
    expect(total({ until: '2026-11-26T08:59:59' })).toBe(2)
    expect(total({ rule: { kind: 'rrule', rrule: 'FREQ=DAILY;UNTIL=20261126' } })).toBe(3)
    expect(total({ rule: { kind: 'rrule', rrule: 'FREQ=DAILY;UNTIL=20261126T060000Z' } })).toBe(3)
    expect(total({ rule: { kind: 'rrule', rrule: 'FREQ=DAILY;UNTIL=20261126T055959Z' } })).toBe(2)
  })

  it('knows what has none', () => {
    expect(isEndless(calendarOf(daily))).toBe(true)
    expect(isEndless(calendarOf({ ...daily, count: 2 }))).toBe(false)
    expect(isEndless(calendarOf({ ...daily, rule: { kind: 'cron', cron: '@daily' } }))).toBe(true)
    expect(total({})).toBeUndefined()
  })
})

describe('asking for occurrences', () => {
  it('begins after the instant, to the second', () => {
    const calendar = calendarOf(daily)
    const ask = (from: string) => occurrencesAfter(calendar, { after: from, limit: 1 })
    expect(ask('2026-11-24T05:59:59Z')).toEqual(['2026-11-24T06:00:00Z'])
    expect(ask('2026-11-24T06:00:00Z')).toEqual(['2026-11-25T06:00:00Z'])
    expect(ask('2026-11-24T05:59:59.999Z')).toEqual(['2026-11-24T06:00:00Z'])
  })

  it('has its first end outside and its last inside a span', () => {
    const span = { from: '2026-11-24T06:00:00Z', to: '2026-11-26T06:00:00Z', limit: 10 }
    expect(occurrencesBetween(calendarOf(daily), span)).toEqual([
      '2026-11-25T06:00:00Z',
      '2026-11-26T06:00:00Z',
    ])
    expect(occurrencesBetween(calendarOf(daily), { ...span, limit: 0 })).toEqual([])
  })

  it('gives a one-off once', () => {
    const once = calendarOf({ kind: 'once', at: '2026-11-24T06:00:00Z', zone })
    expect(occurrencesAfter(once, { after, limit: 5 })).toEqual(['2026-11-24T06:00:00Z'])
    expect(occurrencesAfter(once, { after: '2026-11-24T06:00:00Z', limit: 5 })).toEqual([])
  })

  it('does not send at a start that the rule does not match', () => {
    const mondays = calendarOf({ ...daily, rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2' } })
    expect(occurrencesAfter(mondays, { after, limit: 5 })).toEqual([
      '2026-11-30T06:00:00Z',
      '2026-12-07T06:00:00Z',
    ])
  })
})

describe('steps', () => {
  const berlin = (anchor: string, steps: object[]) =>
    calendarOf({ kind: 'steps', zone: 'Europe/Berlin', anchor, steps })

  it('are a countdown, in order of time', () => {
    const steps = [{ offset: 'at' }, { offset: '-3d' }, { offset: '-1d', at: '09:00' }, { offset: '-1h30m' }]
    expect(occurrencesAfter(berlin('2026-12-24T18:00', steps), { after, limit: 10 })).toEqual([
      '2026-12-21T17:00:00Z',
      '2026-12-23T08:00:00Z',
      '2026-12-24T15:30:00Z',
      '2026-12-24T17:00:00Z',
    ])
  })

  it('keep the wall clock over days and the exact time over hours', () => {
    // Summer time begins on 29 March 2026.
    const across = berlin('2026-03-30T09:00', [{ offset: '-1d' }, { offset: '-2d' }, { offset: '-48h' }])
    expect(stepOccurrences(across as Extract<Calendar, { kind: 'steps' }>)).toEqual([
      { at: '2026-03-28T07:00:00Z', steps: [2] },
      { at: '2026-03-28T08:00:00Z', steps: [1] },
      { at: '2026-03-29T07:00:00Z', steps: [0] },
    ])
  })

  it('that fall together are one occurrence that names both', () => {
    const both = berlin('2026-12-24T18:00', [{ offset: '-24h' }, { offset: '-1d' }])
    expect(stepOccurrences(both as Extract<Calendar, { kind: 'steps' }>)).toEqual([
      { at: '2026-12-23T17:00:00Z', steps: [0, 1] },
    ])
  })

  it('may count from an instant, even from one whose wall time comes twice', () => {
    // The second 02:30 of 25 October 2026.
    const drip = berlin('2026-10-25T01:30:00Z', [{ offset: 'at' }, { offset: '+1h' }, { offset: '+1d' }])
    expect(occurrencesAfter(drip, { after: '2026-10-01T00:00:00Z', limit: 5 })).toEqual([
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:30:00Z',
      '2026-10-26T01:30:00Z',
    ])
  })

  it.each(['3d', '-', '+', '-1.5h', '-1h1d', '+9999d', '1 day', ''])('refuse the offset %j', (offset) => {
    expect(issuesOf({ kind: 'steps', zone, anchor: '2026-12-24T18:00', steps: [{ offset }] })).toEqual([
      'steps.0.offset: expected an offset such as -3d, -1h30m, +1w (up to ten years), or at',
    ])
  })

  it('refuse a time of day beside hours', () => {
    const steps = [{ offset: '-1h', at: '09:00' }]
    expect(issuesOf({ kind: 'steps', zone, anchor: '2026-12-24T18:00', steps })).toEqual([
      'steps.0.at: expected an offset in whole days or weeks beside a time of day',
    ])
  })
})
