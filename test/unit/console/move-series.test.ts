import { describe, expect, test } from 'vitest'
import { movedSeries } from '../../../console/src/pages/calendar/move-series.js'
import { recurringMs } from '../../../src/domain/calendar/recurring.js'
import { calendar, type Calendar } from '../../../src/domain/calendar/calendar.js'

const zone = 'Africa/Nairobi'
const monday = { date: '2026-12-07', time: '08:00' }

function series(rrule: string, more: object = {}): Calendar {
  return calendar.parse({
    kind: 'recurring',
    zone,
    start: '2026-11-30T08:00:00',
    rule: { kind: 'rrule', rrule },
    ...more,
  })
}

const moved = (of: Calendar, date: string, time = '08:00') =>
  movedSeries(of, { from: monday, to: { date, time } })

/** The first times of a series, on the clock. */
function timesOf(of: Calendar): number[] {
  if (of.kind !== 'recurring') throw new Error('It is no series.')
  const times: number[] = []
  for (const ms of recurringMs(of, -Infinity)) if (times.push(ms) === 12) break
  return times
}

/** The series as the edit leaves it. */
function edited(answer: ReturnType<typeof moved>): Calendar {
  if (!('changes' in answer)) throw new Error(`It stays: ${answer.stays}.`)
  const { repeat, start, until, count } = answer.changes
  return series(String(repeat), {
    start: `${start}:00`,
    ...(typeof until === 'string' && { until: until.includes('T') ? until : `${until}T23:59:59` }),
    ...(typeof count === 'number' && { count }),
  })
}

describe('all of a series move as far as one of it was moved', () => {
  test('to another time of day, whatever the rhythm', () => {
    for (const rule of ['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO', 'FREQ=MONTHLY;BYMONTHDAY=7'])
      expect(moved(series(rule), monday.date, '09:30')).toMatchObject({
        changes: { start: '2026-11-30T09:30', zone },
      })
  })

  test('all days of a week, over its end, too', () => {
    expect(moved(series('FREQ=WEEKLY;BYDAY=MO,SU'), '2026-12-08')).toMatchObject({
      changes: { repeat: 'FREQ=WEEKLY;BYDAY=MO,TU', start: '2026-12-01T08:00' },
    })
    expect(moved(series('FREQ=WEEKLY;BYDAY=MO'), '2026-12-06')).toMatchObject({
      changes: { repeat: 'FREQ=WEEKLY;BYDAY=SU', start: '2026-11-29T08:00' },
    })
  })

  test('within the month', () => {
    expect(moved(series('FREQ=MONTHLY;BYMONTHDAY=7'), '2026-12-10')).toMatchObject({
      changes: { repeat: 'FREQ=MONTHLY;BYMONTHDAY=10', start: '2026-12-03T08:00' },
    })
  })

  test('and once is moved to where it is put', () => {
    const once = calendar.parse({ kind: 'once', at: '2026-12-07T05:00:00Z', zone })
    expect(moved(once, '2026-12-09', '10:00')).toEqual({ changes: { at: '2026-12-09T10:00', zone } })
  })

  test('the end stays', () => {
    expect(moved(series('FREQ=DAILY', { count: 5 }), monday.date, '09:00')).toMatchObject({
      changes: { count: 5, until: null },
    })
  })
})

const dayMs = 86_400_000

test.each([
  ['to its last day', 1, '08:00', series('FREQ=WEEKLY;BYDAY=MO', { until: '2026-12-21T23:59:59' })],
  ['back', -1, '08:00', series('FREQ=WEEKLY;BYDAY=MO', { until: '2026-12-27T23:59:59' })],
  ['to its last minute', 0, '09:30', series('FREQ=WEEKLY;BYDAY=MO', { until: '2026-12-21T08:00:00' })],
  [
    'from one day into the next',
    1,
    '01:00',
    series('FREQ=WEEKLY;BYDAY=MO', { until: '2026-12-21T08:00:00' }),
  ],
  ['as often', 2, '08:00', series('FREQ=WEEKLY;BYDAY=MO,WE', { count: 5 })],
  ['over the end of the week', 3, '08:00', series('FREQ=WEEKLY;BYDAY=MO,FR')],
  [
    'within every second week',
    1,
    '08:00',
    series('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', { start: '2026-12-07T08:00:00' }),
  ],
  [
    'into every other second week',
    8,
    '08:00',
    series('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', { start: '2026-12-07T08:00:00' }),
  ],
  ['from the month after the first day', 5, '08:00', series('FREQ=MONTHLY;BYMONTHDAY=7')],
] as const)('each moves as far, and there is no other: %s', (_what, days, time, of) => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const byMs = days * dayMs + ((hours - 8) * 60 + minutes) * 60_000
  const date = new Date(Date.parse(`${monday.date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
  expect(timesOf(edited(moved(of, date, time)))).toEqual(timesOf(of).map((ms) => ms + byMs))
})

test.each([
  ['left out', { from: new Date('2026-12-21T05:00:00Z'), to: null }, true],
  ['moved', { from: new Date('2026-11-23T05:00:00Z'), to: new Date('2026-12-08T05:00:00Z') }, true],
  ['over', { from: new Date('2026-11-23T05:00:00Z'), to: new Date('2026-11-24T05:00:00Z') }, false],
] as const)('one that is %s by itself does not get lost', (_what, one, holds) => {
  const now = new Date('2026-12-01T00:00:00Z')
  const to = { ...monday, time: '09:00' }
  const answer = movedSeries(series('FREQ=WEEKLY;BYDAY=MO'), { from: monday, to, moves: [one], now })
  expect('stays' in answer && answer.stays === 'exceptions').toBe(holds)
})

test.each([
  ['same', series('FREQ=DAILY'), '2026-12-07'],
  ['daily', series('FREQ=DAILY'), '2026-12-08'],
  ['week', series('FREQ=WEEKLY;BYDAY=MO'), '2026-12-14'],
  ['month', series('FREQ=MONTHLY;BYMONTHDAY=7'), '2026-12-30'],
  ['month', series('FREQ=MONTHLY;BYMONTHDAY=7'), '2027-01-05'],
  ['exceptions', series('FREQ=DAILY', { exdates: ['2026-12-08T08:00:00'] }), '2026-12-08'],
  ['rule', series('FREQ=MONTHLY;BYDAY=1MO'), '2026-12-08'],
  // Friday would be in a week that is left out.
  ['rule', series('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', { start: '2026-12-07T08:00:00' }), '2026-12-10'],
  ['rule', series('FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,FR'), '2026-12-08'],
  // A month of thirty days has no such one, and would have another.
  ['month', series('FREQ=MONTHLY;BYMONTHDAY=31'), '2026-12-08'],
] as const)('what cannot be moved simply says why: %s', (stays, of, date) => {
  expect(moved(of, date)).toEqual({ stays })
})
