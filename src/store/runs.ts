import type { PoolClient } from 'pg'
import type { StoredRunArgs } from '../domain/run-args.js'
import type { HeldRun } from '../domain/run-hold.js'
import {
  finalRunState,
  groupsNotRead,
  targetStates,
  type Remainder,
  type RunState,
  type TargetCounts,
} from '../domain/states.js'
import { inTransaction, MissingRow, onlyRow, type Database, type Queryable } from './database.js'
import { tellEnded } from './ledger-channel.js'
import { heldRun, type HoldColumns } from './run-holds.js'
import type { EndedSend } from './sends.js'

export type NewRun = Omit<StoredRunArgs, 'groupConcurrency'>

export type PreparedRun = {
  total: number
  counts: TargetCounts
  state: RunState
  hasWindow: boolean
  /** Some part shows media, which is uploaded before the first send. */
  hasMedia: boolean
  /** The ordinals that are pending, of a run that goes on where some are not. */
  left?: number[]
  /** Nothing was prepared: all groups of the account are its audience, and they were not read whole yet. */
  waitsForGroups?: true
}

/**
 * Creates the run with a row for every target and every send, in one transaction of a few statements whatever the
 * size of the audience, so that progress shows from the first second. Doing it twice is doing it once: the audience
 * "all groups" is resolved the first time only. It may be paused or canceled by then: it has its targets all the same.
 */
export async function prepareRun(database: Database, run: NewRun): Promise<PreparedRun>
/** @param most undefined is returned, and nothing done, where the audience is larger */
export async function prepareRun(
  database: Database,
  run: NewRun,
  options: { most: number },
): Promise<PreparedRun | undefined>
export async function prepareRun(
  database: Database,
  run: NewRun,
  { most = Infinity }: { most?: number } = {},
): Promise<PreparedRun | undefined> {
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
      isNew: boolean
      hasWindow: boolean
      hasMedia: boolean
      waitsForGroups: boolean
      recipients: number
    }>(
      `select r.state, r.prepared_at is null and r.finished_at is null as "isNew",
         d.sending_window is not null as "hasWindow",
         jsonb_path_exists(d.parts, '$[*].media') as "hasMedia",
         d.body -> 'audience' ->> 'kind' = 'allGroups' and a.groups_read_at is null as "waitsForGroups",
         case d.body -> 'audience' ->> 'kind' when 'list' then jsonb_array_length(d.body -> 'audience' -> 'recipients')
           else (select count(*) from account_group g where g.account_id = r.account_id) end as recipients
       from run r join definition d using (digest) join account a on a.id = r.account_id where r.id = $1`,
      [run.runId],
    )
    const { state, isNew, hasWindow, hasMedia, waitsForGroups, recipients } = onlyRow(
      rows,
      `run ${run.runId}`,
    )
    if (isNew && waitsForGroups) {
      await waitForGroups(client, run.runId)
      const counts = await countTargets(client, run.runId)
      return { total: 0, counts, state, hasWindow, hasMedia, waitsForGroups: true }
    }
    if (isNew && recipients > most) return undefined
    if (isNew) {
      await insertTargets(client, run)
      await insertSends(client, run.runId)
      await markPrepared(client, { runId: run.runId, hasWindow })
    }
    const { counts, pending } = await lookAtTargets(client, run.runId)
    const total = sum(counts)
    return { total, counts, state, hasWindow, hasMedia, ...(pending.length < total && { left: pending }) }
  })
}

/** Says so, for people, in the row of a run that is being prepared. */
async function waitForGroups(client: PoolClient, runId: string): Promise<void> {
  await client.query(`update run set reason = $2 where id = $1 and state = 'preparing'`, [
    runId,
    groupsNotRead,
  ])
}

/** The hours of a window are closed until the run has looked: nothing may leave before. */
async function markPrepared(
  client: PoolClient,
  { runId, hasWindow }: { runId: string; hasWindow: boolean },
): Promise<void> {
  const hours = hasWindow ? `, window_opens_at = '-infinity', window_closes_at = '-infinity'` : ''
  await client.query(
    `update run set prepared_at = now(), reason = case when state <> 'preparing' then reason end${hours}
      where id = $1`,
    [runId],
  )
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

const runs = `($2 = 'running' and hold is null)`

/**
 * What its workflow has come to. A run that is held stays so, and one that has ended stays as it ended: a workflow that
 * has not heard of a pause can't take it back. Returns how it is held; undefined when it had ended.
 */
export async function setRunState(
  db: Queryable,
  change: {
    runId: string
    state: 'waiting' | 'running'
    reason: string | null
    lockToken?: number
    /** The hours it is in or waits for; those it had stay where there are none. */
    hours?: { opensAt: string; closesAt: string }
    /** When it goes on by itself, where that is known. */
    waitsUntil?: string
  },
): Promise<HeldRun | undefined> {
  const { runId, state, reason, lockToken, hours, waitsUntil } = change
  const { rows } = await db.query<HoldColumns>(
    `update run set
       state = case when hold is null then $2 else state end,
       reason = case when hold is null then $3 else reason end,
       lock_token = case when hold is null then $4::bigint end,
       started_at = case when ${runs} then coalesce(started_at, now()) else started_at end,
       sending_since = case when ${runs} then coalesce(sending_since, now()) end,
       gap_ms = case when ${runs} then gap_ms else coalesce(measured_gap_ms(id), gap_ms) end,
       window_opens_at = coalesce($5, window_opens_at), window_closes_at = coalesce($6, window_closes_at),
       waits_until = case when hold is null then $7::timestamptz end
     where id = $1 and finished_at is null returning hold, reason`,
    [
      runId,
      state,
      reason,
      lockToken ?? null,
      hours?.opensAt ?? null,
      hours?.closesAt ?? null,
      waitsUntil ?? null,
    ],
  )
  return rows.map((row) => heldRun(row))[0]
}

export type FinishedRun = { state: RunState; counts: TargetCounts }

/**
 * Stops every further send of the run: from the commit on, `beginSend` refuses. What was never sent gets the
 * remainder's state, what may have been sent and was not acknowledged is `unknown`. A run that was canceled in its row
 * ends as that, whoever ends it and why.
 */
export async function finishRun(
  database: Database,
  {
    runId,
    unlessRetry = false,
    ...asked
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
    const { rows } = await client.query<HoldColumns & { state: RunState; finished: boolean }>(
      `select state, hold, reason, finished_at is not null or ($2 and retried_at is not null) as finished
       from run where id = $1 for update`,
      [runId, unlessRetry],
    )
    const run = rows[0]
    if (!run) throw new MissingRow('run', `There is no run ${runId} to finish.`)
    if (run.finished) return { state: run.state, counts: await countTargets(client, runId) }
    const { hold } = heldRun(run)
    const { remainder, canceled, reason } = hold?.kind === 'cancel' ? canceledEnd(hold.because) : asked
    const ended = await client.query<EndedSend>(
      `update send set state = case
           when state = 'sending' then 'unknown' when $2 = 'failed' then 'skipped' else $2 end
       where run_id = $1 and state in ('pending', 'sending') returning state`,
      [runId, remainder.state],
    )
    await client.query(
      `update target t set done_at = now(), reason = $3,
         state = case when (select true from send s
                            where s.run_id = t.run_id and s.ordinal = t.ordinal and s.state = 'unknown' limit 1)
                      then 'unknown' else $2 end
       where run_id = $1 and state = 'pending'`,
      [runId, remainder.state, remainder.reason],
    )
    // One that was terminated while it waited for the lock has left its place.
    await client.query(`delete from lock_request where run_id = $1`, [runId])
    const counts = await countTargets(client, runId)
    const state = finalRunState(counts, canceled)
    await client.query(
      `update run set state = $2, reason = $3, finished_at = now(), lock_token = null, hold = null,
         waits_until = null, sending_since = null, gap_ms = coalesce(measured_gap_ms(id), gap_ms) where id = $1`,
      [runId, state, reason],
    )
    tellEnded(ended.rows)
    return { state, counts }
  })
}

function canceledEnd(because: string) {
  return { remainder: { state: 'skipped', reason: because } as const, canceled: true, reason: because }
}
