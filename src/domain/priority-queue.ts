export type PriorityQueue<T> = {
  readonly size: number
  /** The first in order; it stays. */
  peek(): T | undefined
  /** Takes the first in order out. */
  pop(): T | undefined
  push(item: T): void
}

/** A binary heap: the first in order at hand, and a step for each doubling of the size to put one in or take one out. */
export function priorityQueue<T>(isBefore: (a: T, b: T) => boolean): PriorityQueue<T> {
  // No item is before its parent, which is at half its place.
  const items: T[] = []

  function at(place: number): T {
    return items[place] as T
  }

  function swap(a: number, b: number): void {
    const item = at(a)
    items[a] = at(b)
    items[b] = item
  }

  function rise(from: number): void {
    for (let place = from; place > 0;) {
      const parent = (place - 1) >> 1
      if (!isBefore(at(place), at(parent))) return
      swap(place, parent)
      place = parent
    }
  }

  function sink(): void {
    for (let place = 0; ;) {
      let first = place
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < items.length && isBefore(at(child), at(first))) first = child
      if (first === place) return
      swap(place, first)
      place = first
    }
  }

  return {
    get size() {
      return items.length
    },
    peek: () => items[0],
    push(item) {
      items.push(item)
      rise(items.length - 1)
    },
    pop() {
      const [first] = items
      const last = items.pop()
      if (items.length > 0) {
        items[0] = last as T
        sink()
      }
      return first
    },
  }
}
