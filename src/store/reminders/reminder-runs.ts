import type { Omission } from '../../domain/firing.js'
import { runWorkflowId } from '../../domain/ids.js'
import type { RunState } from '../../domain/states.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { Queryable } from '../database.js'
import { reasonText } from '../encryption/sealed-value.js'
import type { OpenRun, ReminderKey } from './reminders.js'

/** The runs of a reminder, as the reminder sees them. */

/**
 * The row of a run that is to be begun; its targets are written by the run itself. Undefined where there is one: the id is
 * the occurrence.
 */
export async function insertRun(
  db: Queryable,
  key: ReminderKey,
  run: Omit<OpenRun, 'runId'> & { revision: number; dueAt: string; localAt: string },
): Promise<OpenRun | undefined> {
  const { revision, dueAt, localAt, ...open } = run
  const { groupConcurrency: _ofDefinition, ...row } = open
  const runId = runWorkflowId(key.operator, key.dedupeKey, row.scheduledAt)
  const {
    rows: [inserted],
  } = await db.query<{ isAccountBusy: boolean }>(
    `insert into run (id, operator, dedupe_key, trigger, account_id, digest, scheduled_at, deadline, priority, revision,
       due_at, local_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11::timestamptz, $7), $12) on conflict (id) do nothing
     returning exists (select from account a where a.id = $5 and a.lock_holder is not null)
       or exists (select from lock_request l where l.account_id = $5) as "isAccountBusy"`,
    [
      runId,
      key.operator,
      key.dedupeKey,
      row.trigger,
      row.accountId,
      row.digest,
      row.scheduledAt,
      row.deadline,
      row.priority,
      revision,
      dueAt,
      localAt,
    ],
  )
  return inserted && { ...open, runId, ...(inserted.isAccountBusy && { isAccountBusy: true }) }
}

/** Occurrences that were not begun leave a row too, so that they are seen. */
export async function insertOmitted(
  db: Queryable,
  key: ReminderKey,
  run: {
    accountId: string
    digest: string
    priority: number
    revision: number
    omitted: readonly (Omission & { localAt: string })[]
  },
): Promise<void> {
  if (run.omitted.length === 0) return
  await db.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, priority, revision, scheduled_at, state, reason, finished_at, due_at, local_at)
     select o.id, $1, $2, $3, $4, $5, $10, o.scheduled_at, o.state, o.reason, now(), nullif(o.due_at, o.scheduled_at), o.local_at
     from unnest($6::text[], $7::timestamptz[], $8::text[], $9::text[], $11::timestamptz[], $12::timestamp[])
       as o (id, scheduled_at, state, reason, due_at, local_at)
     on conflict (id) do nothing`,
    [
      key.operator,
      key.dedupeKey,
      run.accountId,
      run.digest,
      run.priority,
      run.omitted.map(({ occurrence }) => runWorkflowId(key.operator, key.dedupeKey, occurrence)),
      run.omitted.map(({ occurrence }) => occurrence),
      run.omitted.map(({ state }) => state),
      run.omitted.map(({ reason }) => reasonText(reason)),
      run.revision,
      run.omitted.map(({ dueAt }) => dueAt),
      run.omitted.map(({ localAt }) => localAt),
    ],
  )
}

/** Occurrences whose time is to come, and that were left out already for that reason. */
export async function omittedToCome(
  db: Queryable,
  key: ReminderKey,
  { reason, nowMs }: { reason: string; nowMs: number },
): Promise<string[]> {
  const { rows } = await db.query<{ at: Date }>(
    `select scheduled_at as at from run
     where operator = $1 and dedupe_key = $2 and scheduled_at > $3 and state = 'skipped' and reason = $4`,
    [key.operator, key.dedupeKey, new Date(nowMs), reason],
  )
  return rows.map(({ at }) => spellInstant(at))
}

/**
 * They are to be begun after all: a row that says otherwise would hold the run back, whose id it has.
 * @returns how many of them were left out
 */
export async function takeBackOmitted(
  db: Queryable,
  key: ReminderKey,
  occurrences: readonly string[],
): Promise<number> {
  if (occurrences.length === 0) return 0
  const { rowCount } = await db.query(`delete from run where id = any($1) and state = 'skipped'`, [
    occurrences.map((occurrence) => runWorkflowId(key.operator, key.dedupeKey, occurrence)),
  ])
  return rowCount ?? 0
}

export type RunHistory = {
  /** How many were begun, whatever became of them. */
  begun: number
  missed: number
  latest: { state: RunState; reason: string | null } | null
}

export async function runHistory(db: Queryable, key: ReminderKey): Promise<RunHistory> {
  const { rows } = await db.query<RunHistory>(
    `select count(*) filter (where state not in ('missed', 'skipped')) as begun,
       count(*) filter (where state = 'missed') as missed,
       (select jsonb_build_object('state', l.state, 'reason', l.reason) from run l
        where l.operator = $1 and l.dedupe_key = $2 order by l.scheduled_at desc limit 1) as latest
     from run where operator = $1 and dedupe_key = $2`,
    [key.operator, key.dedupeKey],
  )
  return rows[0] ?? { begun: 0, missed: 0, latest: null }
}
