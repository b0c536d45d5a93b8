import { describe, expect, it } from 'vitest'
import { parseRecurrence } from '../../../../src/domain/calendar/text.js'
import { describeCalendar, describeSchedule } from '../../../../src/domain/calendar/words/words.js'
import { parseCalendar } from '../../../../src/domain/calendar/calendar.js'

const zone = 'Africa/Nairobi'
// A Tuesday, 09:30 in Nairobi.
const now = '2026-11-24T06:30:00Z'

function recurrence(text: string) {
  const reading = parseRecurrence(text, { zone, start: '2026-11-24T09:00' })
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

function calendarOf(input: unknown) {
  const reading = parseCalendar(input)
  if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
  return reading.value
}

describe('a recurrence in words', () => {
  it.each([
    ['FREQ=DAILY', 'every day at 09:00'],
    ['FREQ=DAILY;INTERVAL=3', 'every 3 days at 09:00'],
    ['FREQ=DAILY;BYHOUR=8,12,18;BYMINUTE=0', 'every day at 08:00, 12:00 and 18:00'],
    ['FREQ=DAILY;BYSECOND=30', 'every day at 09:00:30'],
    ['FREQ=WEEKLY', 'every Tuesday at 09:00'],
    ['FREQ=WEEKLY;BYDAY=TH,MO', 'every Monday and Thursday at 09:00'],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday (Monday to Friday) at 09:00'],
    ['FREQ=WEEKLY;BYDAY=MO;BYMONTH=1,7', 'every Monday in January and July at 09:00'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', 'every 2 weeks on Monday and Thursday at 09:00'],
    [
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU',
      'every 2 weeks (weeks start on Sunday) on Tuesday and Sunday at 09:00',
    ],
    ['FREQ=MONTHLY', 'on the 24th of every month at 09:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15,-1', 'on the 1st, 15th and last day of every month at 09:00'],
    ['FREQ=MONTHLY;BYMONTHDAY=31', 'on the 31st of every month (where the month has that day) at 09:00'],
    ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-2', 'every 3 months on the second to last day at 09:00'],
    ['FREQ=MONTHLY;BYDAY=1MO,-1FR', 'on the last Friday and first Monday of every month at 09:00'],
    ['FREQ=MONTHLY;BYDAY=5MO', 'on the fifth Monday of every month (where the month has one) at 09:00'],
    [
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      'on the last weekday (Monday to Friday) of every month at 09:00',
    ],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'on the 13th of every month (if it is a Friday) at 09:00'],
    ['FREQ=YEARLY', 'every year on 24 November at 09:00'],
    ['FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=1', 'every year on 1 January and 1 July at 09:00'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', 'every year on 29 February (in leap years only) at 09:00'],
    ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'every year on the fourth Thursday of November at 09:00'],
    ['FREQ=YEARLY;BYDAY=20MO', 'every year on the 20th Monday of the year at 09:00'],
    ['FREQ=HOURLY', 'every hour, at minute 00'],
    ['FREQ=HOURLY;INTERVAL=3', 'every 3 hours, counted from midnight, at minute 00'],
    [
      'FREQ=HOURLY;INTERVAL=4;BYDAY=SA',
      'every 4 hours, counted from Tue 24 Nov 2026 at 09:00, on Saturday, at minute 00',
    ],
    ['FREQ=MINUTELY;INTERVAL=15', 'every 15 minutes'],
    ['FREQ=MINUTELY;INTERVAL=90', 'every 90 minutes, counted from Tue 24 Nov 2026 at 09:00'],
    // Exotic ones are plainer.
    ['FREQ=YEARLY;BYWEEKNO=20', 'every year, in the 20th week of the year, on Tuesday, at 09:00'],
    ['FREQ=YEARLY;BYYEARDAY=1,-1', 'every year, on the 1st and last day of the year, at 09:00'],
    [
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
      'every 4 years, in November, on the 2nd to 8th of the month, on Tuesday, at 09:00',
    ],
    [
      'FREQ=MONTHLY;BYDAY=TU;BYHOUR=9,18;BYSETPOS=1,-1',
      'every month, on Tuesday, at 09:00 and 18:00, of these only the last and first of each month',
    ],
    ['0 8 * * MON,THU', 'every Monday and Thursday at 08:00'],
    ['*/15 * * * *', 'every 15 minutes'],
    ['5,20 * * * *', 'every hour at minutes 05 and 20'],
    ['@hourly', 'every hour'],
    ['0 9-17 * * *', 'every hour from 09:00 to 17:00'],
    ['*/15 9-17 * * 1-5', 'every weekday (Monday to Friday), every 15 minutes from 09:00 to 17:45'],
    ['0,30 1,5,9,13 * * *', 'at minutes 00 and 30 of the hours 01, 05, 09 and 13'],
    ['0 9 1,15 * MON', 'on the 1st and 15th of every month and also every Monday at 09:00'],
    ['0 9 1,15 3 MON', 'on the 1st and 15th of March and also every Monday in March at 09:00'],
  ])('%s', (text, words) => {
    expect(describeSchedule(recurrence(text))).toBe(`${words} (${zone})`)
  })

  it('tells when it ends and what is beside the rule', () => {
    const words = (more: object) => describeSchedule(calendarOf({ ...recurrence('FREQ=DAILY'), ...more }))
    const start = `every day at 09:00 (${zone})`
    expect(words({ until: '2026-12-31T23:59:59' })).toBe(`${start}, until Thu 31 Dec 2026`)
    expect(words({ count: 10 })).toBe(`${start}, 10 times in all`)
    expect(words({ count: 1 })).toBe(`${start}, once only`)
    expect(words({ exdates: ['2026-12-25T09:00'], rdates: ['2026-12-24T18:00'] })).toBe(
      `${start}, and also on Thu 24 Dec 2026 at 18:00, except on Fri 25 Dec 2026 at 09:00`,
    )
    const ended = recurrence('FREQ=DAILY;UNTIL=20261231T060000Z')
    expect(describeSchedule(ended)).toBe(`${start}, until Thu 31 Dec 2026 at 09:00`)
  })
})

describe('what comes next', () => {
  const words = (calendar: Parameters<typeof describeCalendar>[0]) => describeCalendar(calendar, { now })

  it('is a date, with the time only where the rule does not say it', () => {
    expect(words(recurrence('0 8 * * MON,THU'))).toBe(
      'every Monday and Thursday at 08:00 (Africa/Nairobi), next on Thu 26 Nov 2026',
    )
    expect(words(recurrence('@hourly'))).toBe('every hour (Africa/Nairobi), next on Tue 24 Nov 2026 at 10:00')
    const extra = calendarOf({ ...recurrence('FREQ=DAILY'), rdates: ['2026-11-24T18:00'] })
    expect(words(extra)).toMatch(/next on Tue 24 Nov 2026 at 18:00$/)
  })

  it('has the time that the clock shows where the rule has one that it does not', () => {
    const text = 'DTSTART;TZID=Europe/Berlin:20260301T023000\nRRULE:FREQ=DAILY'
    expect(describeCalendar(recurrence(text), { now: '2026-03-28T12:00:00Z' })).toBe(
      'every day at 02:30 (Europe/Berlin), next on Sun 29 Mar 2026 at 03:00',
    )
  })

  it('is nothing after the end', () => {
    expect(words(recurrence('FREQ=DAILY;COUNT=1'))).toBe(
      'every day at 09:00 (Africa/Nairobi), once only, no more to come',
    )
    expect(words(calendarOf({ kind: 'once', at: '2026-11-24T06:00:00Z', zone }))).toBe(
      'once on Tue 24 Nov 2026 at 09:00 (Africa/Nairobi), which is past',
    )
    expect(words(calendarOf({ kind: 'once', at: '2026-11-25T06:00:00Z', zone }))).toBe(
      'once on Wed 25 Nov 2026 at 09:00 (Africa/Nairobi)',
    )
  })

  it('is the next of the steps', () => {
    const steps = [{ offset: '-3d' }, { offset: '-1d', at: '08:00' }, { offset: '-1h30m' }, { offset: 'at' }]
    expect(words(calendarOf({ kind: 'steps', zone, anchor: '2026-12-24T18:00', steps }))).toBe(
      '3 days before, 1 day before at 08:00, 1 hour and 30 minutes before and at Thu 24 Dec 2026 at 18:00 (Africa/Nairobi), next on Mon 21 Dec 2026 at 18:00',
    )
  })
})
