import type { ruleSentences } from '../../../../../src/domain/sentences/rules.js'
import type { TextsOf } from '../../sentence-texts.js'
import { capital } from './words.js'

const noSeconds = 'There are no seconds: nothing is repeated more than once a minute.'

export const rules: TextsOf<typeof ruleSentences> = {
  partUnexpected: ({ part, what, got }, { say }) => `${capital(part)} takes ${say(what)}, and not “${got}”.`,
  ruleUnexpected: ({ what, got }, { say }) => `The rule takes ${say(what)} here, and not “${got}”.`,
  partTwice: ({ part, got }) => `${capital(part)} can be given once, and is given again as “${got}”.`,
  phraseZoneAsTzid: 'a time zone such as Africa/Nairobi as TZID',
  phraseOneTime: 'one time',
  phraseTimeStamp: 'a time such as 20261124T090000',
  phraseContentLine: 'DTSTART, RRULE, EXDATE or RDATE, then a colon and the value',
  phraseOneOf: ({ list }) => `one of ${list}`,
  phraseParts5545: ({ list }) => `one of the parts ${list}`,
  phraseValueOf: ({ part }) => `${part}=value`,
  phraseUntil: ({ year }) => `a time such as 20261231T080000Z, up to ${year}`,
  phraseNumber: ({ max }) => `a whole number from 1 to ${max}`,
  phraseNumbers: ({ min, max, from, to }) =>
    `whole numbers from ${min} to ${max}${from === undefined ? '' : ` or ${from} to ${to}`}`,
  phraseWeekdays: 'weekdays such as MO, 1FR (the first) or -1SU (the last)',
  phraseFiveFields: 'five fields (minute hour day month weekday)',
  phraseCronItem: ({ min, max, names }) =>
    `${min} to ${max}${names === undefined ? '' : ` or ${names}`}, as *, a list (1,3), a range (1-5) or with a step (*/2)`,
  phraseCronNoMore: ({ usual }, { say }) =>
    `${say(usual)} (cron has no L, W, # or ?: an RRULE says it, such as FREQ=MONTHLY;BYMONTHDAY=-1)`,
  cronSixFields: ({ got }) =>
    `A cron rule has five fields (minute hour day month weekday), and “${got}” has six. ${noSeconds}`,
  ruleSixFields: ({ got }) =>
    `A cron rule has five fields (minute hour day month weekday), and “${got}” has six. ${noSeconds}`,
  exrule: 'EXRULE was removed from calendars (RFC 5545). Use lines with EXDATE.',
  valueOfTimes: ({ part, got }) => `${part} takes times such as 20261124T090000, and not VALUE=${got}.`,
  rruleMissing: 'An RRULE is missing, such as RRULE:FREQ=WEEKLY;BYDAY=MO.',
  notGregorian: ({ part }) => `${part} can be of the Gregorian calendar only.`,
  secondly: 'FREQ can be MINUTELY at most: nothing is repeated more than once a minute.',
  freqMissing: ({ list }) => `FREQ is missing, with one of ${list}.`,
  countOrUntil: 'COUNT and UNTIL do not go together. Give one of them.',
  oneSecond: 'BYSECOND can have one second only: nothing is repeated more than once a minute.',
  monthDayWeekly: 'BYMONTHDAY goes with FREQ=MONTHLY, YEARLY or DAILY, and not with WEEKLY.',
  yearDayFrequency: 'BYYEARDAY goes with FREQ=YEARLY, HOURLY or MINUTELY.',
  weekNoYearly: 'BYWEEKNO goes with FREQ=YEARLY.',
  dayNumbered: 'BYDAY can have numbered weekdays (1MO, -1FR) only with FREQ=MONTHLY or YEARLY.',
  dayBesideWeekNo: 'BYDAY can have no numbered weekdays (1MO, -1FR) beside BYWEEKNO.',
  setPosAlone: 'BYSETPOS needs another BY… part beside it, to choose from.',
  yearDayAndDay: 'BYYEARDAY and BYDAY do not go together in a yearly rule.',
  yearDayAndMonthDay: 'BYYEARDAY and BYMONTHDAY do not go together in a yearly rule.',
  weekNoAlone: 'BYWEEKNO does not go together with BYMONTHDAY or BYYEARDAY.',
  monthDayAndNumbered: 'BYMONTHDAY and numbered weekdays (1MO, -1FR) do not go together in a yearly rule.',
}
