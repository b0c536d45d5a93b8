import type { ReminderDefinition } from '../../domain/definition.js'
import { storedDefinition } from './definitions.js'
import type { Move, Pending } from '../../domain/firing.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { ReminderState } from '../../domain/states.js'
import type { ReminderKey } from '../../protocol/workflows.js'
import { unasked, type Asker } from '../audit.js'
import type { Queryable } from '../database.js'
import { reasonText } from '../encryption/sealed-value.js'

export type { ReminderKey }

export type RunTrigger = 'schedule' | 'fireNow'

/** A run that has begun, or is to be begun, and has not ended, as its reminder sees it. Times are instants in UTC. */
export type OpenRun = {
  runId: string
  trigger: RunTrigger
  accountId: string
  digest: string
  groupConcurrency: number
  scheduledAt: string
  deadline: string
  priority: number
  /** Of one that was just begun: others have the account's lock or wait for it, so that this one will wait. */
  isAccountBusy?: true
}

/** A cancel or a delete that waits for the runs under way to end. */
export type Ending = { kind: 'cancel' | 'delete'; reason: string }

/** All that a reminder's workflow needs to go on from. */
export type ReminderRow = {
  accountId: string
  state: ReminderState
  reason: string | null
  digest: string
  definition: ReminderDefinition
  revision: number
  pending: Pending
  /** An instant in UTC; only of a paused reminder. */
  pausedUntil?: string
  ending?: Ending
  endedAt: Date | null
  deletedAt: Date | null
  /** The latest last. */
  runs: OpenRun[]
  /** When it was read, by the clock of Postgres. */
  readAtMs: number
}

type Columns = Omit<ReminderRow, 'definition' | 'pending' | 'pausedUntil' | 'ending' | 'readAtMs'> & {
  body: unknown
  readAt: Date
  cursorAt: Date | null
  moved: Move[] | null
  bufferedAt: Date | null
  pausedUntil: Date | null
  ending: Ending['kind'] | null
  endingReason: string | null
}

const columns = `r.account_id as "accountId", r.state, r.reason, r.digest, r.revision,
    r.cursor_at as "cursorAt", r.moved,
    r.buffered_at as "bufferedAt", r.paused_until as "pausedUntil", r.ending, r.ending_reason as "endingReason",
    r.ended_at as "endedAt", r.deleted_at as "deletedAt"`

/** For a transaction: nobody else changes the reminder until it ends. */
export async function lockReminder(db: Queryable, key: ReminderKey): Promise<ReminderRow | undefined> {
  const { rows } = await db.query<Columns>(
    `select ${columns}, l.body, l.runs, l.read_at as "readAt"
     from lock_reminder($1, $2) l cross join lateral (select (l.reminder).*) r`,
    [key.operator, key.dedupeKey],
  )
  return rows[0] && fromColumns(rows[0])
}

/** Takes the dedupe key for this definition. Returns the row, or undefined where the key is taken. */
export async function insertReminder(
  db: Queryable,
  {
    definition,
    ...reminder
  }: ReminderKey & {
    digest: string
    definition: ReminderDefinition
    nextFire: string | null
    cursor?: string
  },
  asker: Asker = unasked,
): Promise<ReminderRow | undefined> {
  const { rows } = await db.query<Omit<Columns, 'body' | 'runs'>>(
    `with r as (
       insert into reminder (operator, dedupe_key, account_id, digest, next_fire, cursor_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (operator, dedupe_key) do nothing returning *
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'reminder:' || operator || '/' || dedupe_key, 'create', $7, $8 from r
     )
     select ${columns}, clock_timestamp() as "readAt" from r`,
    [
      reminder.operator,
      reminder.dedupeKey,
      definition.account,
      reminder.digest,
      reminder.nextFire,
      reminder.cursor ?? null,
      asker.actor,
      asker.via,
    ],
  )
  return rows[0] && { ...withoutBody({ ...rows[0], runs: [] }), definition }
}

/** An ended reminder stays as it ended. */
export async function updateReminder(
  db: Queryable,
  key: ReminderKey,
  row: Omit<ReminderRow, 'definition' | 'runs' | 'readAtMs'> & { nextFire: string | null },
): Promise<void> {
  const { pending, ending } = row
  await db.query(
    `update reminder set account_id = $3, state = $4, reason = $5, digest = $6, revision = $7, next_fire = $8,
       cursor_at = $9, moved = $10, buffered_at = $11, paused_until = $12,
       ending = $13, ending_reason = $14, ended_at = $15, deleted_at = $16
     where operator = $1 and dedupe_key = $2 and ended_at is null`,
    [
      key.operator,
      key.dedupeKey,
      row.accountId,
      row.state,
      reasonText(row.reason),
      row.digest,
      row.revision,
      row.nextFire,
      pending.cursor ?? null,
      pending.moved === undefined ? null : JSON.stringify(pending.moved),
      pending.buffered ?? null,
      row.pausedUntil ?? null,
      ending?.kind ?? null,
      reasonText(ending?.reason ?? null),
      row.endedAt,
      row.deletedAt,
    ],
  )
}

/** Takes an ended reminder out of the lists; false where there is none that has ended. Its history stays. */
export async function hideEndedReminder(db: Queryable, key: ReminderKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reminder set deleted_at = coalesce(deleted_at, now())
     where operator = $1 and dedupe_key = $2 and ended_at is not null`,
    [key.operator, key.dedupeKey],
  )
  return rowCount === 1
}

function fromColumns({ body, ...columns }: Columns): ReminderRow {
  return { ...withoutBody(columns), definition: storedDefinition(body) }
}

function withoutBody(columns: Omit<Columns, 'body'>): Omit<ReminderRow, 'definition'> {
  const { cursorAt, moved, bufferedAt, pausedUntil, ending, endingReason, readAt, ...rest } = columns
  return {
    ...rest,
    runs: rest.runs.map((run) => ({
      ...run,
      scheduledAt: spellInstant(new Date(run.scheduledAt)),
      deadline: spellInstant(new Date(run.deadline)),
    })),
    readAtMs: readAt.getTime(),
    pending: {
      ...(cursorAt && { cursor: spellInstant(cursorAt) }),
      ...(moved && { moved }),
      ...(bufferedAt && { buffered: spellInstant(bufferedAt) }),
    },
    ...(pausedUntil && { pausedUntil: spellInstant(pausedUntil) }),
    ...(ending && { ending: { kind: ending, reason: endingReason ?? '' } }),
  }
}
