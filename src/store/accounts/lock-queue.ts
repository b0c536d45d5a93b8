import type { LockGrant } from '../../domain/lock-queue.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { LockState } from '../../protocol/payloads.js'
import { onlyRow, type Queryable } from '../database.js'

/** The lock of an account and the queue for it (decisions 0002 and 0024). */

/**
 * That the lock's workflow looks is written before it reads: so who comes from then on wakes it, and who came before is in
 * what it reads.
 */
export async function markServed(db: Queryable, accountId: string): Promise<void> {
  await db.query(
    `update account set lock_served_at = clock_timestamp(), lock_woken_at = null where id = $1`,
    [accountId],
  )
}

export async function readLock(
  db: Queryable,
  { accountId, most }: { accountId: string; most: number },
): Promise<LockState> {
  type Account = { holder: string | null; token: number; since: Date | null; paused: string | null }
  const { rows } = await db.query<Account>(
    `select lock_holder as holder, lock_token as token, lock_since as since, paused_reason as paused
     from account where id = $1`,
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

/** `wakes`: the lock's workflow must be told, by the caller. */
export type LockAnswer = { kind: 'held'; token: number } | { kind: 'waits'; wakes: boolean }

/** Asking twice is asking once; nothing happens for a run that has ended. */
export async function askForLock(db: Queryable, runId: string): Promise<LockAnswer> {
  const { rows } = await db.query<{ token: number | null; wakes: boolean }>(
    `select token, wakes from ask_for_lock($1)`,
    [runId],
  )
  const { token, wakes } = onlyRow(rows, 'ask_for_lock')
  return token === null ? { kind: 'waits', wakes } : { kind: 'held', token }
}

type GrantRow = { granted: string | null; token: number | null; runs: boolean | null }

/** In the row of a statement that may have granted the lock. */
export function grantIn({ granted, token, runs }: GrantRow): LockGrant | undefined {
  return granted === null || token === null ? undefined : { runId: granted, token, runs: runs === true }
}

/** Makes the next in the queue the holder, who must be told. Undefined where somebody holds the lock, or nobody waits. */
export async function grantNext(db: Queryable, accountId: string): Promise<LockGrant | undefined> {
  const { rows } = await db.query<GrantRow>(`select granted, token, runs from grant_next_lock($1)`, [
    accountId,
  ])
  return grantIn(onlyRow(rows, 'grant_next_lock'))
}

/**
 * Frees the lock if this run holds it (with this token, when one is given), and takes the run out of the queue. Returns
 * who has the lock by that, and must be told; also where it was freed before, by one who died before he told anybody.
 */
export async function releaseLock(
  db: Queryable,
  { accountId, runId, token }: { accountId: string; runId: string; token?: number },
): Promise<LockGrant | undefined> {
  const { rows } = await db.query<GrantRow>(`select granted, token, runs from release_lock($1, $2, $3)`, [
    accountId,
    runId,
    token ?? null,
  ])
  return grantIn(onlyRow(rows, 'release_lock'))
}

/** Who has the lock, as one is told who is granted it. */
export async function holderOf(db: Queryable, accountId: string): Promise<LockGrant | undefined> {
  const { rows } = await db.query<GrantRow>(`select granted, token, runs from lock_holder_of($1)`, [
    accountId,
  ])
  return rows[0] && grantIn(rows[0])
}
