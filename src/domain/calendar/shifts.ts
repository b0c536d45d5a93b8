import type { Calendar } from './calendar.js'
import { formatMs, msToWall, wallToMs } from './local-time.js'
import { occurrencesBetween } from './occurrences.js'
import { shiftMarginMs } from '../hours/zone.js'
import { stretchAt } from '../hours/zone-rules.js'

/**
 * The effect of a change of the clock on an occurrence: `gap` where the wall time of the rule does not exist on that day
 * and it is sent right after the gap, `overlap` where it exists twice and is sent the first time.
 */
export type ClockShift =
  { kind: 'gap'; /** `02:30`, as the rule has it. */ asked: string } | { kind: 'overlap' }

/** `+03:00`, at an instant. */
export function offsetAt(at: string, zone: string): string {
  const seconds = stretchAt(zone, Date.parse(at)).offsetMs / 1_000
  const parts = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) => Math.trunc(Math.abs(part)))
  const [hours, minutes, rest] = parts.map((part) => String(part).padStart(2, '0'))
  return `${seconds < 0 ? '-' : '+'}${hours}:${minutes}${rest === '00' ? '' : `:${rest}`}`
}

export function clockShift(calendar: Calendar, at: string): ClockShift | undefined {
  const { zone } = calendar
  const ms = Date.parse(at)
  const wall = msToWall(ms, zone)
  if (comesAgain(ms, zone)) return { kind: 'overlap' }
  if (calendar.kind !== 'recurring' || !isAfterGap(ms, zone)) return undefined
  // Every time of the rule exists on a clock that nobody changes.
  const plainMs = Date.parse(`${wall.toString()}Z`)
  const plain = {
    from: formatMs(plainMs - shiftMarginMs),
    to: formatMs(plainMs),
    limit: 10_000,
  }
  const asked = occurrencesBetween({ ...calendar, zone: 'UTC' }, plain)
    .map((one) => msToWall(Date.parse(one), 'UTC'))
    .filter((one) => wallToMs(one, zone) === ms)
  const [first] = asked
  if (first === undefined || asked.some((one) => one.equals(wall))) return undefined
  return { kind: 'gap', asked: first.toPlainTime().toString({ smallestUnit: 'minute' }) }
}

/** True where the clock will be put back and show the same once more. */
function comesAgain(ms: number, zone: string): boolean {
  const { to, offsetMs } = stretchAt(zone, ms)
  if (to === Infinity) return false
  return ms + offsetMs >= to + stretchAt(zone, to).offsetMs
}

/** True for the first instant after clocks were put forward. */
function isAfterGap(ms: number, zone: string): boolean {
  return stretchAt(zone, ms - 1).offsetMs < stretchAt(zone, ms).offsetMs
}
