/**
 * The spans over which limits are counted, in ms: half a second over the minute and the day (decision 0005).
 * `take_rate_slot` has the same.
 */
export const rateWindowMs = 60_500
export const dayWindowMs = 24 * 3_600_000 + 500

/** A limit, and what is taken of it now. */
export type LimitUse = {
  limit: number
  slotsUsed: number
  /** When the oldest of those in use were taken, in order: as many as could matter, and none later is asked for. */
  oldestSlotsMs: readonly number[]
}

export type SlotQueue = {
  /** When the next send may be, by the limit alone. */
  nextFreeMs(): number
  take(atMs: number): void
}

/** A limit's slots, in the order in which they become free: each again a span after it was taken. */
export function slotQueue({ limit, slotsUsed, oldestSlotsMs }: LimitUse, spanMs: number): SlotQueue {
  const taken = [...oldestSlotsMs]
  let free = Math.max(0, limit - slotsUsed)
  // More than the limit are in use where it was lowered: that many must become free before the first.
  let next = Math.max(0, slotsUsed - limit)
  return {
    nextFreeMs() {
      if (free > 0) return -Infinity
      const takenMs = taken[next]
      return takenMs === undefined ? -Infinity : takenMs + spanMs
    },
    take(atMs) {
      if (free > 0) free -= 1
      else next += 1
      taken.push(atMs)
      // Those before `next` have come round: a day's sends need not be kept, and to drop them now and then is cheap.
      if (next < 1_024 || 2 * next < taken.length) return
      taken.splice(0, next)
      next = 0
    },
  }
}
