import { Temporal } from 'temporal-polyfill'
import type { Calendar } from './calendar.js'
import { formatMs } from './local-time.js'
import { recurringMs, rulesOf } from './recurring.js'
import { stepOccurrences } from './steps.js'

/**
 * The occurrences of a calendar: instants in UTC, whole seconds, strictly increasing. Zone data differs between
 * machines: not for workflow code.
 */

/** No calendar has an occurrence at or before it. */
export const beforeAll = '1900-01-01T00:00:00Z'

/**
 * The first `limit` occurrences after the instant `after` (exclusive; a fraction of a second counts).
 * @throws CalendarTooRareError when the search was given up; `checkCalendar` finds such calendars beforehand
 */
export function occurrencesAfter(
  calendar: Calendar,
  { after, limit }: { after: string; limit: number },
): string[] {
  return taken(calendar, { after, limit, isWanted: () => true })
}

/** The first occurrence after the instant `after`; undefined when there is none. */
export function nextOccurrence(calendar: Calendar, { after }: { after: string }): string | undefined {
  return occurrencesAfter(calendar, { after, limit: 1 })[0]
}

/** @throws RangeError for a calendar without an occurrence; `checkCalendar` finds those beforehand */
export function firstOccurrence(calendar: Calendar): string {
  const first = nextOccurrence(calendar, { after: beforeAll })
  if (first === undefined) throw new RangeError('this calendar has no occurrence')
  return first
}

/** The first `limit` occurrences after `from` (exclusive) up to `to` (inclusive): adjoining spans lose and repeat none. */
export function occurrencesBetween(
  calendar: Calendar,
  { from, to, limit }: { from: string; to: string; limit: number },
): string[] {
  const last = Temporal.Instant.from(to).epochMilliseconds
  return taken(calendar, { after: from, limit, isWanted: (ms) => ms <= last })
}

/** @param at an instant in UTC, whole seconds */
export function isOccurrence(calendar: Calendar, at: string): boolean {
  const ms = toMs(at)
  const next = nextOccurrence(calendar, { after: formatMs(ms - 1_000) })
  return next !== undefined && toMs(next) === ms
}

/** True where no end is written: neither a COUNT nor an UNTIL. */
export function isEndless(calendar: Calendar): boolean {
  if (calendar.kind !== 'recurring') return false
  if (calendar.until !== undefined || calendar.count !== undefined) return false
  return rulesOf(calendar).some((rule) => rule.count === undefined && rule.until === undefined)
}

/** How many occurrences there are in all; undefined where no end is written or there are more than `limit`. */
export function totalCount(calendar: Calendar, { limit }: { limit: number }): number | undefined {
  if (isEndless(calendar)) return undefined
  const { length } = occurrencesAfter(calendar, { after: beforeAll, limit: limit + 1 })
  return length > limit ? undefined : length
}

function taken(
  calendar: Calendar,
  { after, limit, isWanted }: { after: string; limit: number; isWanted: (ms: number) => boolean },
): string[] {
  const found: string[] = []
  if (limit <= 0) return found
  for (const ms of occurrenceMs(calendar, Temporal.Instant.from(after).epochMilliseconds)) {
    if (!isWanted(ms)) break
    found.push(formatMs(ms))
    if (found.length >= limit) break
  }
  return found
}

function* occurrenceMs(calendar: Calendar, afterMs: number): Generator<number> {
  switch (calendar.kind) {
    case 'recurring':
      return yield* recurringMs(calendar, afterMs)
    case 'once':
      return yield* [calendar.at].map(toMs).filter((ms) => ms > afterMs)
    case 'steps':
      return yield* stepOccurrences(calendar)
        .map(({ at }) => toMs(at))
        .filter((ms) => ms > afterMs)
  }
}

function toMs(at: string): number {
  return Temporal.Instant.from(at).epochMilliseconds
}
