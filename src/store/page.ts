import { isStorableText } from '../domain/storable-text.js'

/** One page of a list, and where the next one begins; `next` is missing on the last. */
export type Page<T> = { items: T[]; next?: string }

/** An opaque cursor: the sort key of the last row, as Postgres spells it, so that no microsecond is lost. */
export function encodeCursor(key: string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Postgres takes none so far from UTC. */
const mostOffsetHours = 16

/** What a part of a sort key is: a `timestamptz` as Postgres spells it, a time of a wall clock, a place in a list, a text, or an id of a row. */
export type CursorKind = 'time' | 'local' | 'ordinal' | 'text' | 'id' | 'uuid'

const forms: Record<CursorKind, (text: string) => boolean> = {
  time: (text) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/.test(text) && isTime(text),
  local: (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && isTime(`${text}Z`),
  ordinal: (text) => /^\d{1,9}$/.test(text),
  id: (text) => /^\d{1,18}$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text),
  text: isStorableText,
}

/** `Date` takes 30 February for 2 March, and any offset from UTC; Postgres takes neither. */
function isTime(text: string): boolean {
  const date = text.slice(0, 10)
  const offsetHours = Number(/[+-](\d\d)(?::\d\d)?$/.exec(text.slice(19))?.[1] ?? 0)
  if (date < '0001' || offsetHours >= mostOffsetHours) return false
  if (Number.isNaN(Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')))) return false
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
}

/** Undefined when it is not a cursor of ours: what else it may be, Postgres would refuse. */
export function decodeCursor(cursor: string, kinds: readonly CursorKind[]): string[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(key) || key.length !== kinds.length) return undefined
    if (!key.every((entry) => typeof entry === 'string')) return undefined
    return kinds.every((kind, index) => forms[kind](key[index] ?? '')) ? key : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** @param rows one more than the page holds, when there are more */
export function toPage<Row, T>(
  rows: Row[],
  { limit, item, cursor }: { limit: number; item: (row: Row) => T; cursor: (row: Row) => string[] },
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map((row) => item(row))
  return rows.length > limit && last !== undefined ? { items, next: encodeCursor(cursor(last)) } : { items }
}
