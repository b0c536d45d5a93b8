import type { RruleParts } from './rrule-parts.js'
import { say } from '../../sentences/say.js'

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
    message: say('countOrUntil'),
  },
  {
    applies: (parts) => (parts.bySecond?.length ?? 0) > 1,
    message: say('oneSecond'),
  },
  {
    applies: ({ freq, byMonthDay }) => byMonthDay !== undefined && freq === 'WEEKLY',
    message: say('monthDayWeekly'),
  },
  {
    applies: ({ freq, byYearDay }) =>
      byYearDay !== undefined && (freq === 'DAILY' || freq === 'WEEKLY' || freq === 'MONTHLY'),
    message: say('yearDayFrequency'),
  },
  {
    applies: ({ freq, byWeekNo }) => byWeekNo !== undefined && freq !== 'YEARLY',
    message: say('weekNoYearly'),
  },
  {
    applies: (parts) => hasNumberedDays(parts) && parts.freq !== 'MONTHLY' && parts.freq !== 'YEARLY',
    message: say('dayNumbered'),
  },
  {
    applies: (parts) => hasNumberedDays(parts) && parts.byWeekNo !== undefined,
    message: say('dayBesideWeekNo'),
  },
  {
    applies: (parts) => parts.bySetPos !== undefined && !hasAnotherList(parts),
    message: say('setPosAlone'),
  },
  // The ones below are valid by the RFC (each part limits the others), but rrule-temporal 2.2.8 takes some of their
  // days together that only one part allows.
  {
    applies: ({ freq, byYearDay, byDay }) =>
      freq === 'YEARLY' && byYearDay !== undefined && byDay !== undefined,
    message: say('yearDayAndDay'),
  },
  {
    applies: ({ freq, byYearDay, byMonthDay }) =>
      freq === 'YEARLY' && byYearDay !== undefined && byMonthDay !== undefined,
    message: say('yearDayAndMonthDay'),
  },
  {
    applies: ({ byWeekNo, byYearDay, byMonthDay }) =>
      byWeekNo !== undefined && (byYearDay !== undefined || byMonthDay !== undefined),
    message: say('weekNoAlone'),
  },
  {
    applies: (parts) => parts.freq === 'YEARLY' && parts.byMonthDay !== undefined && hasNumberedDays(parts),
    message: say('monthDayAndNumbered'),
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
