/** The nearest-rank percentile: the value, really seen, that `share` of the values do not exceed. Null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const inOrder = values.toSorted((a, b) => a - b)
  return inOrder[Math.max(0, Math.ceil(share * inOrder.length) - 1)] ?? null
}
