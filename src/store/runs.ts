import type { PoolClient } from 'pg'
import type { StoredRunArgs } from '../domain/run-args.js'
import {
  finalRunState,
  targetStates,
  type Remainder,
  type RunState,
  type TargetCounts,
} from '../domain/states.js'
import { inTransaction, onlyRow, type Database, type Queryable } from './database.js'
import { tellEnded } from './ledger-channel.js'
import type { EndedSend } from './sends.js'

export type NewRun = Omit<StoredRunArgs, 'groupConcurrency'>

export type PreparedRun = {
  total: number
  counts: TargetCounts
  state: RunState
  reason: string | null
  hasWindow: boolean
  /** The ordinals that are pending, of a run that goes on where some are not. */
  left?: number[]
}

/**
 * Creates the run with a row for every target and every send, in one transaction of a few statements whatever the
 * size of the audience, so that progress shows from the first second. Doing it twice is doing it once: the audience
 * "all groups" is resolved the first time only.
 */
export async function prepareRun(database: Database, run: NewRun): Promise<PreparedRun> {
  return await inTransaction(database, async (client) => {
    // The row of a scheduled occurrence is there already: it was written when the occurrence was dealt with.
    await client.query(
      `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
      [
        run.runId,
        run.operator,
        run.dedupeKey,
        run.accountId,
        run.digest,
        run.scheduledAt,
        run.deadline,
        run.priority,
      ],
    )
    await client.query(`select from run where id = $1 for update`, [run.runId])
    const { rows } = await client.query<{
      state: RunState
      reason: string | null
      isNew: boolean
      hasWindow: boolean
    }>(
      `select r.state, r.reason, r.prepared_at is null and r.finished_at is null as "isNew",
         d.sending_window is not null as "hasWindow"
       from run r join definition d using (digest) where r.id = $1`,
      [run.runId],
    )
    const { state, reason, isNew, hasWindow } = onlyRow(rows, `run ${run.runId}`)
    if (isNew) {
      await insertTargets(client, run)
      await insertSends(client, run.runId)
      await markPrepared(client, { runId: run.runId, hasWindow })
    }
    const { counts, pending } = await lookAtTargets(client, run.runId)
    const total = sum(counts)
    return { total, counts, state, reason, hasWindow, ...(pending.length < total && { left: pending }) }
  })
}

/** The hours of a window are closed until the run has looked: nothing may leave before. */
async function markPrepared(
  client: PoolClient,
  { runId, hasWindow }: { runId: string; hasWindow: boolean },
): Promise<void> {
  const hours = hasWindow ? `, window_opens_at = '-infinity', window_closes_at = '-infinity'` : ''
  await client.query(`update run set prepared_at = now()${hours} where id = $1`, [runId])
}

async function insertTargets(client: PoolClient, run: NewRun): Promise<void> {
  await client.query(
    `insert into target (run_id, ordinal, jid)
     select $1, row_number() over (order by listed.place) - 1, listed.jid
     from definition d,
     lateral (
       select jid, place from jsonb_array_elements_text(d.body -> 'audience' -> 'recipients')
         with ordinality as recipient (jid, place)
         where d.body -> 'audience' ->> 'kind' = 'list'
       union all
       select g.jid, row_number() over (order by g.jid) from account_group g
         where d.body -> 'audience' ->> 'kind' = 'allGroups' and g.account_id = $3
     ) listed
     where d.digest = $2`,
    [run.runId, run.digest, run.accountId],
  )
}

async function insertSends(client: PoolClient, runId: string): Promise<void> {
  // Baileys' own id format (generateMessageIDV2): 3EB0 and 18 upper-case hex digits. It is made of the run, the
  // target and the part and nothing else, so a send has the same id on every attempt, in every process, for life.
  await client.query(
    `insert into send (run_id, ordinal, part, message_id)
     select t.run_id, t.ordinal, p.part,
            '3EB0' || upper(left(encode(sha256(convert_to(t.run_id || '#' || t.ordinal || '/' || p.part, 'UTF8')), 'hex'), 18))
     from target t
     join run r on r.id = t.run_id
     join definition d on d.digest = r.digest
     cross join lateral generate_series(0, jsonb_array_length(d.parts) - 1) as p (part)
     where t.run_id = $1`,
    [runId],
  )
}

export async function countTargets(db: Queryable, runId: string): Promise<TargetCounts> {
  const { rows } = await db.query<{ state: keyof TargetCounts; count: number }>(
    `select state, count(*) as count from target where run_id = $1 group by state`,
    [runId],
  )
  return fromRows(rows)
}

/** The counts, and the ordinals of those that are pending: of one moment, so that they agree while others still end. */
async function lookAtTargets(
  client: PoolClient,
  runId: string,
): Promise<{ counts: TargetCounts; pending: number[] }> {
  const { rows } = await client.query<{ state: keyof TargetCounts; count: number; pending: number[] | null }>(
    `select state, count(*) as count, array_agg(ordinal order by ordinal) filter (where state = 'pending') as pending
     from target where run_id = $1 group by state`,
    [runId],
  )
  return { counts: fromRows(rows), pending: rows.flatMap(({ pending }) => pending ?? []) }
}

function fromRows(rows: { state: keyof TargetCounts; count: number }[]): TargetCounts {
  const counts = Object.fromEntries(targetStates.map((state) => [state, 0])) as TargetCounts
  for (const row of rows) counts[row.state] = row.count
  return counts
}

function sum(counts: TargetCounts): number {
  return targetStates.reduce((total, state) => total + counts[state], 0)
}

export type RunStateWritten = {
  /** A run that has ended stays as it ended. */
  isOver: boolean
  /** Its reminder has stopped it, and so it is paused, whatever was to be written; for the run to agree with. */
  stoppedBecause?: string
}

/**
 * Brings the row of a run to the state that its workflow is in. One that its reminder has stopped does not go on by that:
 * the reminder was answered when that was written, and the run may not have heard of it yet.
 */
export async function setRunState(
  db: Queryable,
  change: {
    runId: string
    state: 'waiting' | 'running' | 'paused'
    reason: string | null
    lockToken?: number
    /** The hours it is in or waits for; those it had stay where there are none. */
    hours?: { opensAt: string; closesAt: string }
    /** When it goes on by itself, where that is known. */
    waitsUntil?: string
    /** An operator has resumed the run itself: that is newer than a pause of its reminder, and takes it back. */
    resumed?: true
  },
): Promise<RunStateWritten> {
  const { runId, state, reason, lockToken, hours, waitsUntil, resumed = false } = change
  const { rows } = await db.query<{ stoppedBecause: string | null }>(
    `with stop as materialized (
       -- What the run itself says of a pause or a cancel stays: it has heard that.
       select id, case when $8 and stopped_because not like 'canceled%' then null else stopped_because end as because,
         $2 <> 'paused' and stopped_because is not null and not ($8 and stopped_because not like 'canceled%') as stays
       from run where id = $1 for update
     )
     update run set
       state = case when stays then 'paused' else $2 end,
       reason = case when stays then because else $3 end,
       lock_token = case when stays then null else $4::bigint end,
       started_at = case when $2 = 'running' and not stays then coalesce(started_at, now()) else started_at end,
       sending_since = case when $2 = 'running' and not stays then coalesce(sending_since, now()) end,
       gap_ms = case when $2 = 'running' and not stays then gap_ms else coalesce(measured_gap_ms(run.id), gap_ms) end,
       window_opens_at = coalesce($5, window_opens_at), window_closes_at = coalesce($6, window_closes_at),
       waits_until = case when not stays then $7::timestamptz end,
       stopped_because = because
     from stop where run.id = stop.id and finished_at is null
     returning case when stays then because end as "stoppedBecause"`,
    [
      runId,
      state,
      reason,
      lockToken ?? null,
      hours?.opensAt ?? null,
      hours?.closesAt ?? null,
      waitsUntil ?? null,
      resumed,
    ],
  )
  const [row] = rows
  if (!row) return { isOver: true }
  return { isOver: false, ...(row.stoppedBecause !== null && { stoppedBecause: row.stoppedBecause }) }
}

export type FinishedRun = { state: RunState; counts: TargetCounts }

/**
 * Stops every further send of the run: from the commit on, `beginSend` refuses. What was never sent gets the
 * remainder's state, what may have been sent and was not acknowledged is `unknown`.
 */
export async function finishRun(
  database: Database,
  {
    runId,
    remainder,
    canceled,
    reason,
    unlessRetry = false,
  }: {
    runId: string
    remainder: Remainder
    canceled: boolean
    reason: string | null
    /** A run that is open again for a retry had ended: it is not this caller's to end. */
    unlessRetry?: boolean
  },
): Promise<FinishedRun> {
  return await inTransaction(database, async (client) => {
    const { rows } = await client.query<{ state: RunState; finished: boolean }>(
      `select state, finished_at is not null or ($2 and retried_at is not null) as finished
       from run where id = $1 for update`,
      [runId, unlessRetry],
    )
    const run = rows[0]
    if (!run) throw new Error(`There is no run ${runId} to finish.`)
    if (run.finished) return { state: run.state, counts: await countTargets(client, runId) }
    const ended = await client.query<EndedSend>(
      `update send set state = case
           when state = 'sending' then 'unknown' when $2 = 'failed' then 'skipped' else $2 end
       where run_id = $1 and state in ('pending', 'sending') returning state`,
      [runId, remainder.state],
    )
    await client.query(
      `update target t set done_at = now(), reason = $3,
         state = case when exists (select 1 from send s
                                   where s.run_id = t.run_id and s.ordinal = t.ordinal and s.state = 'unknown')
                      then 'unknown' else $2 end
       where run_id = $1 and state = 'pending'`,
      [runId, remainder.state, remainder.reason],
    )
    // One that was terminated while it waited for the lock has left its place.
    await client.query(`delete from lock_request where run_id = $1`, [runId])
    const counts = await countTargets(client, runId)
    const state = finalRunState(counts, canceled)
    await client.query(
      `update run set state = $2, reason = $3, finished_at = now(), lock_token = null,
         waits_until = null, stopped_because = null, sending_since = null, gap_ms = coalesce(measured_gap_ms(id), gap_ms) where id = $1`,
      [runId, state, reason],
    )
    tellEnded(ended.rows)
    return { state, counts }
  })
}
