/** Distances of steps from their anchor, and times of day. */

export type Offset = {
  /** Calendar days in the zone: the wall clock is kept, whatever the length of the days between. */
  days: number
  /** Exact time, in ms. */
  ms: number
}

const maxDays = 3_660

const unitMs: Record<string, number> = { h: 3_600_000, m: 60_000 }
const unitDays: Record<string, number> = { w: 7, d: 1 }

/** `at`, `-3d`, `+1w`, `-1h30m`: each unit once, the larger first; undefined for anything else. */
export function parseOffset(text: string): Offset | undefined {
  if (text === 'at') return { days: 0, ms: 0 }
  const match = /^([+-])(?:(\d{1,5})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?$/.exec(text)
  if (match === null || text.length < 3) return undefined
  const sign = match[1] === '-' ? -1 : 1
  const amounts = ['w', 'd', 'h', 'm'].map((unit, index) => ({ unit, amount: Number(match[index + 2] ?? 0) }))
  let days = 0
  let ms = 0
  for (const { unit, amount } of amounts) {
    days += amount * (unitDays[unit] ?? 0)
    ms += amount * (unitMs[unit] ?? 0)
  }
  if (days + ms / 86_400_000 > maxDays) return undefined
  // `-0` would be another number than `0` in a comparison by Object.is.
  return { days: days === 0 ? 0 : sign * days, ms: ms === 0 ? 0 : sign * ms }
}

/** `09:00` → hour and minute; undefined when it is no time of day. */
export function parseTimeOfDay(text: string): { hour: number; minute: number } | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return match === null ? undefined : { hour: Number(match[1]), minute: Number(match[2]) }
}
