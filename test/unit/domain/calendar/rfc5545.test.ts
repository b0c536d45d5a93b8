import { describe, expect, it } from 'vitest'
import { occurrencesAfter, totalCount } from '../../../../src/domain/calendar/occurrences.js'
import { parseRecurrence } from '../../../../src/domain/calendar/text.js'
import { msToWall } from '../../../../src/domain/calendar/local-time.js'

// RFC 5545, section 3.8.5.3: all of its examples, as they are printed there. Times are 09:00 unless written.
const zone = 'America/New_York'

type Example = {
  start?: string
  rule: string
  exdate?: string
  /** `1997-09-02`, or with a time: in order from the first one on. */
  first: string
  /** How many there are in all, where the rule has an end. */
  total?: number
}

const dates = (text: string) => text.trim().split(/\s+/)
/** `1997-09: 2 4 9` → whole dates. */
const months = (text: string) =>
  text
    .trim()
    .split('|')
    .flatMap((part) => {
      const [month = '', days = ''] = part.split(':')
      return dates(days).map((day) => `${month.trim()}-${day.padStart(2, '0')}`)
    })
    .join(' ')
const clock = (times: string) =>
  dates(times)
    .map((time) => `1997-09-02T${time}`)
    .join(' ')
const every20Minutes = (day: string, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const minute = 9 * 60 + index * 20
    return `${day}T${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
  }).join(' ')

const examples: Record<string, Example> = {
  'daily for 10 occurrences': {
    rule: 'FREQ=DAILY;COUNT=10',
    first: months('1997-09: 2 3 4 5 6 7 8 9 10 11'),
    total: 10,
  },
  // From September 2 to December 23: 29 + 31 + 30 + 23.
  'daily until December 24, 1997': {
    rule: 'FREQ=DAILY;UNTIL=19971224T000000Z',
    first: months('1997-09: 2 3 4'),
    total: 113,
  },
  'every other day': {
    rule: 'FREQ=DAILY;INTERVAL=2',
    first: months('1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30|1997-10: 2'),
  },
  'every 10 days, 5 occurrences': {
    rule: 'FREQ=DAILY;INTERVAL=10;COUNT=5',
    first: months('1997-09: 2 12 22|1997-10: 2 12'),
    total: 5,
  },
  'every day in January, for 3 years (yearly)': {
    start: '19980101T090000',
    rule: 'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
    first: months('1998-01: 1 2 3 4 5'),
    total: 93,
  },
  'every day in January, for 3 years (daily)': {
    start: '19980101T090000',
    rule: 'FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    first: months('1998-01: 1 2 3 4 5'),
    total: 93,
  },
  'weekly for 10 occurrences': {
    rule: 'FREQ=WEEKLY;COUNT=10',
    first: months('1997-09: 2 9 16 23 30|1997-10: 7 14 21 28|1997-11: 4'),
    total: 10,
  },
  'weekly until December 24, 1997': {
    rule: 'FREQ=WEEKLY;UNTIL=19971224T000000Z',
    first: months('1997-09: 2 9 16 23 30|1997-10: 7 14 21 28|1997-11: 4 11 18 25|1997-12: 2 9 16 23'),
    total: 17,
  },
  'every other week': {
    rule: 'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    first: months('1997-09: 2 16 30|1997-10: 14 28|1997-11: 11 25|1997-12: 9 23|1998-01: 6 20|1998-02: 3'),
  },
  'weekly on Tuesday and Thursday for five weeks (until)': {
    rule: 'FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
    first: months('1997-09: 2 4 9 11 16 18 23 25 30|1997-10: 2'),
    total: 10,
  },
  'weekly on Tuesday and Thursday for five weeks (count)': {
    rule: 'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
    first: months('1997-09: 2 4 9 11 16 18 23 25 30|1997-10: 2'),
    total: 10,
  },
  'every other week on Monday, Wednesday, and Friday until December 24, 1997': {
    start: '19970901T090000',
    rule: 'FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
    first: months(
      '1997-09: 1 3 5 15 17 19 29|1997-10: 1 3 13 15 17 27 29 31|1997-11: 10 12 14 24 26 28|1997-12: 8 10 12 22',
    ),
    total: 25,
  },
  'every other week on Tuesday and Thursday, for 8 occurrences': {
    rule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    first: months('1997-09: 2 4 16 18 30|1997-10: 2 14 16'),
    total: 8,
  },
  'monthly on the first Friday for 10 occurrences': {
    start: '19970905T090000',
    rule: 'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
    first:
      '1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 1998-05-01 1998-06-05',
    total: 10,
  },
  'monthly on the first Friday until December 24, 1997': {
    start: '19970905T090000',
    rule: 'FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR',
    first: '1997-09-05 1997-10-03 1997-11-07 1997-12-05',
    total: 4,
  },
  'every other month on the first and last Sunday of the month for 10 occurrences': {
    start: '19970907T090000',
    rule: 'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    first: months('1997-09: 7 28|1997-11: 2 30|1998-01: 4 25|1998-03: 1 29|1998-05: 3 31'),
    total: 10,
  },
  'monthly on the second-to-last Monday of the month for 6 months': {
    start: '19970922T090000',
    rule: 'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
    first: '1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16',
    total: 6,
  },
  'monthly on the third-to-the-last day of the month': {
    start: '19970928T090000',
    rule: 'FREQ=MONTHLY;BYMONTHDAY=-3',
    first: '1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26',
  },
  'monthly on the 2nd and 15th of the month for 10 occurrences': {
    rule: 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
    first: months('1997-09: 2 15|1997-10: 2 15|1997-11: 2 15|1997-12: 2 15|1998-01: 2 15'),
    total: 10,
  },
  'monthly on the first and last day of the month for 10 occurrences': {
    start: '19970930T090000',
    rule: 'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    first: months('1997-09: 30|1997-10: 1 31|1997-11: 1 30|1997-12: 1 31|1998-01: 1 31|1998-02: 1'),
    total: 10,
  },
  'every 18 months on the 10th thru 15th of the month for 10 occurrences': {
    start: '19970910T090000',
    rule: 'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
    first: months('1997-09: 10 11 12 13 14 15|1999-03: 10 11 12 13'),
    total: 10,
  },
  'every Tuesday, every other month': {
    rule: 'FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
    first: months('1997-09: 2 9 16 23 30|1997-11: 4 11 18 25|1998-01: 6 13 20 27|1998-03: 3 10 17 24 31'),
  },
  'yearly in June and July for 10 occurrences': {
    start: '19970610T090000',
    rule: 'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
    first:
      '1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10 1999-07-10 2000-06-10 2000-07-10 2001-06-10 2001-07-10',
    total: 10,
  },
  'every other year on January, February, and March for 10 occurrences': {
    start: '19970310T090000',
    rule: 'FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
    first:
      '1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 2003-02-10 2003-03-10',
    total: 10,
  },
  'every third year on the 1st, 100th, and 200th day for 10 occurrences': {
    start: '19970101T090000',
    rule: 'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
    first:
      '1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 2000-07-18 2003-01-01 2003-04-10 2003-07-19 2006-01-01',
    total: 10,
  },
  'every 20th Monday of the year': {
    start: '19970519T090000',
    rule: 'FREQ=YEARLY;BYDAY=20MO',
    first: '1997-05-19 1998-05-18 1999-05-17',
  },
  'Monday of week number 20': {
    start: '19970512T090000',
    rule: 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    first: '1997-05-12 1998-05-11 1999-05-17',
  },
  'every Thursday in March': {
    start: '19970313T090000',
    rule: 'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
    first: months('1997-03: 13 20 27|1998-03: 5 12 19 26|1999-03: 4 11 18 25'),
  },
  'every Thursday, but only during June, July, and August': {
    start: '19970605T090000',
    rule: 'FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
    first: months(
      '1997-06: 5 12 19 26|1997-07: 3 10 17 24 31|1997-08: 7 14 21 28|1998-06: 4 11 18 25|1998-07: 2 9 16 23 30',
    ),
  },
  'every Friday the 13th': {
    exdate: '19970902T090000',
    rule: 'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
    first: '1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13',
  },
  'the first Saturday that follows the first Sunday of the month': {
    start: '19970913T090000',
    rule: 'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    first:
      '1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 1998-05-09 1998-06-13',
  },
  'US Presidential Election day': {
    start: '19961105T090000',
    rule: 'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    first: '1996-11-05 2000-11-07 2004-11-02',
  },
  'the third instance of Tuesday, Wednesday, or Thursday, for the next 3 months': {
    start: '19970904T090000',
    rule: 'FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
    first: '1997-09-04 1997-10-07 1997-11-06',
    total: 3,
  },
  'the second-to-last weekday of the month': {
    start: '19970929T090000',
    rule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    first: '1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29 1998-02-26 1998-03-30',
  },
  // The RFC prints UNTIL=19970902T170000Z beside this list: that is 13:00 in New York, 5 PM there is 21:00Z.
  'every 3 hours from 9:00 AM to 5:00 PM on a specific day': {
    rule: 'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z',
    first: clock('09:00 12:00 15:00'),
    total: 3,
  },
  'every 3 hours until 17:00 UTC, as it is printed': {
    rule: 'FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z',
    first: clock('09:00 12:00'),
    total: 2,
  },
  'every 15 minutes for 6 occurrences': {
    rule: 'FREQ=MINUTELY;INTERVAL=15;COUNT=6',
    first: clock('09:00 09:15 09:30 09:45 10:00 10:15'),
    total: 6,
  },
  'every hour and a half for 4 occurrences': {
    rule: 'FREQ=MINUTELY;INTERVAL=90;COUNT=4',
    first: clock('09:00 10:30 12:00 13:30'),
    total: 4,
  },
  'every 20 minutes from 9:00 AM to 4:40 PM every day (daily)': {
    rule: 'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
    first: `${every20Minutes('1997-09-02', 24)} ${every20Minutes('1997-09-03', 24)}`,
  },
  'every 20 minutes from 9:00 AM to 4:40 PM every day (minutely)': {
    rule: 'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
    first: `${every20Minutes('1997-09-02', 24)} ${every20Minutes('1997-09-03', 24)}`,
  },
  'WKST makes a difference (Monday)': {
    start: '19970805T090000',
    rule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    first: months('1997-08: 5 10 19 24'),
    total: 4,
  },
  'WKST makes a difference (Sunday)': {
    start: '19970805T090000',
    rule: 'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    first: months('1997-08: 5 17 19 31'),
    total: 4,
  },
  'an invalid date (February 30) is ignored': {
    start: '20070115T090000',
    rule: 'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
    first: '2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30',
    total: 5,
  },
}

describe('the examples of RFC 5545, section 3.8.5.3', () => {
  it.each(Object.entries(examples))(
    '%s',
    (_name, { start = '19970902T090000', rule, exdate, first, total }) => {
      const lines = [`DTSTART;TZID=${zone}:${start}`, `RRULE:${rule}`]
      if (exdate !== undefined) lines.push(`EXDATE;TZID=${zone}:${exdate}`)
      const reading = parseRecurrence(lines.join('\n'), { zone: 'UTC' })
      if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
      const expected = dates(first).map((date) => (date.includes('T') ? date : `${date}T09:00`))
      const found = occurrencesAfter(reading.value, { after: '1990-01-01T00:00:00Z', limit: expected.length })
      expect(found.map((at) => msToWall(Date.parse(at), zone).toString({ smallestUnit: 'minute' }))).toEqual(
        expected,
      )
      expect(totalCount(reading.value, { limit: 1_000 })).toBe(total)
    },
  )

  it('is wall-clock time: 9:00 AM EDT becomes 9:00 AM EST', () => {
    const reading = parseRecurrence(`DTSTART;TZID=${zone}:19970902T090000\nRRULE:FREQ=DAILY`, { zone: 'UTC' })
    if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
    const found = occurrencesAfter(reading.value, { after: '1997-10-24T20:00:00Z', limit: 3 })
    expect(found).toEqual(['1997-10-25T13:00:00Z', '1997-10-26T14:00:00Z', '1997-10-27T14:00:00Z'])
  })
})
