import { Temporal } from 'temporal-polyfill'
import type { Stretch } from '../../../../src/domain/hours/zone-rules.js'

export type { Stretch }

/** By the rules of the browser, whose clock the viewer reads: those of the API are 0.7 MB. */
export function stretchAt(zone: string, ms: number): Stretch {
  const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return {
    from: zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    to: zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offsetMs: zoned.offsetNanoseconds / 1e6,
  }
}

export function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
