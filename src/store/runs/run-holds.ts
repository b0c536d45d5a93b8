import type { HeldRun, RunHold, RunWish } from '../../domain/run-hold.js'
import type { RecordedRequest } from '../../protocol/payloads.js'
import { askedOnce, askedParameters } from '../audit.js'
import type { Queryable } from '../database.js'
import type { ReminderKey } from '../reminders/reminders.js'
import { reasonText } from '../encryption/sealed-value.js'

export type HoldColumns = {
  hold: 'run' | 'reminder' | 'cancel' | null
  reason: string | null
  hasEnded?: boolean
}

// From the commit on no send begins (`beginSend`), and the workflow can't write that it runs (`setRunState`).
const stopped = `state = 'paused', lock_token = null, waits_until = null, sending_since = null,
  gap_ms = coalesce(measured_gap_ms(id), gap_ms)`
const goesOn = `hold = null, reason = null, state = case when prepared_at is null then 'preparing' else 'waiting' end`
const ofReminder = `operator = $1 and dedupe_key = $2 and finished_at is null`

/** How the row says that an operator stopped this run. */
const holdFor: Record<RunHold['kind'], string> = { pause: 'run', cancel: 'cancel' }

/**
 * Once for each request: one that is done again would take back what came after it. A cancel stays one. Returns how the
 * run is held now; undefined where there is no such run yet.
 */
export async function holdRun(
  db: Queryable,
  { runId, wish, request }: { runId: string; wish: RunWish; request: RecordedRequest },
): Promise<HeldRun | undefined> {
  const open = `select operator, id from run where id = $1 and finished_at is null`
  const asked = [runId, ...askedParameters(wish.kind, request)]
  if (wish.kind === 'resume')
    await db.query(
      `with ${askedOnce(open, 2)}
       update run set ${goesOn}
       where id = (select id from asked) and finished_at is null and hold in ('run', 'reminder')`,
      asked,
    )
  else
    await db.query(
      `with ${askedOnce(open, 2)}
       update run set hold = $7, reason = $8, ${stopped}
       where id = (select id from asked) and finished_at is null and hold is distinct from 'cancel'`,
      [...asked, holdFor[wish.kind], reasonText(wish.because)],
    )
  return await findHold(db, runId)
}

/** Undefined where there is no such run. */
export async function findHold(db: Queryable, runId: string): Promise<HeldRun | undefined> {
  const { rows } = await db.query<HoldColumns>(
    `select hold, reason, finished_at is not null as "hasEnded" from run where id = $1`,
    [runId],
  )
  return rows.map((row) => heldRun(row))[0]
}

export function heldRun({ hold, reason, hasEnded = false }: HoldColumns): HeldRun {
  if (hasEnded) return { hasEnded }
  if (hold === null) return {}
  const kind = hold === 'cancel' ? 'cancel' : 'pause'
  return { hold: { kind, because: reason ?? (kind === 'cancel' ? 'canceled' : 'paused') } }
}

/** With the reminder's own pause, in one transaction. A run that was paused for itself stays so. */
export async function pauseRunsOf(db: Queryable, key: ReminderKey, because: string): Promise<void> {
  await db.query(
    `update run set hold = 'reminder', reason = $3, ${stopped}
     where ${ofReminder} and (hold is null or hold = 'reminder')`,
    [key.operator, key.dedupeKey, reasonText(because)],
  )
}

/** Those that the reminder's pause held, and no others. */
export async function resumeRunsOf(db: Queryable, key: ReminderKey): Promise<void> {
  await db.query(`update run set ${goesOn} where ${ofReminder} and hold = 'reminder'`, [
    key.operator,
    key.dedupeKey,
  ])
}

/** With the reminder's end, in one transaction. */
export async function cancelRunsOf(db: Queryable, key: ReminderKey, because: string): Promise<void> {
  await db.query(
    `update run set hold = 'cancel', reason = $3, ${stopped}
     where ${ofReminder} and hold is distinct from 'cancel'`,
    [key.operator, key.dedupeKey, reasonText(because)],
  )
}

/** With the request to remove the account, in one transaction. Returns those that have not ended, whatever holds them. */
export async function cancelRunsOfAccount(
  db: Queryable,
  accountId: string,
  because: string,
): Promise<string[]> {
  await db.query(
    `update run set hold = 'cancel', reason = $2, ${stopped}
     where id = any (array(
       select id from run where account_id = $1 and finished_at is null and hold is distinct from 'cancel'
       order by id for update)) and finished_at is null`,
    [accountId, reasonText(because)],
  )
  const { rows } = await db.query<{ id: string }>(
    `select id from run where account_id = $1 and finished_at is null order by id`,
    [accountId],
  )
  return rows.map(({ id }) => id)
}

/** The next occurrence takes the place of those under way. What an operator had sent by hand, or again, goes on. */
export async function supersedeRunsOf(db: Queryable, key: ReminderKey, because: string): Promise<void> {
  await db.query(
    `update run set hold = 'cancel', reason = $3, ${stopped}
     where ${ofReminder} and hold is distinct from 'cancel' and trigger = 'schedule' and retried_at is null`,
    [key.operator, key.dedupeKey, reasonText(because)],
  )
}
