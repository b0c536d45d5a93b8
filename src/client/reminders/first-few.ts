/** The first `limit` of all that is added, in order, whatever order they come in. */
export type FirstFew<T> = { add(one: T): void; readonly items: readonly T[] }

export function firstFew<T>(limit: number, compare: (a: T, b: T) => number): FirstFew<T> {
  const items: T[] = []
  return {
    items,
    add(one) {
      const last = items.at(-1)
      if (items.length >= limit && last !== undefined && compare(one, last) >= 0) return
      let [low, high] = [0, items.length]
      while (low < high) {
        const middle = (low + high) >> 1
        const other = items[middle]
        if (other !== undefined && compare(other, one) <= 0) low = middle + 1
        else high = middle
      }
      items.splice(low, 0, one)
      if (items.length > limit) items.pop()
    },
  }
}
