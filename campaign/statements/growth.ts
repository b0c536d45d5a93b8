import type { Measured } from './measure.js'

export type Grown = { name: string; text: string; unit: 'pages' | 'rows'; from: number; to: number }

// An index of ten times the rows is a level deeper, and each look-up reads a page more.
const most = { pages: 4, rows: 2 }
const slack = { pages: 100, rows: 300 }

/** Statements that read more than four times as many pages or twice as many rows, and do not return that many more. */
export function growing(few: Map<string, Measured>, many: Map<string, Measured>): Grown[] {
  return [...many].flatMap(([key, { name, text, buffers, read, rows }]): Grown[] => {
    const before = few.get(key)
    if (!before || isMore('rows', before.rows, rows)) return []
    if (isMore('rows', before.read, read)) return [{ name, text, unit: 'rows', from: before.read, to: read }]
    if (isMore('pages', before.buffers, buffers))
      return [{ name, text, unit: 'pages', from: before.buffers, to: buffers }]
    return []
  })
}

function isMore(unit: keyof typeof slack, before: number, now: number): boolean {
  return now > most[unit] * before + slack[unit]
}
