import type { RruleParts } from './rrule-parts.js'

/**
 * Parts that do not go together: by RFC 5545 (3.3.10, the table and its notes), or because the calendar library reads
 * them otherwise than the RFC does. Refused, since a reminder at a wrong time is worse than none.
 */
export function combinationProblems(parts: RruleParts): string[] {
  return rules.filter(({ applies }) => applies(parts)).map(({ message }) => message)
}

const rules: { applies: (parts: RruleParts) => boolean; message: string }[] = [
  {
    applies: (parts) => parts.count !== undefined && parts.until !== undefined,
    message: 'COUNT: expected either COUNT or UNTIL, got both',
  },
  {
    applies: (parts) => (parts.bySecond?.length ?? 0) > 1,
    message: 'BYSECOND: expected one second, got several: nothing repeats more than once a minute',
  },
  {
    applies: ({ freq, byMonthDay }) => byMonthDay !== undefined && freq === 'WEEKLY',
    message: "BYMONTHDAY: expected FREQ=MONTHLY, YEARLY or DAILY beside it, got 'WEEKLY'",
  },
  {
    applies: ({ freq, byYearDay }) =>
      byYearDay !== undefined && (freq === 'DAILY' || freq === 'WEEKLY' || freq === 'MONTHLY'),
    message: 'BYYEARDAY: expected FREQ=YEARLY, HOURLY or MINUTELY beside it',
  },
  {
    applies: ({ freq, byWeekNo }) => byWeekNo !== undefined && freq !== 'YEARLY',
    message: 'BYWEEKNO: expected FREQ=YEARLY beside it',
  },
  {
    applies: (parts) => hasNumberedDays(parts) && parts.freq !== 'MONTHLY' && parts.freq !== 'YEARLY',
    message: 'BYDAY: expected weekdays without a number (1MO, -1FR) unless FREQ is MONTHLY or YEARLY',
  },
  {
    applies: (parts) => hasNumberedDays(parts) && parts.byWeekNo !== undefined,
    message: 'BYDAY: expected weekdays without a number beside BYWEEKNO',
  },
  {
    applies: (parts) => parts.bySetPos !== undefined && !hasAnotherList(parts),
    message: 'BYSETPOS: expected another BY… part beside it, to choose from',
  },
  // The ones below are valid by the RFC (each part limits the others), but rrule-temporal 2.2.8 takes some of their
  // days together that only one part allows.
  {
    applies: ({ freq, byYearDay, byDay }) =>
      freq === 'YEARLY' && byYearDay !== undefined && byDay !== undefined,
    message: 'BYYEARDAY: BYDAY beside it is not supported in a yearly rule',
  },
  {
    applies: ({ freq, byYearDay, byMonthDay }) =>
      freq === 'YEARLY' && byYearDay !== undefined && byMonthDay !== undefined,
    message: 'BYYEARDAY: BYMONTHDAY beside it is not supported in a yearly rule',
  },
  {
    applies: ({ byWeekNo, byYearDay, byMonthDay }) =>
      byWeekNo !== undefined && (byYearDay !== undefined || byMonthDay !== undefined),
    message: 'BYWEEKNO: expected no BYMONTHDAY or BYYEARDAY beside it: together they are not supported',
  },
  {
    applies: (parts) => parts.freq === 'YEARLY' && parts.byMonthDay !== undefined && hasNumberedDays(parts),
    message: 'BYMONTHDAY: numbered weekdays (1MO, -1FR) beside it are not supported in a yearly rule',
  },
]

function hasNumberedDays({ byDay }: RruleParts): boolean {
  return byDay?.some(({ nth }) => nth !== undefined) ?? false
}

function hasAnotherList(parts: RruleParts): boolean {
  return [
    parts.bySecond,
    parts.byMinute,
    parts.byHour,
    parts.byDay,
    parts.byMonthDay,
    parts.byYearDay,
    parts.byWeekNo,
    parts.byMonth,
  ].some((list) => list !== undefined)
}
