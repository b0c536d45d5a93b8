import { Temporal } from 'temporal-polyfill'
import { stretchAt } from './zone-rules.js'

export { isZone } from './zone-rules.js'

/** A zone as it is to be written, for the messages of all that read one. */
export const zoneForm = 'an IANA time zone such as Africa/Nairobi'

/**
 * The instant at which a wall clock in `zone` shows `local` (ISO 8601 without offset, e.g. `2026-11-24T09:00`).
 * A local time that does not exist (the clock jumps over it) is the first instant after the gap; one that exists
 * twice is its first occurrence.
 */
export function localToInstant(local: string, zone: string): Temporal.Instant {
  const wallMs = Temporal.PlainDateTime.from(local).toZonedDateTime('UTC').epochMilliseconds
  return Temporal.Instant.fromEpochMilliseconds(wallMsToMs(wallMs, zone))
}

/** Longer than any clock was ever moved, or differs from UTC. The longest is a day, where the date line moved. */
export const shiftMarginMs = 2 * 86_400_000

/** The same in numbers; the wall clock's as if it were that of UTC. */
export function wallMsToMs(wallMs: number, zone: string): number {
  let stretch = stretchAt(zone, wallMs - shiftMarginMs)
  // The first that has not ended by then shows it, or begins right after the gap that it is in.
  while (wallMs - stretch.offsetMs >= stretch.to) stretch = stretchAt(zone, stretch.to)
  return Math.max(wallMs - stretch.offsetMs, stretch.from)
}

/** `2026-11-24T06:00:00Z`: whole seconds, so that one occurrence has one spelling. */
export function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'floor' })
}

/** An occurrence as `formatInstant` spells it; a time between two seconds (of a `fireNow`) with its milliseconds. */
export function spellInstant(time: Date): string {
  return time.getTime() % 1_000 === 0 ? time.toISOString().replace('.000Z', 'Z') : time.toISOString()
}

// Of UTC, and given what the wall clock shows: Node's own rules of the zone may be others.
const formatter = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** The wall clock in the zone, for people: `Tue 24 Nov 2026, 09:00 (Africa/Nairobi)`. */
export function formatInZone(instant: string, zone: string): string {
  return `${formatter.format(msToWallMs(Date.parse(instant), zone))} (${zone})`
}

/** The wall clock at an instant, in ms since 1970 as if it were that of UTC. */
export function msToWallMs(ms: number, zone: string): number {
  return ms + stretchAt(zone, ms).offsetMs
}
