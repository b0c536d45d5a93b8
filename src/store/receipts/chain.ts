import { canonical, genesis, type ChainEnd, type StoredReceipt } from '../../receipts/entry.js'
import { readCheckpoint, type Checkpoint } from '../../receipts/checkpoint.js'
import type { ChainSource, ChainState } from '../../receipts/source.js'
import type { Queryable } from '../database.js'

/** The end of the operator's chain, for a transaction that writes to it: nobody else does until that ends. */
export async function lockChain(client: Queryable, operator: string): Promise<ChainEnd> {
  const { rows } = await client.query<{ seq: number; hash: string }>(
    `select seq, encode(hash, 'hex') as hash from receipt_chain where operator = $1 for update`,
    [operator],
  )
  return { operator, ...(rows[0] ?? { seq: 0, hash: genesis }) }
}

export async function appendReceipts(
  client: Queryable,
  { receipts, head }: { receipts: readonly StoredReceipt[]; head: Checkpoint },
): Promise<void> {
  await client.query(
    `with written as (
       insert into receipt (operator, seq, run_id, hash, body)
       select $1, * from unnest($2::bigint[], $3::text[], $4::bytea[], $5::text[])
     )
     insert into receipt_chain (operator, seq, hash, head) values ($1, $6, $7, $8)
     on conflict (operator) do update set seq = excluded.seq, hash = excluded.hash, head = excluded.head`,
    [
      head.operator,
      receipts.map(({ seq }) => seq),
      receipts.map(({ runId }) => runId),
      receipts.map(({ hash }) => Buffer.from(hash, 'hex')),
      receipts.map(({ body }) => body),
      head.seq,
      Buffer.from(head.hash, 'hex'),
      canonical(head),
    ],
  )
}

/** Undefined where nothing was written yet. @throws Error where what is stored is no checkpoint */
export async function chainState(db: Queryable, operator: string): Promise<ChainState | undefined> {
  const { rows } = await db.query<{ head: string; cut: string | null }>(
    `select head, cut from receipt_chain where operator = $1`,
    [operator],
  )
  const [row] = rows
  if (row === undefined) return undefined
  return { head: readStored(row.head), cut: row.cut === null ? null : readStored(row.cut) }
}

function readStored(text: string): Checkpoint {
  const checkpoint = readCheckpoint(text)
  if (checkpoint === undefined) throw new Error('the signed end of a chain of receipts is no checkpoint')
  return checkpoint
}

/** A receipt of a run has up to 10,000 targets: a page is no longer than this, or is one row. */
const pageBytes = 4 * 1024 * 1024
const pageRows = 1_000

/** Some rows after that one, in order. */
export async function receiptsAfter(
  db: Queryable,
  { operator, after, limit = pageRows }: { operator: string; after: number; limit?: number },
): Promise<StoredReceipt[]> {
  const { rows } = await db.query<StoredReceipt>(
    `select seq, encode(hash, 'hex') as hash, body, run_id as "runId" from (
       select *, sum(octet_length(body)) over (order by seq) - octet_length(body) as before from (
         select seq, hash, body, run_id from receipt where operator = $1 and seq > $2 order by seq limit $3) page
     ) measured where before < $4 order by seq`,
    [operator, after, limit, pageBytes],
  )
  return rows
}

export function storedChain(db: Queryable, operator: string): ChainSource {
  return {
    operator,
    state: async () => await chainState(db, operator),
    rows: async (after) => await receiptsAfter(db, { operator, after }),
  }
}

/** The latest receipt of a run; undefined where there is none. It outlives the run's row. */
export async function findReceipt(
  db: Queryable,
  { operator, runId }: { operator: string; runId: string },
): Promise<StoredReceipt | undefined> {
  const { rows } = await db.query<StoredReceipt>(
    `select seq, encode(hash, 'hex') as hash, body, run_id as "runId" from receipt
     where run_id = $2 and operator = $1 order by seq desc limit 1`,
    [operator, runId],
  )
  return rows[0]
}

/** Whether the receipt of the run's last end is written; undefined where there is no such run (any more). */
export async function receiptProgress(
  db: Queryable,
  { operator, runId }: { operator: string; runId: string },
): Promise<{ accountId: string; hasEnded: boolean; isWritten: boolean; wasPurged: boolean } | undefined> {
  const { rows } = await db.query<{
    accountId: string
    hasEnded: boolean
    isWritten: boolean
    wasPurged: boolean
  }>(
    `select account_id as "accountId", finished_at is not null as "hasEnded",
       coalesce(receipt_of = finished_at, false) as "isWritten", purged_at is not null as "wasPurged"
     from run where operator = $1 and id = $2`,
    [operator, runId],
  )
  return rows[0]
}
