import { expect, test } from 'vitest'
import { scheduleInput, scheduleOf } from '../../../console/src/pages/editor/schedule.js'
import { calendar } from '../../../src/domain/calendar/calendar.js'

const recurring = (rrule: string, more: object = {}) =>
  calendar.parse({
    kind: 'recurring',
    zone: 'Europe/Berlin',
    start: '2026-12-24T08:00:00',
    rule: { kind: 'rrule', rrule },
    ...more,
  })

test.each([
  ['FREQ=DAILY', 'repeat'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', 'repeat'],
  ['FREQ=MONTHLY;BYMONTHDAY=31', 'repeat'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'repeat'],
  ['FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU', 'repeat'],
  ['FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24', 'repeat'],
  // What the fields cannot say stays the rule that it is.
  ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=6', 'rule'],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'rule'],
  ['FREQ=WEEKLY;BYDAY=MO;BYHOUR=8,12', 'rule'],
  ['FREQ=WEEKLY;COUNT=5;BYDAY=MO', 'rule'],
  ['FREQ=MONTHLY;BYDAY=5FR', 'rule'],
])('%s comes back from the fields as it was', (rrule, mode) => {
  const read = recurring(rrule)
  const schedule = scheduleOf(read)
  expect(schedule.mode).toBe(mode)
  expect(scheduleInput(schedule)).toEqual({
    repeat: read.kind === 'recurring' && read.rule.kind === 'rrule' ? read.rule.rrule : undefined,
    start: '2026-12-24T08:00',
    zone: 'Europe/Berlin',
    until: null,
    count: null,
    except: null,
    also: null,
  })
})

test('days that are left out and added, and an end before midnight, are kept', () => {
  const read = recurring('FREQ=DAILY', {
    exdates: ['2026-12-25T08:00:00', '2026-12-26T09:00:00'],
    rdates: ['2027-01-06T10:30:00'],
    until: '2027-02-01T12:00:00',
  })
  expect(scheduleInput(scheduleOf(read))).toMatchObject({
    // The first is whole days, and goes along with another time of day.
    except: ['2026-12-25', '2026-12-26T09:00:00'],
    also: ['2027-01-06T10:30:00'],
    until: '2027-02-01T12:00:00',
  })
  expect(scheduleInput(scheduleOf(recurring('FREQ=DAILY', { until: '2027-02-01T23:59:59' })))).toMatchObject({
    until: '2027-02-01',
  })
})
