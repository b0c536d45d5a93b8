import { sendingHours, type Hours } from './sending-hours.js'
import type { SendingWindow } from './window.js'

type Hourly = { window: SendingWindow | null; zone: string }

/** The interval that is open to it at `atMs`, or the next one; undefined where any hour will do. */
export type HoursOf = (run: Hourly, atMs: number) => Hours | undefined

/** Each look finds the same, from one look to the end of the hours that it found. */
type Found = Hours & { fromMs: number }

/**
 * `sendingHours`, each interval of a window in a zone computed once, for whom time only goes on: an interval is looked
 * for in the zone's rules, which takes a thousand times as long as to remember it.
 */
export function rememberedHours(): HoursOf {
  const found = new Map<string, Found>()
  // Each run is asked for again and again.
  const keys = new WeakMap<Hourly, string>()

  function keyOf(run: Hourly, { from, to, days }: SendingWindow): string {
    const key = keys.get(run) ?? JSON.stringify([from, to, days, run.zone])
    keys.set(run, key)
    return key
  }

  return (run, atMs) => {
    const { window, zone } = run
    if (window === null) return undefined
    const key = keyOf(run, window)
    const last = found.get(key)
    if (last !== undefined && last.fromMs <= atMs && atMs < last.closesMs) return last
    const hours = { ...sendingHours(window, zone, atMs), fromMs: atMs }
    found.set(key, hours)
    return hours
  }
}
