import { sealingOf, type Queryable } from '../database.js'
import { sealedTables, type SealedForm } from './columns.js'

/** How many rows are under which key, as far as they are sealed. */
export type KeyInUse = {
  /** The id of the key; of one that is not in the ring only its beginning may be known: `1a2b3c…`. Null: a value that does not name it. */
  keyId: string | null
  rows: number
}

/** Looks at all that is sealed: it takes as long as Postgres needs to read it. */
export async function keysInUse(db: Queryable): Promise<KeyInUse[]> {
  const { ring, wordsBeginWith } = await sealingOf(db)
  const counts = new Map<string | null, number>()
  for (const { table, columns, flag } of sealedTables)
    for (const [column, form] of Object.entries(columns)) {
      const { rows } = await db.query<{ header: Buffer | null; count: number }>(
        `select ${headerOf(column, form)} as header, count(*) as count from ${table}
         where ${column} is not null and $1::text is not null ${flag ? `and ${flag}` : ''} group by 1`,
        [wordsBeginWith.any],
      )
      for (const { header, count } of rows) {
        if (header === null || (header[0] !== 1 && header[0] !== 2)) continue
        const keyId = header[0] === 1 ? null : nameOf(header.subarray(1).toString('hex'), ring.ids)
        counts.set(keyId, (counts.get(keyId) ?? 0) + count)
      }
    }
  return [...counts].map(([keyId, rows]) => ({ keyId, rows })).toSorted((a, b) => b.rows - a.rows)
}

/** The version and the id, or of a text the version and three bytes of it. */
function headerOf(column: string, form: SealedForm): string {
  if (typeof form === 'function') return `substring(${column} from 1 for 5)`
  const text = form === 'definition' || form === 'metadata' ? `${column}::text` : column
  const characters = `substring(${text} from strpos(${text}, $1) + length($1) for 4)`
  // Four characters of base64url are three bytes: of the id the first two.
  return `case when strpos(${text}, $1) > 0 then decode(translate(${characters}, '-_', '+/'), 'base64') end`
}

function nameOf(known: string, ids: readonly string[]): string {
  return ids.find((id) => id.startsWith(known)) ?? (known.length === 8 ? known : `${known}…`)
}
