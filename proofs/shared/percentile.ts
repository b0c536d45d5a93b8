/** The nearest-rank percentile: the value, really seen, that `share` of the values do not exceed. Null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b)
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? null
}

/** The middle value, or the mean of the two in the middle. NaN of nothing: nothing is what was not seen. */
export function median(values: readonly number[]): number {
  const inOrder = values.toSorted((a, b) => a - b)
  const half = inOrder.length / 2
  return ((inOrder[Math.ceil(half) - 1] ?? Number.NaN) + (inOrder[Math.floor(half)] ?? Number.NaN)) / 2
}
