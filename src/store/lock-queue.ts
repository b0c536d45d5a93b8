import type { LockHolder } from '../domain/lock-queue.js'
import { spellInstant } from '../domain/zone.js'
import type { LockAnswer, LockState } from '../protocol/payloads.js'
import { onlyRow, type Queryable } from './database.js'

/** The lock of an account and the queue for it (decisions 0002 and 0024). */

/**
 * What there is to do, for the lock's workflow: that it has looked is written first, so that who comes from then on wakes
 * it, and who came before is in what it reads.
 */
export async function serveLock(
  db: Queryable,
  { accountId, most }: { accountId: string; most: number },
): Promise<LockState> {
  type Account = { holder: string | null; token: number; since: Date | null; paused: string | null }
  const { rows } = await db.query<Account>(
    `update account set lock_served_at = clock_timestamp(), lock_woken_at = null where id = $1
     returning lock_holder as holder, lock_token as token, lock_since as since, paused_reason as paused`,
    [accountId],
  )
  const [account] = rows
  if (account === undefined) return { waiting: [], waitingCount: 0 }
  const { holder, token, since, paused } = account
  return {
    ...(holder !== null &&
      since !== null && { holder: { runId: holder, token, since: since.toISOString() } }),
    ...(paused !== null && { pausedBecause: paused }),
    ...(await readQueue(db, { accountId, most })),
  }
}

async function readQueue(
  db: Queryable,
  { accountId, most }: { accountId: string; most: number },
): Promise<Pick<LockState, 'waiting' | 'waitingCount'>> {
  const { rows } = await db.query<{ runId: string; priority: number; scheduledAt: Date; count: number }>(
    `select run_id as "runId", priority, scheduled_at as "scheduledAt",
       (select count(*) from lock_request where account_id = $1) as count
     from lock_request where account_id = $1 order by priority desc, scheduled_at, arrival limit $2`,
    [accountId, most],
  )
  return {
    waiting: rows.map(({ runId, priority, scheduledAt }) => ({
      runId,
      priority,
      scheduledAt: spellInstant(scheduledAt),
    })),
    waitingCount: rows[0]?.count ?? 0,
  }
}

/** Asking twice is asking once; nothing happens for a run that has ended. */
export async function askForLock(db: Queryable, runId: string): Promise<LockAnswer> {
  const { rows } = await db.query<{ token: number | null; wakes: boolean }>(
    `select token, wakes from ask_for_lock($1)`,
    [runId],
  )
  const { token, wakes } = onlyRow(rows, 'ask_for_lock')
  return token === null ? { kind: 'waits', wakes } : { kind: 'held', token }
}

/**
 * Makes the next in the queue the holder, and takes it out. Undefined where somebody holds the lock, or nobody waits.
 * The account's row comes first here and in `releaseLock`, so that the two wait for each other in one order.
 */
export async function grantNext(db: Queryable, accountId: string): Promise<LockHolder | undefined> {
  const { rows } = await db.query<{ runId: string; token: number; since: Date }>(
    `with free as (
       select id from account where id = $1 and lock_holder is null for no key update
     ), next as (
       delete from lock_request where run_id = (
         select run_id from lock_request where account_id = (select id from free)
         order by priority desc, scheduled_at, arrival limit 1)
       returning run_id
     )
     update account set lock_token = lock_token + 1, lock_since = clock_timestamp(), lock_holder = next.run_id
     from next where id = $1 and lock_holder is null
     returning lock_holder as "runId", lock_token as token, lock_since as since`,
    [accountId],
  )
  return rows.map(({ since, ...grant }) => ({ ...grant, since: since.toISOString() }))[0]
}

/**
 * Frees the lock if this run holds it (with this token, when one is given), and takes the run out of the queue.
 * `hasOthers`: it is free, and somebody waits for it; also where it was freed before, by one who died before he told anybody.
 */
export async function releaseLock(
  db: Queryable,
  { accountId, runId, token }: { accountId: string; runId: string; token?: number },
): Promise<{ hasOthers: boolean }> {
  const { rows } = await db.query<{ hasOthers: boolean }>(
    `with known as (
       select id, lock_holder, coalesce(lock_holder = $2 and ($3::bigint is null or lock_token = $3), false) as is_its
       from account where id = $1 for no key update
     ), gone as (
       delete from lock_request where run_id = $2 and account_id = (select id from known)
     ), freed as (
       update account set lock_holder = null, lock_since = null
       where id = (select id from known where is_its) and lock_holder = $2
     )
     select (is_its or lock_holder is null)
       and exists (select from lock_request where account_id = $1 and run_id <> $2) as "hasOthers" from known`,
    [accountId, runId, token ?? null],
  )
  return rows[0] ?? { hasOthers: false }
}
