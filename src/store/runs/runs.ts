import type { StoredRunArgs } from '../../protocol/workflows.js'
import type { LockGrant } from '../../domain/lock-queue.js'
import type { HeldRun } from '../../domain/run-hold.js'
import {
  groupsNotRead,
  targetStates,
  waitsForLock,
  type Remainder,
  type RunState,
  type TargetCounts,
} from '../../domain/states.js'
import type { PreparedRun, RunOutcome } from '../../protocol/payloads.js'
import { spellInstant } from '../../domain/hours/zone.js'
import { MissingRow, onlyRow, type Queryable } from '../database.js'
import { grantIn } from '../accounts/lock-queue.js'
import { tellEnded } from '../sends/ledger-channel.js'
import { heldRun, type HoldColumns } from './run-holds.js'
import type { EndedSend } from '../sends/sends.js'
import { reasonText } from '../encryption/sealed-value.js'

export type NewRun = Omit<StoredRunArgs, 'groupConcurrency'>

/** `wakes`: the lock's workflow must be told, by the caller. */
export type NewlyPrepared = PreparedRun & { wakes: boolean }

/**
 * Creates the run with a row for every target and every send, in one statement whatever the size of the audience, so
 * that progress shows from the first second. Doing it twice is doing it once: the audience "all groups" is resolved the
 * first time only. It may be paused or canceled by then: it has its targets all the same.
 *
 * @param preparing `takesLock`: where nothing holds it up it has the lock of its account, and runs, or its place in the
 *   queue for it
 * @returns undefined, and nothing is done, where it has more recipients than `most`
 */
export async function prepareRun(
  db: Queryable,
  run: NewRun,
  preparing?: { takesLock?: boolean },
): Promise<NewlyPrepared>
export async function prepareRun(
  db: Queryable,
  run: NewRun,
  preparing: { takesLock?: boolean; most: number },
): Promise<NewlyPrepared | undefined>
export async function prepareRun(
  db: Queryable,
  run: NewRun,
  { takesLock = false, most }: { takesLock?: boolean; most?: number } = {},
): Promise<NewlyPrepared | undefined> {
  const { rows } = await db.query<
    HoldColumns & {
      outcome: 'prepared' | 'waitsForGroups' | 'larger'
      state: RunState
      hasWindow: boolean
      hasMedia: boolean
      counts: Partial<TargetCounts>
      pending: number[]
      lock: number | null
      wakes: boolean | null
      deadline: Date
    }
  >(
    `select outcome, state, hold, reason, has_window as "hasWindow", has_media as "hasMedia", counts, pending, lock,
       wakes, deadline
     from prepare_run($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      run.runId,
      run.operator,
      run.dedupeKey,
      run.accountId,
      run.digest,
      run.scheduledAt,
      run.deadline,
      run.priority,
      most ?? null,
      takesLock,
      groupsNotRead,
      waitsForLock,
    ],
  )
  const { outcome, state, hasWindow, hasMedia, pending, lock, wakes, deadline, ...row } = onlyRow(
    rows,
    `run ${run.runId}`,
  )
  if (outcome === 'larger') return undefined
  const counts = allCounts(row.counts)
  const total = sum(counts)
  return {
    total,
    counts,
    state,
    deadline: spellInstant(deadline),
    hasWindow,
    hasMedia,
    ...heldRun(row),
    ...(lock !== null && { lockToken: lock }),
    ...(wakes !== null && lock === null && { waits: true }),
    wakes: wakes === true && lock === null,
    ...(outcome === 'waitsForGroups' && { waitsForGroups: true }),
    ...(pending.length < total && { left: pending }),
  }
}

function allCounts(counts: Partial<TargetCounts>): TargetCounts {
  return { ...noCounts, ...counts }
}

const noCounts = Object.fromEntries(targetStates.map((state) => [state, 0])) as TargetCounts

export async function countTargets(db: Queryable, runId: string): Promise<TargetCounts> {
  const { rows } = await db.query<{ state: keyof TargetCounts; count: number }>(
    `select state, count(*) as count from target where run_id = $1 group by state`,
    [runId],
  )
  return allCounts(Object.fromEntries(rows.map(({ state, count }) => [state, count])))
}

function sum(counts: TargetCounts): number {
  return targetStates.reduce((total, state) => total + counts[state], 0)
}

const runs = `($2 = 'running' and hold is null)`

/**
 * What its workflow has come to. A run that is held stays so, and one that has ended stays as it ended: a workflow that
 * has not heard of a pause can't take it back. Returns how it is held.
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
): Promise<HeldRun> {
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
      reasonText(reason),
      lockToken ?? null,
      hours?.opensAt ?? null,
      hours?.closesAt ?? null,
      waitsUntil ?? null,
    ],
  )
  return rows.map((row) => heldRun(row))[0] ?? { hasEnded: true }
}

/**
 * Stops every further send of the run: from the commit on, `beginSend` refuses. What was never sent gets the
 * remainder's state, what may have been sent and was not acknowledged is `unknown`. A run that was canceled in its row
 * ends as that, whoever ends it and why. It gives back the lock of the account, which goes to the next, or
 * its place in the queue.
 *
 * @returns `granted`: who has the lock by that, and must be told
 */
export async function finishRun(
  db: Queryable,
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
): Promise<{ outcome: RunOutcome; granted: LockGrant | undefined }> {
  const { rows } = await db.query<{
    state: RunState | null
    counts: Partial<TargetCounts>
    ended: EndedSend['state'][]
    granted: string | null
    token: number | null
    runs: boolean | null
  }>(
    `select state, counts, ended, granted, token, granted_runs as runs from finish_run($1, $2, $3, $4, $5, $6)`,
    [runId, remainder.state, reasonText(remainder.reason), canceled, reasonText(reason), unlessRetry],
  )
  const { state, counts, ended, ...next } = onlyRow(rows, 'finish_run')
  if (state === null) throw new MissingRow('run', `There is no run ${runId} to finish.`)
  tellEnded(ended.map((one) => ({ state: one })))
  return { outcome: { state, counts: allCounts(counts) }, granted: grantIn(next) }
}
