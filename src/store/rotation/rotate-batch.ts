import type { Queryable } from '../database.js'
import { EncryptionKeyError } from '../encryption/key-ring.js'
import type { Sealing } from '../encryption/sealing.js'
import { asBytes, type SealedForm, type SealedTable } from './columns.js'
import { renewed } from './renewed.js'

/** Blocks of a table that are looked through in one statement: 8 MB. */
const windowBlocks = 1_024
const mostRows = 500

/** The place in a table where the next batch begins. */
export const firstPlace = '(0,0)'

export type RotatedBatch = {
  /** Undefined where the table is done. */
  next: string | undefined
  /** Values that are under the current key now. */
  rotated: number
  /** Rows that somebody else changed or held meanwhile: another pass looks at them again. */
  missed: number
  unreadable: number
}

type Found = { place: string; keys: (string | null)[]; isSealed: boolean; stored: (Buffer | null)[] }

/**
 * Puts a part of a table under the current key. A row is written only if it still is what was read, and rows that others hold are
 * passed over: a rotation waits for nobody, and takes nothing back that somebody wrote meanwhile. Rows are named by where they
 * are: one that moves on meanwhile is met there, or by the next pass.
 */
export async function rotateBatch(
  client: Queryable,
  sealing: Sealing,
  { table, place }: { table: SealedTable; place: string },
): Promise<RotatedBatch> {
  const columns = Object.entries(table.columns)
  const most = table.most ?? mostRows
  const end = blockOf(place) + windowBlocks
  // A scan in parallel would have no order, and the last row would not be the last.
  await client.query('set local max_parallel_workers_per_gather = 0')
  const { rows } = await client.query<Found>(
    `select ctid::text as place, array[${table.keys.map((key) => `${key}::text`).join(', ')}]::text[] as keys,
       ${table.flag ?? 'true'} as "isSealed", array[${columns.map(asBytes).join(', ')}]::bytea[] as stored
     from ${table.table} where ctid > $1::tid and ctid < $2::tid and (${staleRows(table)}) limit ${most}`,
    [place, `(${end},0)`, ...staleValues(sealing)],
  )
  let unreadable = 0
  const changed = rows.flatMap((row) => {
    try {
      const after = row.stored.map((stored, index) =>
        stored === null
          ? null
          : (renewed(sealing, {
              form: formAt(columns, index),
              stored,
              keys: row.keys.map((key) => key ?? ''),
              isSealed: row.isSealed,
            }) ?? stored),
      )
      return after.some((value, index) => value !== row.stored[index]) ? [{ ...row, after }] : []
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      unreadable += 1
      return []
    }
  })
  const rotated = await write(client, { table, columns, changed })
  const isFull = rows.length === most
  const { rows: sizes } = await client.query<{ blocks: number }>(
    `select pg_relation_size($1::regclass) / current_setting('block_size')::bigint as blocks`,
    [table.table],
  )
  const next = isFull
    ? (rows.at(-1)?.place ?? place)
    : end >= (sizes[0]?.blocks ?? 0)
      ? undefined
      : `(${end},0)`
  return { next, rotated, missed: changed.length - rotated, unreadable }
}

async function write(
  client: Queryable,
  {
    table,
    columns,
    changed,
  }: {
    table: SealedTable
    columns: [string, SealedForm][]
    changed: (Found & { after: (Buffer | null)[] })[]
  },
): Promise<number> {
  if (changed.length === 0) return 0
  const values = columns.flatMap((_column, index) => [
    changed.map(({ stored }) => stored[index] ?? null),
    changed.map(({ after }) => after[index] ?? null),
  ])
  const before = (index: number): string => `c.v${2 * index}`
  const sets = columns.map((column, index) => `${column[0]} = ${fromBytes(column, `c.v${2 * index + 1}`)}`)
  const { rowCount } = await client.query(
    `with held as materialized (
       select ctid as place from ${table.table} where ctid = any ($1::tid[]) for no key update skip locked
     )
     update ${table.table} t set ${[...sets, ...(table.flag ? [`${table.flag} = true`] : [])].join(', ')}
     from unnest($1::tid[], ${values.map((_value, index) => `$${index + 2}::bytea[]`).join(', ')})
       as c (place, ${values.map((_value, index) => `v${index}`).join(', ')}) join held on held.place = c.place
     where t.ctid = c.place
       and ${columns.map((column, index) => `t.${column[0]} is not distinct from ${fromBytes(column, before(index))}`).join(' and ')}`,
    [changed.map(({ place }) => place), ...values],
  )
  return rowCount ?? 0
}

function fromBytes([, form]: [string, SealedForm], bytes: string): string {
  if (typeof form === 'function') return bytes
  return `convert_from(${bytes}, 'UTF8')${form === 'definition' || form === 'metadata' ? '::jsonb' : ''}`
}

function formAt(columns: [string, SealedForm][], index: number): SealedForm {
  const form = columns[index]?.[1]
  if (form === undefined) throw new Error(`there is no column ${index}`)
  return form
}

/** Rows that may have something to do: what a row really needs is looked at here. */
export function staleRows(table: SealedTable): string {
  const conditions = Object.entries(table.columns).map(([column, form]) => {
    if (typeof form === 'function')
      return `(length(${column}) > 0 and (get_byte(${column}, 0) <> 2 or substring(${column} from 2 for 4) <> $5::bytea))`
    const text = form === 'definition' || form === 'metadata' ? `${column}::text` : column
    return form === 'reason'
      ? `(strpos(${text}, $4) = 0 and (strpos(${text}, $3) > 0 or ${text} ~ '^.{1,60}? by [^:\\s]{1,40}: .'))`
      : `strpos(${text}, $4) = 0`
  })
  const unsealed = table.flag ? [`not ${table.flag}`] : []
  return [...conditions, ...unsealed, '$3::text is null', '$4::text is null', '$5::bytea is null'].join(
    ' or ',
  )
}

function staleValues(sealing: Sealing): [string, string, Buffer] {
  const { any, current } = sealing.wordsBeginWith
  return [any, current, Buffer.from(sealing.ring.current ?? '', 'hex')]
}

function blockOf(place: string): number {
  return Number(/^\((\d+),/.exec(place)?.[1] ?? 0)
}
