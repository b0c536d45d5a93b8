import type { Measured } from './measure.js'

export type Grown = { name: string; text: string; unit: 'pages' | 'rows'; from: number; to: number }

const most = { pages: 4, rows: 2 }
const slack = { pages: 100, rows: 300 }
/**
 * A row that an index finds costs the pages on the way to it and its own. Postgres counts a page each time it looks, so
 * that another way to the same rows can count many times as many pages, and is no worse; what is more than this has been
 * looked at in vain.
 */
const pagesOfRow = 5

/**
 * Statements that read twice as many rows, or four times as many pages and more than their rows explain, and do not
 * return that many more.
 */
export function growing(few: Map<string, Measured>, many: Map<string, Measured>): Grown[] {
  return [...many].flatMap(([key, { name, text, buffers, read, rows }]): Grown[] => {
    const before = few.get(key)
    if (!before || isMore('rows', before.rows, rows)) return []
    if (isMore('rows', before.read, read)) return [{ name, text, unit: 'rows', from: before.read, to: read }]
    if (isMore('pages', before.buffers, buffers) && buffers > pagesOfRow * read + slack.pages)
      return [{ name, text, unit: 'pages', from: before.buffers, to: buffers }]
    return []
  })
}

function isMore(unit: keyof typeof slack, before: number, now: number): boolean {
  return now > most[unit] * before + slack[unit]
}
