import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

/** Deeper there is no field of a reminder. */
const deepest = 6

/** The line of each field, from 1, by its path as issues name it: `parts[1].image`. What an alias stands for is where that is. */
export function linesOfFields(node: unknown, lines: LineCounter): Map<string, number> {
  const found = new Map<string, number>()
  add(node, '', 0)
  return found

  function add(at: unknown, path: string, depth: number): void {
    if (depth > deepest || isAlias(at)) return
    if (isMap(at))
      for (const { key, value } of at.items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        const field = path === '' ? name : `${path}.${name}`
        found.set(field, lineOf(key, lines))
        add(value, field, depth + 1)
      }
    if (isSeq(at))
      for (const [index, item] of at.items.entries()) {
        const field = `${path}[${index}]`
        found.set(field, lineOf(item, lines))
        add(item, field, depth + 1)
      }
  }
}

/** 1 where it is nowhere. */
export function lineOf(node: unknown, lines: LineCounter): number {
  const start = (node as Node | null)?.range?.[0]
  return start === undefined ? 1 : lines.linePos(start).line
}
