import type { Temporal } from 'temporal-polyfill'
import { parseTimeOfDay } from '../calendar/offset.js'
import { msToWall, wallToMs } from '../calendar/local-time.js'
import { msToWallMs } from './zone.js'
import { weekdays, type SendingWindow } from './window.js'

/**
 * A window's hours as instants. Where clocks change they follow the rule of docs/calendar.md: a wall time that is jumped
 * over is the first instant after the gap, one that comes twice is the first of the two.
 *
 * The zone's rules are no part of the workflows' bundle, so it must not run in workflow code.
 */

/** An open interval, in ms since 1970: `closesMs` is no part of it. */
export type Hours = { opensMs: number; closesMs: number }

/** A week has an opening, unless clocks or calendars jump over it: then it is in one of the next. */
const searchedDays = 5 * 7

/** The interval that is open at `atMs`, or the next one. */
export function sendingHours(window: SendingWindow, zone: string, atMs: number): Hours {
  const today = msToWall(atMs, zone).toPlainDate()
  // One that opened yesterday, or the day before by a clock that was moved since, may still be open.
  for (let day = -2; day < searchedDays; day++) {
    const hours = hoursOf(window, zone, today.add({ days: day }))
    if (hours !== undefined && hours.closesMs > atMs) return hours
  }
  throw new RangeError(`the window ${window.from}–${window.to} does not open within ${searchedDays} days`)
}

/** Undefined on a day on which it does not open, and where a change of clocks leaves nothing of it. */
function hoursOf(
  { from, to, days }: SendingWindow,
  zone: string,
  date: Temporal.PlainDate,
): Hours | undefined {
  const weekday = weekdays[date.dayOfWeek - 1]
  if (days !== undefined && (weekday === undefined || !days.includes(weekday))) return undefined
  const opensMs = wallToMs(date.toPlainDateTime(parseTimeOfDay(from)), zone)
  const lastDay = to < from ? date.add({ days: 1 }) : date
  const closesMs = wallToMs(lastDay.toPlainDateTime(parseTimeOfDay(to)), zone)
  return opensMs < closesMs ? { opensMs, closesMs } : undefined
}

/** `08:00 (Africa/Nairobi)`; with the day where it is not within a day: `Mon 30 Nov, 08:00 (Africa/Nairobi)`. */
export function formatOpening(opensMs: number, zone: string, nowMs: number): string {
  const isNear = opensMs - nowMs < 86_400_000
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'UTC',
    ...(!isNear && { weekday: 'short', day: 'numeric', month: 'short' }),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(msToWallMs(opensMs, zone))
  return `${text} (${zone})`
}
