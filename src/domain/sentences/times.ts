/** What is expected of times and of calendars. */
export const timeSentences = {
  timeExpected:
    'expected a time such as "tomorrow 09:00", "in 10 minutes", 2026-11-24T09:00 or 2026-11-24T06:00:00Z',
  timePartly:
    'expected a time such as "tomorrow 09:00", "in 10 minutes", 2026-11-24T09:00 or 2026-11-24T06:00:00Z; only \'{understood}\' was understood',
  timeThereIsNone:
    'expected a time such as "tomorrow 09:00", "in 10 minutes", 2026-11-24T09:00 or 2026-11-24T06:00:00Z; there is no such date or time',
  timeShort: 'expected a time such as "tomorrow {clock}" or 2026-11-24T09:00[[ (in {quotes:sentence})]]',
  phraseQuotes: 'quotes',
  dateOr: 'expected a date such as 2026-12-18, or {other:expectation}',
  timePastByWords: "expected a time to come, and '{text}' is past by its words",
  timePast: "expected a time to come, and '{text}' is {at}, which is past; write it so if you mean it",
  timeToCome: 'expected a time to come',
  timeInPast:
    'expected a time to come, and this is in the past by {ago:duration}; give a later one, or a longer catch-up time',
  allPast: 'expected a time to come, and all of these are past: {words}',
  timeAfterNow: 'expected a time to come: it is {at:instant}',
  dayForm: 'expected a day such as 2026-12-24, between {first} and {last}',
  daysFrom: 'expected a day from {from} on, and at most {most:number} days in all',
  noCursorWithIt: 'expected no cursor with it',
  noonOrMidnight: 'expected a time that reads one way: write "noon" or "midnight tonight"',
  timeOfDayToo: 'expected a time of day too, such as "{example}"',
  dateReadsSeveral:
    'expected a date that reads one way, and \'{found}\' reads several: write it like 2026-11-12 or "12 Nov"',
  dateReadsBoth: "expected a date that reads one way, and '{found}' reads both ways: write {ways}",
  clockOrDate:
    'expected a time that reads one way, and \'{found}\' may be a clock time or a date: write {clock}, or "{date}"',
  noSuchDate: 'expected a date such as 2026-11-12 or "12 Nov", and there is no date \'{found}\'',
  zoneExpected: 'expected an IANA time zone such as Africa/Nairobi',
  instantExpected: 'expected an instant such as 2026-11-24T06:00:00Z',
  instantUtc: 'expected an instant in UTC such as 2026-11-24T06:00:00Z',
  instantNear: 'expected an instant within an hour of the clock here: is the clock of the caller right?',
  localTime: 'expected a local time such as 2026-11-24T09:00, between {first:number} and {last:number}',
  localTimeOrInstant:
    'expected a local time such as 2026-11-24T09:00, between {first:number} and {last:number}, or an instant in UTC',
  untilOrBy: 'expected either `until` (a time) or `by` (a duration)',
  whenMissing:
    'missing: say when with `at`, such as "tomorrow 09:00", or with `repeat`, `cron`, or `anchor` and `steps`',
  oneWhen: 'expected one of {fields}, not both[[ (the first time of a repetition is `{start}`)]]',
  repetitionBeside: 'expected `repeat` or `cron` beside it',
  startOrDtstart: 'expected it either here or as DTSTART in `repeat`, not both',
  zoneOfDtstart: 'expected {zone}, as DTSTART has it, or none',
  startMissing:
    'missing: the rule leaves the time of day open; give it as `start`, such as "08:00", or as BYHOUR and BYMINUTE in the rule',
  dtstartMissing: 'missing: expected a DTSTART line, or a start beside the rule',
  cronForm: 'expected five fields such as "0 8 * * MON"',
  ruleForm: 'expected an RRULE such as FREQ=WEEKLY;BYDAY=MO,TH, or lines copied out of a calendar',
  offsetForm: 'expected an offset such as -3d, -1h30m, +1w (up to ten years), or at',
  offsetWholeDays: 'expected an offset in whole days or weeks beside a time of day',
  neverOccurs: 'never occurs: expected an occurrence between {from} and {to}',
  phraseEndOfYears: 'the end of {year:number}',
} as const
