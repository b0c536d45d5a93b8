import { Temporal } from 'temporal-polyfill'
import { stretchAt, type Stretch } from '../hours/zone-rules.js'
import { msToWallMs, shiftMarginMs, wallMsToMs } from '../hours/zone.js'
import { say } from '../sentences/say.js'

/**
 * Wall clocks: what a clock on the wall shows, without a zone. A recurrence is computed on these alone and becomes
 * instants last, so that one rule for gaps and overlaps (`localToInstant`) holds whatever the recurrence is.
 */
export type Wall = Temporal.PlainDateTime

/** A calendar has no occurrence outside these years: what bounds the search for one. */
export const firstYear = 1970
export const lastYear = 2099
export const horizon = Temporal.PlainDateTime.from(`${lastYear}-12-31T23:59:59`)

const localPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/

export const localTimeExpected = say('localTime', { first: firstYear, last: lastYear })

/** `2026-11-24T09:00` or with seconds; undefined when it is no such time or outside the calendar's years. */
export function parseWall(text: string): Wall | undefined {
  if (!localPattern.test(text)) return undefined
  try {
    const wall = Temporal.PlainDateTime.from(text, { overflow: 'reject' })
    return wall.year < firstYear || wall.year > lastYear ? undefined : wall
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** For text that a schema has accepted. */
export function wallOf(text: string): Wall {
  return Temporal.PlainDateTime.from(text)
}

/** `2026-11-24T09:00:00`: one spelling, so that equal calendars are equal texts. */
export function formatWall(wall: Wall): string {
  return wall.toString({ smallestUnit: 'second' })
}

/**
 * The instant, in ms since 1970, at which a wall clock in `zone` shows `wall`: in a gap the first instant after it, in
 * an overlap the first of the two. Never decreasing: a later wall time is never sent before an earlier one.
 */
export function wallToMs(wall: Wall, zone: string): number {
  const wallMs = wall.toZonedDateTime('UTC').epochMilliseconds
  const steady = steadyMs(wallMs, zone)
  if (steady !== undefined) return steady
  const ms = wallMsToMs(wallMs, zone)
  stretches.set(zone, stretchAt(zone, ms))
  return ms
}

// The last one used of each zone: occurrences come in order.
const stretches = new Map<string, Stretch>()

/** Away from the ends of a stretch no wall time comes twice. */
function steadyMs(wallMs: number, zone: string): number | undefined {
  const stretch = stretches.get(zone)
  if (stretch === undefined) return undefined
  const ms = wallMs - stretch.offsetMs
  return ms >= stretch.from + shiftMarginMs && ms < stretch.to - shiftMarginMs ? ms : undefined
}

export function msToWall(ms: number, zone: string): Wall {
  return Temporal.Instant.fromEpochMilliseconds(msToWallMs(ms, zone))
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
}

/** What the clock shows at an instant, spelled as `formatWall` does; whatever is between two seconds is left out. */
export function localText(at: string | number, zone: string): string {
  const ms = typeof at === 'number' ? at : Date.parse(at)
  return new Date(msToWallMs(ms, zone)).toISOString().slice(0, 19)
}

export function formatMs(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'second' })
}

export function compareWalls(a: Wall, b: Wall): number {
  return Temporal.PlainDateTime.compare(a, b)
}
