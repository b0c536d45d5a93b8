import type { Calendar, RecurringCalendar } from './calendar.js'
import type { CalendarIssue } from './issue.js'
import { formatMs, lastYear, wallOf, wallToMs } from './local-time.js'
import { beforeAll, nextOccurrence, occurrencesBetween } from './occurrences.js'
import { CalendarTooRareError } from './rules/rrule.js'
import { say } from '../sentences/say.js'

/** Finds what no schema can see, since it takes the occurrences: a calendar that has none. Empty when it has one. */
export function checkCalendar(calendar: Calendar): CalendarIssue[] {
  if (calendar.kind !== 'recurring' || occurs(calendar)) return []
  const end = calendar.until ?? say('phraseEndOfYears', { year: lastYear })
  const path = calendar.rule.kind === 'rrule' ? ['rule', 'rrule'] : ['rule', 'cron']
  return [{ path, message: say('neverOccurs', { from: calendar.start, to: end }) }]
}

/** Warnings of what is allowed and perhaps not meant, for people. For calendars that `checkCalendar` accepts. */
export function calendarWarnings(calendar: Calendar): string[] {
  if (calendar.kind !== 'recurring') return []
  const { exdates = [], ...withoutExceptions } = calendar
  // The RFC's own examples leave out the start to say that it is no occurrence.
  const idle = exdates.filter((exdate) => exdate !== calendar.start && !occursAt(withoutExceptions, exdate))
  return idle.length > 0 ? [say('nothingLeftOutAt', { times: idle.join(', ') })] : []
}

/** For a start that was written as an occurrence (a DTSTART): it is one only where the rule matches it. */
export function startWarnings(calendar: RecurringCalendar): string[] {
  const { exdates = [], ...withoutExceptions } = calendar
  if (exdates.includes(calendar.start) || occursAt(withoutExceptions, calendar.start)) return []
  return [say('startNoOccurrence', { start: calendar.start })]
}

function occurs(calendar: Calendar): boolean {
  try {
    return nextOccurrence(calendar, { after: beforeAll }) !== undefined
  } catch (error) {
    if (error instanceof CalendarTooRareError) return false
    throw error
  }
}

function occursAt(calendar: RecurringCalendar, local: string): boolean {
  const ms = wallToMs(wallOf(local), calendar.zone)
  const span = { from: formatMs(ms - 1_000), to: formatMs(ms), limit: 1 }
  return occurrencesBetween(calendar, span).length > 0
}
