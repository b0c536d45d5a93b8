/** One page of a list, and where the next one begins; `next` is missing on the last. */
export type Page<T> = { items: T[]; next?: string }

/** An opaque cursor: the sort key of the last row, as Postgres spells it, so that no microsecond is lost. */
export function encodeCursor(key: string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Undefined when it is not a cursor of ours. */
export function decodeCursor(cursor: string, length: number): string[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key) && key.length === length && key.every((entry) => typeof entry === 'string'))
      return key
    return undefined
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
