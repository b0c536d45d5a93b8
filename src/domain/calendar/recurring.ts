import type { RecurringCalendar } from './calendar.js'
import { cronToRrules, parseCron } from './rules/cron.js'
import { rememberedEnd } from './ends.js'
import { compareWalls, firstYear, msToWall, parseWall, wallOf, wallToMs, type Wall } from './local-time.js'
import { parseRrule, type RruleParts } from './rules/rrule-parts.js'
import { rruleWalls } from './rules/rrule.js'

/** A recurrence as instants: its rules' wall times and its extra ones, without the exceptions, up to its end. */

/** The rule as RRULEs: one, or the two of a cron that restricts both kinds of days. */
export function rulesOf({ rule }: RecurringCalendar): RruleParts[] {
  if (rule.kind === 'rrule') {
    const reading = parseRrule(rule.rrule)
    if (reading.kind === 'invalid') throw new RangeError(reading.messages.join('; '))
    return [reading.value]
  }
  const reading = parseCron(rule.cron)
  if (reading.kind === 'invalid') throw new RangeError(reading.messages.join('; '))
  return cronToRrules(reading.value)
}

/** Instants after `afterMs` (ms since 1970), strictly increasing. */
export function* recurringMs(calendar: RecurringCalendar, afterMs: number): Generator<number> {
  const { count } = calendar
  const last =
    count === undefined
      ? Infinity
      : rememberedEnd(`calendar ${JSON.stringify(calendar)}`, () => nthMs(calendar, count))
  for (const ms of uncountedMs(calendar, afterMs)) {
    if (ms > last) return
    yield ms
  }
}

function nthMs(calendar: RecurringCalendar, nth: number): number {
  let counted = 0
  for (const ms of uncountedMs(calendar, -Infinity)) {
    counted += 1
    if (counted === nth) return ms
  }
  return Infinity
}

function* uncountedMs(calendar: RecurringCalendar, afterMs: number): Generator<number> {
  const { zone } = calendar
  const toMs = (local: string) => wallToMs(wallOf(local), zone)
  const until = calendar.until === undefined ? undefined : wallOf(calendar.until)
  // Exceptions are instants: a time in a gap and the first one after it are one message, so they are one exception.
  const exceptions = new Set((calendar.exdates ?? []).map(toMs))
  const extra = (calendar.rdates ?? []).map(wallOf)
  const rules = rulesOf(calendar)
  const from = firstWall(afterMs, zone)
  const start = wallOf(calendar.start)
  const lists = [...rules.map((rule) => endedByInstant(rule, rruleWalls(rule, start, from), zone)), extra]

  let previous = afterMs
  for (const wall of merged(lists)) {
    if (until !== undefined && compareWalls(wall, until) > 0) return
    // Cheaper than the zone: extra times that are long past.
    if (compareWalls(wall, from) < 0) continue
    const ms = wallToMs(wall, zone)
    // Two wall times at one instant (a gap's, or a rule's and an extra one), or the first showing of one before `after`.
    if (ms <= previous || exceptions.has(ms)) continue
    previous = ms
    yield ms
  }
}

/**
 * No wall time that is sent after the instant is earlier than the wall clock at that instant, since that wall time's
 * own instant is at most this one and later walls never map to earlier instants.
 */
function firstWall(afterMs: number, zone: string): Wall {
  return afterMs === -Infinity ? wallOf(`${firstYear}-01-01T00:00:00`) : msToWall(afterMs, zone)
}

function* endedByInstant(rule: RruleParts, walls: Iterable<Wall>, zone: string): Generator<Wall> {
  const { until } = rule
  if (until?.kind !== 'utc') return yield* walls
  const wall = parseWall(until.at.slice(0, -1))
  const last = wall === undefined ? -Infinity : wallToMs(wall, 'UTC')
  for (const next of walls) {
    if (wallToMs(next, zone) > last) return
    yield next
  }
}

/** Ascending lists as one ascending list, each taken no further than is asked for. */
function* merged(lists: Iterable<Wall>[]): Generator<Wall> {
  const open = lists.map((list) => list[Symbol.iterator]())
  const heads = open.map((iterator) => iterator.next())
  for (;;) {
    let least: { index: number; wall: Wall } | undefined
    for (const [index, head] of heads.entries()) {
      if (head.done === true) continue
      if (least === undefined || compareWalls(head.value, least.wall) < 0) least = { index, wall: head.value }
    }
    const iterator = open[least?.index ?? -1]
    if (least === undefined || iterator === undefined) return
    yield least.wall
    heads[least.index] = iterator.next()
  }
}
