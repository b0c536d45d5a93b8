import { Temporal } from 'temporal-polyfill'
import type { StepsCalendar } from './calendar.js'
import { formatMs, msToWall, wallOf, wallToMs } from './local-time.js'
import { parseOffset, parseTimeOfDay } from './offset.js'

/** A drip or a countdown: times around one anchor. */

export type StepOccurrence = {
  /** UTC, whole seconds. */
  at: string
  /** Indexes into the calendar's steps: more than one where steps fall on the same instant, which is sent once. */
  steps: number[]
}

/** All occurrences, ascending. */
export function stepOccurrences(calendar: StepsCalendar): StepOccurrence[] {
  const byTime = new Map<number, number[]>()
  for (const index of calendar.steps.keys()) {
    const ms = stepMs(calendar, index)
    byTime.set(ms, [...(byTime.get(ms) ?? []), index])
  }
  return [...byTime].toSorted(([a], [b]) => a - b).map(([ms, steps]) => ({ at: formatMs(ms), steps }))
}

/** When the steps count from, in ms since 1970. */
export function anchorMs({ anchor, zone }: StepsCalendar): number {
  return anchor.endsWith('Z')
    ? Temporal.Instant.from(anchor).epochMilliseconds
    : wallToMs(wallOf(anchor), zone)
}

function stepMs(calendar: StepsCalendar, index: number): number {
  const { anchor, zone } = calendar
  const step = calendar.steps[index]
  const offset = parseOffset(step?.offset ?? '')
  if (step === undefined || offset === undefined) throw new RangeError(`step ${index} has no offset`)
  const timeOfDay = step.at === undefined ? undefined : parseTimeOfDay(step.at)
  // An anchor is an instant: going through the wall clock and back could move it, where that shows a time twice.
  if (offset.days === 0 && timeOfDay === undefined) return anchorMs(calendar) + offset.ms
  const wall = anchor.endsWith('Z') ? msToWall(anchorMs(calendar), zone) : wallOf(anchor)
  const day = wall.add({ days: offset.days })
  const onDay = timeOfDay === undefined ? day : day.with({ ...timeOfDay, second: 0 })
  return wallToMs(onDay, zone) + offset.ms
}
