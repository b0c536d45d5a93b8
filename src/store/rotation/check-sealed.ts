import { sealingOf, type Queryable } from '../database.js'
import { EncryptionKeyError } from '../encryption/key-ring.js'
import type { Sealing } from '../encryption/sealing.js'
import { asBytes, sealedTables, type SealedForm, type SealedTable } from './columns.js'

/** What came of opening some values of a column. */
export type CheckedColumn = {
  table: string
  column: string
  looked: number
  /** Of those, what no key of the ring opens. */
  unreadable: number
  /** Of the first of them, in words. */
  why?: string
}

/** Large tables are looked at here and there: so many blocks of 8 kB, wherever they are. */
const blocks = 500

/**
 * Opens values of everything that is sealed: all of a small table, and of a large one what is in some of its blocks.
 * @param rows at most so many of each table; ten times as many as a rotation takes at once, where they are large
 */
export async function checkSealed(db: Queryable, { rows }: { rows: number }): Promise<CheckedColumn[]> {
  const sealing = await sealingOf(db)
  const checked: CheckedColumn[] = []
  for (const table of sealedTables) {
    const found = await sample(db, table, Math.min(rows, (table.most ?? rows) * 10))
    checked.push(
      ...Object.entries(table.columns).map(([column, form], index) => ({
        table: table.table,
        column,
        ...openAll(
          sealing,
          found.flatMap(({ stored, keys, isSealed }) => {
            const value = stored[index]
            return value === undefined || value === null || !isSealed
              ? []
              : [{ form, stored: value, keys: keys.map((key) => key ?? '') }]
          }),
        ),
      })),
    )
  }
  return checked
}

type Row = { keys: (string | null)[]; isSealed: boolean; stored: (Buffer | null)[] }

async function sample(db: Queryable, table: SealedTable, most: number): Promise<Row[]> {
  const { rows: sizes } = await db.query<{ blocks: number }>(
    `select pg_relation_size($1::regclass) / current_setting('block_size')::bigint as blocks`,
    [table.table],
  )
  const percent = Math.min(100, (100 * blocks) / Math.max(1, sizes[0]?.blocks ?? 1))
  const { rows } = await db.query<Row>(
    `select array[${table.keys.map((key) => `${key}::text`).join(', ')}]::text[] as keys, ${table.flag ?? 'true'} as "isSealed",
       array[${Object.entries(table.columns).map(asBytes).join(', ')}]::bytea[] as stored
     from (select * from ${table.table}${percent < 100 ? ` tablesample system (${percent})` : ''} order by random() limit $1) sampled`,
    [most],
  )
  return rows
}

function openAll(
  sealing: Sealing,
  values: { form: SealedForm; stored: Buffer; keys: string[] }[],
): Pick<CheckedColumn, 'looked' | 'unreadable' | 'why'> {
  const failures = values.flatMap((value) => {
    try {
      open(sealing, value)
      return []
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      return [error.message]
    }
  })
  const [why] = failures
  return { looked: values.length, unreadable: failures.length, ...(why !== undefined && { why }) }
}

function open(
  sealing: Sealing,
  { form, stored, keys }: { form: SealedForm; stored: Buffer; keys: string[] },
): void {
  // A secret that was taken away leaves nothing.
  if (typeof form === 'function') return void (stored.length > 0 && sealing.ring.open(stored, form(keys)))
  sealing.text(stored.toString())
}
