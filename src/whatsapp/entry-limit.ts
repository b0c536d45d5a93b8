/**
 * A limit for an LRU cache that mostly has few entries: with `max` it takes the memory of all of them at once, which is
 * three quarters of a megabyte for 20,000, in each session.
 */
export function entryLimit(entries: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 }
}
