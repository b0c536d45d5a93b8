import { describe, expect, test } from 'vitest'
import { movedSeries } from '../../../console/src/pages/calendar/move-series.js'
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

const moved = (of: Calendar, date: string, time = '08:00') => movedSeries(of, monday, { date, time })

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
      changes: { repeat: 'FREQ=MONTHLY;BYMONTHDAY=10', start: '2026-11-10T08:00' },
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

test.each([
  ['same', series('FREQ=DAILY'), '2026-12-07'],
  ['daily', series('FREQ=DAILY'), '2026-12-08'],
  ['week', series('FREQ=WEEKLY;BYDAY=MO'), '2026-12-14'],
  ['month', series('FREQ=MONTHLY;BYMONTHDAY=7'), '2026-12-30'],
  ['month', series('FREQ=MONTHLY;BYMONTHDAY=7'), '2027-01-05'],
  ['exceptions', series('FREQ=DAILY', { exdates: ['2026-12-08T08:00:00'] }), '2026-12-08'],
  ['rule', series('FREQ=MONTHLY;BYDAY=1MO'), '2026-12-08'],
] as const)('what cannot be moved simply says why: %s', (stays, of, date) => {
  expect(moved(of, date)).toEqual({ stays })
})
