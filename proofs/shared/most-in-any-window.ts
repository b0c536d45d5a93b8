/** The most that fell into any window of this length, both ends counted, however it is laid. */
export function mostInAnyWindow(timesMs: number[], windowMs: number): number {
  const sorted = timesMs.toSorted((a, b) => a - b)
  let oldest = 0
  let most = 0
  for (const [index, timeMs] of sorted.entries()) {
    while (timeMs - (sorted[oldest] ?? 0) > windowMs) oldest += 1
    most = Math.max(most, index - oldest + 1)
  }
  return most
}
