import type { PoolClient } from 'pg'
import { inTransaction, type Database } from '../database.js'

/**
 * The first of the two numbers of each advisory lock here: it keeps our locks apart from those of other programs on
 * the same database. The second is the job's.
 */
export const jobLockClass = 0x0ca2_1110
const jobNumbers = { retention: 1, reconcile: 2, receipts: 3, rotation: 4 } as const

/** Of a pino logger: all that a skipped job needs. */
export type WarningLogger = { warn: (fields: object, message: string) => void }

export type LockedJob = keyof typeof jobNumbers

export type Locked<T> = { kind: 'done'; result: T } | { kind: 'busy' }

/**
 * Runs `work` in a transaction that holds the job's lock, on the lock's own connection. The lock ends with the
 * transaction, whatever ends that: nobody has to release it, and no pooled connection can be left with it. Where
 * another process has it, nothing is done, and that is logged as `<job>-lock-busy`.
 *
 * A transaction that only holds a lock between its statements has no snapshot (read committed) and does not hold back
 * a vacuum.
 */
export async function withJobLock<T>(
  database: Database,
  { job, logger }: { job: LockedJob; logger: WarningLogger },
  work: (client: PoolClient) => Promise<T>,
): Promise<Locked<T>> {
  return await inTransaction(database, async (client) => {
    const { rows } = await client.query<{ locked: boolean }>(
      `select pg_try_advisory_xact_lock($1, $2) as locked`,
      [jobLockClass, jobNumbers[job]],
    )
    if (rows[0]?.locked === true) return { kind: 'done', result: await work(client) }
    logger.warn({ job }, `${job}-lock-busy`)
    return { kind: 'busy' }
  })
}
