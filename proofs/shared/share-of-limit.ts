const windowMs = 60_000

/**
 * How much of a limit of so many in any minute was used: a full limit's worth of messages after another, each takes a
 * minute at best. From the first to the last whole one; undefined where the first is not even full.
 */
export function shareOfLimit(acceptedAt: readonly number[], limit: number): number | undefined {
  const times = acceptedAt.toSorted((a, b) => a - b)
  const windows = Math.floor((times.length - 1) / limit)
  const [first, last] = [times[0], times[windows * limit]]
  if (windows < 1 || first === undefined || last === undefined) return undefined
  return (windows * windowMs) / (last - first)
}
