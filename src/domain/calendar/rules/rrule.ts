import { RRuleTemporal, type RRuleOptions } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { rememberedEnd } from '../ends.js'
import { formatWall, horizon, parseWall, type Wall } from '../local-time.js'
import { formatRrule, weekdays, type RruleParts, type WeekdayRef } from './rrule-parts.js'

/**
 * The occurrences of one RRULE on the wall clock. The library is given times in UTC, where no clock ever changes, and
 * what it answers is read as wall-clock times: gaps and overlaps are not its business.
 */

/** A rule so rare, or so contradictory, that the search for its next occurrence was given up. */
export class CalendarTooRareError extends Error {
  override name = 'CalendarTooRareError'
}

/** A rule that looks at every day passes all years of a calendar with fewer: below, the library gives up. */
const maxPeriods = 50_000

/**
 * Wall times of the rule at or after `from`, ascending, without end unless the rule has one. DTSTART only sets the
 * phase: it is an occurrence where the rule matches it. A UTC end is not applied here: it is an instant.
 */
export function* rruleWalls(parts: RruleParts, start: Wall, from: Wall): Generator<Wall> {
  const last = lastWall(parts, start)
  if (last === undefined) return
  for (const wall of uncountedWalls(parts, start, from)) {
    if (Temporal.PlainDateTime.compare(wall, last) > 0) return
    yield wall
  }
}

/** No wall time of the rule is later: its COUNT or local UNTIL, else the calendar's end. Undefined: it has none. */
function lastWall(parts: RruleParts, start: Wall): Wall | undefined {
  if (parts.count !== undefined) return countedEnd(parts, start, parts.count)
  return parts.until?.kind === 'local' ? parseWall(parts.until.wall) : horizon
}

function countedEnd(parts: RruleParts, start: Wall, count: number): Wall | undefined {
  return rememberedEnd(`rule ${formatWall(start)} ${formatRrule(parts)}`, () => {
    let last: Wall | undefined
    let counted = 0
    for (const wall of uncountedWalls(parts, start, start)) {
      last = wall
      counted += 1
      if (counted === count) break
    }
    return last
  })
}

function* uncountedWalls(parts: RruleParts, start: Wall, from: Wall): Generator<Wall> {
  const rule = new RRuleTemporal(libraryOptions(parts, start))
  let cursor = Temporal.PlainDateTime.compare(from, start) < 0 ? start : from
  let spanHours = 24
  // `next` says where the occurrences go on, however far that is; `between` is faster where they are dense.
  for (let first = nextWall(rule, cursor); first !== undefined; first = nextWall(rule, cursor)) {
    yield first
    const end = first.add({ hours: spanHours })
    const walls = guarded(() => rule.between(utc(first), utc(end), true)).map(toWall)
    for (const wall of walls) if (Temporal.PlainDateTime.compare(wall, first) > 0) yield wall
    cursor = end.add({ seconds: 1 })
    if (walls.length < 30) spanHours = Math.min(spanHours * 4, 200_000)
    else if (walls.length > 500) spanHours = Math.max(1, Math.floor(spanHours / 4))
  }
}

function nextWall(rule: RRuleTemporal, cursor: Wall): Wall | undefined {
  if (Temporal.PlainDateTime.compare(cursor, horizon) > 0) return undefined
  const found = guarded(() => rule.next(utc(cursor), true))
  return found === null ? undefined : toWall(found)
}

function guarded<T>(search: () => T): T {
  try {
    return search()
  } catch (error) {
    if (error instanceof Error && /maximum/i.test(error.message))
      throw new CalendarTooRareError(`no occurrence within ${maxPeriods} periods of the rule`, {
        cause: error,
      })
    throw error
  }
}

function libraryOptions(parts: RruleParts, start: Wall): RRuleOptions {
  const { bySecond, byMinute, byHour, byMonthDay, byYearDay, byWeekNo, byMonth, bySetPos } = parts
  // A week's day is DTSTART's where none is given (RFC 5545, 3.3.10); the library takes the date's day in some years.
  const startDay = byWeekNo && [{ day: weekdays[start.dayOfWeek - 1] ?? 'MO' }]
  const byDay: WeekdayRef[] | undefined = parts.byDay ?? startDay
  return {
    freq: parts.freq,
    interval: parts.interval,
    wkst: parts.weekStart,
    dtstart: utc(start),
    // Never without an end: the library would search a rule that has no occurrence in every year there is.
    until: utc(horizon),
    tzid: 'UTC',
    maxIterations: maxPeriods,
    cache: false,
    ...(bySecond && { bySecond }),
    ...(byMinute && { byMinute }),
    ...(byHour && { byHour }),
    ...(byDay && { byDay: byDay.map(({ day, nth }) => `${nth ?? ''}${day}`) }),
    ...(byMonthDay && { byMonthDay }),
    ...(byYearDay && { byYearDay }),
    ...(byWeekNo && { byWeekNo }),
    ...(byMonth && { byMonth }),
    ...(bySetPos && { bySetPos }),
  }
}

function utc(wall: Wall): Temporal.ZonedDateTime {
  return wall.toZonedDateTime('UTC')
}

// The library's own Temporal may be another implementation than ours: only the number crosses.
function toWall(found: { epochMilliseconds: number }): Wall {
  return Temporal.Instant.fromEpochMilliseconds(found.epochMilliseconds)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
}
