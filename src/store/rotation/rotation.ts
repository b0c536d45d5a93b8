import { pause } from '../../pause.js'
import { sealingOf, type Database, type Queryable } from '../database.js'
import { withJobLock, type WarningLogger } from '../jobs/job-lock.js'
import { sealedTables } from './columns.js'
import { firstPlace, rotateBatch } from './rotate-batch.js'

/** How far everything that is stored is under the key with this id. */
export type RotationProgress = {
  keyId: string
  askedAt: Date
  finishedAt: Date | null
  /** Everything is gone through until there is nothing more to do: twice at least. */
  pass: number
  /** What it is at; null where it is done. */
  table: string | null
  /** Of this pass, from 0 to 1. */
  share: number
  /** Rows that were put under the key. */
  rotated: number
  /** Values that no key of the ring opens, as far as this pass has come. They stay as they are. */
  unreadable: number
}

type Row = Omit<RotationProgress, 'table' | 'share'> & { id: number; step: number; place: string }

const columns = `id, key_id as "keyId", asked_at as "askedAt", finished_at as "finishedAt", pass, step, place::text as place,
  rotated, unreadable`

/** The one under way, or the latest. Undefined where there was none. */
export async function rotationProgress(db: Queryable): Promise<RotationProgress | undefined> {
  const { rows } = await db.query<Row>(
    `select ${columns} from key_rotation order by finished_at is null desc, id desc limit 1`,
  )
  const [row] = rows
  if (row === undefined) return undefined
  const { id: _id, step, place, ...progress } = row
  if (row.finishedAt !== null) return { ...progress, table: null, share: 1 }
  const sizes = await tableBlocks(db)
  const total = sealedTables.reduce((sum, { table }) => sum + (sizes.get(table) ?? 0), 0)
  const done = sealedTables.slice(0, step).reduce((sum, { table }) => sum + (sizes.get(table) ?? 0), 0)
  const table = sealedTables[step]?.table ?? null
  const here = Math.min(Number(/\d+/.exec(place)?.[0] ?? 0), sizes.get(table ?? '') ?? 0)
  return { ...progress, table, share: total === 0 ? 0 : (done + here) / total }
}

/** With one more for each table, so that an empty one counts, too. */
async function tableBlocks(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ table: string; blocks: number }>(
    `select t as table, pg_relation_size(t::regclass) / current_setting('block_size')::bigint + 1 as blocks from unnest($1::text[]) t`,
    [sealedTables.map(({ table }) => table)],
  )
  return new Map(rows.map(({ table, blocks }) => [table, blocks]))
}

/**
 * Asks for everything to be put under this key: what is under way for another key begins anew. Asked for twice it is the same one.
 */
export async function askForRotation(db: Queryable, keyId: string): Promise<void> {
  await db.query(
    `insert into key_rotation as r (key_id) values ($1)
     on conflict ((true)) where finished_at is null do update
       set key_id = excluded.key_id, asked_at = now(), pass = 1, step = 0, place = '(0,0)', rotated_in_pass = 0, unreadable = 0
       where r.key_id <> excluded.key_id`,
    [keyId],
  )
}

/** Whether one is asked for that is not done. */
export async function isRotationAsked(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query('select from key_rotation where finished_at is null')
  return rowCount === 1
}

/** How it ended: `otherKey`, where this process has not got the key as its current one. */
export type RotationEnd = 'done' | 'busy' | 'otherKey'

/**
 * Goes on with the rotation that is asked for until it is done: a batch at a time, each in a transaction of its own that holds
 * the job's lock and says how far it is, so that another process goes on where this one ends. Between two batches it
 * rests for as long as the one took: half of the time is for others.
 */
export async function rotate(
  { database, logger }: { database: Database; logger: WarningLogger },
  { onProgress = () => undefined, signal }: { onProgress?: () => void; signal?: AbortSignal } = {},
): Promise<RotationEnd> {
  for (;;) {
    signal?.throwIfAborted()
    const beganMs = performance.now()
    const locked = await withJobLock(
      database,
      { job: 'rotation', logger },
      async (client) => await next(client),
    )
    if (locked.kind === 'busy') return 'busy'
    if (locked.result !== 'more') return locked.result
    onProgress()
    await pause(Math.min(longestRestMs, performance.now() - beganMs))
  }
}

const longestRestMs = 500

async function next(client: Queryable): Promise<'more' | Exclude<RotationEnd, 'busy'>> {
  const { rows } = await client.query<Row>(
    `select ${columns} from key_rotation where finished_at is null for no key update`,
  )
  const [row] = rows
  if (row === undefined) return 'done'
  const sealing = await sealingOf(client)
  if (sealing.ring.current !== row.keyId) return 'otherKey'
  const table = sealedTables[row.step]
  if (table === undefined) return await endPass(client, row.id)
  const batch = await rotateBatch(client, sealing, { table, place: row.place })
  await client.query(
    `update key_rotation set step = $2, place = $3::tid, rotated = rotated + $4, rotated_in_pass = rotated_in_pass + $4 + $5,
       unreadable = unreadable + $6, renewed_at = now()
     where id = $1`,
    [
      row.id,
      batch.next === undefined ? row.step + 1 : row.step,
      batch.next ?? firstPlace,
      batch.rotated,
      batch.missed,
      batch.unreadable,
    ],
  )
  return 'more'
}

async function endPass(client: Queryable, id: number): Promise<'more' | 'done'> {
  const { rows } = await client.query<{ isDone: boolean }>(
    `update key_rotation set finished_at = case when rotated_in_pass = 0 then now() end, pass = pass + (rotated_in_pass > 0)::int,
       step = 0, place = '(0,0)', rotated_in_pass = 0, unreadable = case when rotated_in_pass = 0 then unreadable else 0 end
     where id = $1 returning finished_at is not null as "isDone"`,
    [id],
  )
  return rows[0]?.isDone === true ? 'done' : 'more'
}
