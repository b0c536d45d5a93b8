import { stretchAt } from './zone-rules.js'

const hourMs = 3_600_000

/**
 * When each hour of the clock in `zone` begins, from the first that begins at `fromMs` or later to the one that `toMs` is in:
 * instants in ms, in order. Where the clock is moved an hour begins, too, so that one that comes twice is two of them, and
 * none is longer than an hour.
 */
export function clockHours(zone: string, { fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
  const starts: number[] = []
  let atMs = fromMs
  while (atMs <= toMs) {
    const { from, to, offsetMs } = stretchAt(zone, atMs)
    if (from >= fromMs) starts.push(from)
    // The first full hour of its wall clock, after where it was moved.
    let hour = Math.ceil((Math.max(from + 1, fromMs) + offsetMs) / hourMs) * hourMs - offsetMs
    for (; hour < to && hour <= toMs; hour += hourMs) starts.push(hour)
    atMs = to
  }
  return starts
}
