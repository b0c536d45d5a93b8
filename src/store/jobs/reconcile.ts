import type { ReminderState, RunState } from '../../domain/states.js'
import type { Queryable } from '../database.js'
import type { StoredRunArgs } from '../../protocol/workflows.js'
import { runArgsColumns, spellRunArgs, type RunArgsRow } from '../runs/run-args.js'

/** The workflows that ought to be running in Temporal, by Postgres' account. */

export type LiveReminder = {
  operator: string
  dedupeKey: string
  accountId: string
  digest: string
  state: ReminderState
  nextFire: Date | null
  /** How long ago it should have acted by itself, in ms; null where that is still to come, or it waits for something. */
  lateMs: number | null
}

const live = `select operator, dedupe_key as "dedupeKey", account_id as "accountId", digest, state,
    next_fire as "nextFire",
    case when state = 'scheduled' and next_fire < now() then extract(epoch from now() - next_fire)::float8 * 1000
         when state = 'paused' and paused_until < now() then extract(epoch from now() - paused_until)::float8 * 1000
    end as "lateMs"
  from reminder where ended_at is null`

/** Of one operator where one is named. */
type Whose = { operator?: string | undefined }

/** A page of the reminders that are not over, by key, so that one that comes or goes meanwhile shifts nothing. */
export async function liveReminders(
  db: Queryable,
  {
    after,
    limit,
    operator,
  }: Whose & { after: Pick<LiveReminder, 'operator' | 'dedupeKey'> | undefined; limit: number },
): Promise<LiveReminder[]> {
  const { rows } = await db.query<LiveReminder>(
    `${live} ${operator === undefined ? '' : 'and operator = $4'} and (operator, dedupe_key) > ($1, $2)
     order by operator, dedupe_key limit $3`,
    [after?.operator ?? '', after?.dedupeKey ?? '', limit, ...(operator === undefined ? [] : [operator])],
  )
  return rows
}

/** Undefined when it is over. */
export async function liveReminder(
  db: Queryable,
  { operator, dedupeKey }: Pick<LiveReminder, 'operator' | 'dedupeKey'>,
): Promise<LiveReminder | undefined> {
  const { rows } = await db.query<LiveReminder>(`${live} and operator = $1 and dedupe_key = $2`, [
    operator,
    dedupeKey,
  ])
  return rows[0]
}

export type UnfinishedRun = StoredRunArgs & {
  state: RunState
  /** It was finished before, and an operator has its failed targets sent to again. */
  isRetry: boolean
  reminderState: ReminderState
  reminderIsOver: boolean
}

const unfinished = `select ${runArgsColumns}, r.state, r.retried_at is not null as "isRetry",
    m.state as "reminderState", m.ended_at is not null as "reminderIsOver"
  from run r join definition d using (digest)
  join reminder m on m.operator = r.operator and m.dedupe_key = r.dedupe_key
  where r.finished_at is null`

type UnfinishedRow = RunArgsRow & Omit<UnfinishedRun, keyof StoredRunArgs>

export async function unfinishedRuns(
  db: Queryable,
  { after, limit, operator }: Whose & { after: string | undefined; limit: number },
): Promise<UnfinishedRun[]> {
  const { rows } = await db.query<UnfinishedRow>(
    `${unfinished} ${operator === undefined ? '' : 'and r.operator = $3'} and r.id > $1 order by r.id limit $2`,
    [after ?? '', limit, ...(operator === undefined ? [] : [operator])],
  )
  return rows.map((row) => spellRunArgs(row))
}

/** Undefined when it has ended. */
export async function unfinishedRun(db: Queryable, runId: string): Promise<UnfinishedRun | undefined> {
  const { rows } = await db.query<UnfinishedRow>(`${unfinished} and r.id = $1`, [runId])
  return rows[0] && spellRunArgs(rows[0])
}

/** The accounts whose session is to be owned by some process: linked, or about to be, or to be taken off. */
export async function accountsWithSession(db: Queryable, { operator }: Whose = {}): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from account where (state not in ('new', 'logged_out', 'banned', 'unlinked', 'removed')
       or id in (select account_id from unlinking)) ${operator === undefined ? '' : 'and operator = $1'}
     order by id`,
    operator === undefined ? [] : [operator],
  )
  return rows.map(({ id }) => id)
}
