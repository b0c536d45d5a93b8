export type Random = {
  /** From 0 (inclusive) to 1 (exclusive). */
  fraction(): number
  /** A whole number, both ends included. */
  between(min: number, max: number): number
  pick<T>(values: readonly T[]): T
  /** Some of the values, each at most once, in random order. */
  some<T>(values: readonly T[], count: number): T[]
}

/** Mulberry32: the same seed gives the same numbers, on every machine. Not for secrets. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + Math.floor(fraction() * (max - min + 1))
  return {
    fraction,
    between,
    pick(values) {
      const value = values[between(0, values.length - 1)]
      if (value === undefined) throw new Error('there is nothing to pick from')
      return value
    },
    some(values, count) {
      const left = [...values]
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(between(0, left.length - 1), 1),
      ).flat()
    },
  }
}
