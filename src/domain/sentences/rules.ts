/**
 * What is wrong with a rule of a calendar. Each names the part that it is in, which is a word of RFC 5545 or of cron, and is no other in
 * any language.
 */
export const ruleSentences = {
  partUnexpected: "{part}: expected {what:sentence}, got '{got}'",
  /** Where the field itself is the part. */
  ruleUnexpected: "expected {what:sentence}, got '{got}'",
  partTwice: "{part}: expected once, got it again as '{got}'",
  phraseZoneAsTzid: 'an IANA time zone such as Africa/Nairobi as TZID',
  phraseOneTime: 'one time',
  phraseTimeStamp: 'a time such as 20261124T090000',
  phraseContentLine: 'DTSTART, RRULE, EXDATE or RDATE, then a colon and the value',
  phraseOneOf: 'one of {list}',
  phraseParts5545: 'one of the parts {list}',
  phraseValueOf: '{part}=value',
  phraseUntil: 'a time such as 20261231T080000Z, up to {year:number}',
  phraseNumber: 'a whole number from 1 to {max:number}',
  phraseNumbers: 'whole numbers from {min:number} to {max:number}[[ or {from:number} to {to:number}]]',
  phraseWeekdays: 'weekdays such as MO, 1FR (the first) or -1SU (the last)',
  phraseFiveFields: 'five fields: minute hour day month weekday',
  phraseCronItem:
    '{min:number} to {max:number}[[ or {names}]], as *, a list (1,3), a range (1-5) or with a step (*/2)',
  phraseCronNoMore:
    '{usual:sentence}; L, W, # and ? are not cron: an RRULE says it, such as FREQ=MONTHLY;BYMONTHDAY=-1',
  cronSixFields:
    "cron: expected five fields (minute hour day month weekday), got six in '{got}': there are no seconds, since nothing repeats more than once a minute",
  ruleSixFields:
    "expected five fields (minute hour day month weekday), got six in '{got}': there are no seconds, since nothing repeats more than once a minute",
  exrule: 'EXRULE: not supported (RFC 5545 removed it): expected EXDATE lines',
  valueOfTimes: '{part}: expected times such as 20261124T090000, got VALUE={got}',
  rruleMissing: 'RRULE: missing: expected one, such as RRULE:FREQ=WEEKLY;BYDAY=MO',
  notGregorian: '{part}: calendars other than the Gregorian are not supported',
  secondly: "FREQ: expected MINUTELY or slower, got 'SECONDLY': nothing repeats more than once a minute",
  freqMissing: 'FREQ: missing: expected one of {list}',
  countOrUntil: 'COUNT: expected either COUNT or UNTIL, got both',
  oneSecond: 'BYSECOND: expected one second, got several: nothing repeats more than once a minute',
  monthDayWeekly: "BYMONTHDAY: expected FREQ=MONTHLY, YEARLY or DAILY beside it, got 'WEEKLY'",
  yearDayFrequency: 'BYYEARDAY: expected FREQ=YEARLY, HOURLY or MINUTELY beside it',
  weekNoYearly: 'BYWEEKNO: expected FREQ=YEARLY beside it',
  dayNumbered: 'BYDAY: expected weekdays without a number (1MO, -1FR) unless FREQ is MONTHLY or YEARLY',
  dayBesideWeekNo: 'BYDAY: expected weekdays without a number beside BYWEEKNO',
  setPosAlone: 'BYSETPOS: expected another BY… part beside it, to choose from',
  yearDayAndDay: 'BYYEARDAY: BYDAY beside it is not supported in a yearly rule',
  yearDayAndMonthDay: 'BYYEARDAY: BYMONTHDAY beside it is not supported in a yearly rule',
  weekNoAlone: 'BYWEEKNO: expected no BYMONTHDAY or BYYEARDAY beside it: together they are not supported',
  monthDayAndNumbered:
    'BYMONTHDAY: numbered weekdays (1MO, -1FR) beside it are not supported in a yearly rule',
} as const
