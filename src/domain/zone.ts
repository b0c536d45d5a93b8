import { Temporal } from 'temporal-polyfill'

/** True for an IANA zone that this machine's zone data knows. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/**
 * The instant at which a wall clock in `zone` shows `local` (ISO 8601 without offset, e.g. `2026-11-24T09:00`).
 * A local time that does not exist (the clock jumps over it) is the first instant after the gap; one that exists
 * twice is its first occurrence.
 */
export function localToInstant(local: string, zone: string): Temporal.Instant {
  const wall = Temporal.PlainDateTime.from(local)
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const isGap = !earlier.toPlainDateTime().equals(wall)
  if (!isGap) return earlier.toInstant()
  // `earlier` is before the gap, so the next change of the clock is the gap itself.
  return (earlier.getTimeZoneTransition('next') ?? earlier).toInstant()
}

/** `2026-11-24T06:00:00Z`: whole seconds, so that one occurrence has one spelling. */
export function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'floor' })
}

/** An occurrence as `formatInstant` spells it; a time between two seconds (of a `fireNow`) with its milliseconds. */
export function spellInstant(time: Date): string {
  return time.getTime() % 1_000 === 0 ? time.toISOString().replace('.000Z', 'Z') : time.toISOString()
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** The wall clock in the zone, for people: `Tue 24 Nov 2026, 09:00 (Africa/Nairobi)`. */
export function formatInZone(instant: string, zone: string): string {
  return `${formatterOf(zone).format(new Date(instant))} (${zone})`
}

/** Made once for each zone: to make one takes a hundred times as long as to use it. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  formatters.set(zone, made)
  return made
}
