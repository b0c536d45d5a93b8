import type { timeSentences } from '../../../../../src/domain/sentences/times.js'
import type { TextsOf } from '../../sentence-texts.js'

const time = 'Give a time such as “tomorrow 09:00”, “in 10 minutes” or “2026-11-24 09:00”.'

export const times: TextsOf<typeof timeSentences> = {
  timeExpected: time,
  timePartly: ({ understood }) => `Only “${understood}” was understood. ${time}`,
  timeThereIsNone: `There is no such day or time. ${time}`,
  timeShort: ({ clock, quotes }, { say }) =>
    `Give a time such as “tomorrow ${clock}” or “2026-11-24 09:00”${quotes === undefined ? '' : `, in ${say(quotes)}`}.`,
  phraseQuotes: 'quotes',
  dateOr: ({ other }, { say }) => `${say(other)} A day such as 2026-12-18 will do, too.`,
  timePastByWords: ({ text }) => `“${text}” is past. Choose a time to come.`,
  timePast: ({ text, at }) =>
    `“${text}” is ${at.replace('T', ' ')}, which is past. If you mean that, write it so.`,
  timeToCome: 'Choose a time to come.',
  timeInPast: ({ ago }, { duration }) =>
    `This time was ${duration(ago)} ago. Choose a later one, or raise “How late it may begin”.`,
  allPast: 'All of these times are past. Choose one to come.',
  timeAfterNow: ({ at }, { instant }) => `Choose a time to come: it is ${instant(at)} now.`,
  dayForm: ({ first, last }) => `Give a day such as 2026-12-24, between ${first} and ${last}.`,
  daysFrom: ({ from, most }, { number }) =>
    `Give a day from ${from} on, and at most ${number(most)} days in all.`,
  noCursorWithIt: 'These two do not go together.',
  noonOrMidnight: 'This can be read in two ways. Write “noon” or “midnight tonight”.',
  timeOfDayToo: ({ example }) => `The time of day is missing, such as “${example}”.`,
  dateReadsSeveral: ({ found }) =>
    `“${found}” can be read in several ways. Write the day like 2026-11-12 or “12 Nov”.`,
  dateReadsBoth: ({ found, ways }) => `“${found}” can be read in two ways. Write ${ways}.`,
  clockOrDate: ({ found, clock, date }) =>
    `“${found}” may be a time of day or a day. Write ${clock} or “${date}”.`,
  noSuchDate: ({ found }) => `There is no day “${found}”. Write it like 2026-11-12 or “12 Nov”.`,
  zoneExpected: 'Choose a time zone such as Africa/Nairobi.',
  instantExpected: 'Give a point in time such as 2026-11-24T06:00:00Z.',
  instantUtc: 'Give a point in time in UTC, such as 2026-11-24T06:00:00Z.',
  instantNear: 'The clock of this device is wrong by more than an hour. Set it, and then try again.',
  localTime: ({ first, last }) => `Give a time such as 2026-11-24T09:00, between ${first} and ${last}.`,
  localTimeOrInstant: ({ first, last }) =>
    `Give a time such as 2026-11-24T09:00, between ${first} and ${last}, or a point in time in UTC.`,
  untilOrBy: 'Give either the time to put it off to, or how long to put it off.',
  whenMissing: 'Choose when it is sent.',
  oneWhen: ({ fields, start }) =>
    `Only one of these can be given: ${fields.replaceAll(' and ', ', ')}.${start === undefined ? '' : ` The first time of a repetition is its “${start}”.`}`,
  repetitionBeside: 'That goes only with a reminder that is repeated.',
  startOrDtstart: 'The start is given either here or as DTSTART in the rule, not in both.',
  zoneOfDtstart: ({ zone }) => `DTSTART has the time zone ${zone}. Choose that one, or none.`,
  startMissing:
    'The rule leaves the time of day open. Give it as the start, such as “08:00”, or as BYHOUR and BYMINUTE in the rule.',
  dtstartMissing: 'A line with DTSTART is missing, or a start beside the rule.',
  cronForm: 'A cron rule has five fields, such as “0 8 * * MON”.',
  ruleForm: 'Write an RRULE such as FREQ=WEEKLY;BYDAY=MO,TH, or paste lines copied out of a calendar.',
  offsetForm: 'Give a distance such as -3d, -1h30m or +1w (up to ten years), or at.',
  offsetWholeDays: 'Beside a time of day, the distance must be in whole days or weeks.',
  neverOccurs: ({ from, to }) =>
    `It would never be sent: nothing fits from ${from.replace('T', ' ')} to ${to.replace('T', ' ')}.`,
  phraseEndOfYears: ({ year }) => `the end of ${year}`,
}
