import type { AccountState, ReminderState, RunState } from '../../domain/states.js'
import type { Queryable } from '../database.js'

/** The state of the whole system at this moment, whichever worker is asked. */
export type AccountMeasures = {
  account: string
  state: AccountState
  paused: boolean
  /** Zero when nobody holds the lock. */
  lockHeldSeconds: number
  /** Runs that have not ended, by state. */
  runs: Partial<Record<RunState, number>>
  pendingTargets: number
}

export async function measureAccounts(db: Queryable): Promise<AccountMeasures[]> {
  const { rows } = await db.query<AccountMeasures>(
    `with open_run as (
       select r.account_id, r.state, count(*) as runs,
         sum((select count(*) from target t where t.run_id = r.id and t.state = 'pending'))::bigint as pending
       from run r where r.finished_at is null group by 1, 2
     )
     select a.id as account, a.state, a.paused_reason is not null as paused,
       coalesce(extract(epoch from now() - a.lock_since), 0)::float8 as "lockHeldSeconds",
       coalesce(jsonb_object_agg(o.state, o.runs) filter (where o.state is not null), '{}') as runs,
       coalesce(sum(o.pending), 0)::bigint as "pendingTargets"
     from account a left join open_run o on o.account_id = a.id
     where a.state <> 'removed'
     group by a.id order by a.id`,
  )
  return rows
}

export type ReminderMeasures = {
  /** Reminders that are not over, by state. */
  reminders: Partial<Record<ReminderState, number>>
  /** How late the reminder is that should have fired first and has not; zero when none is late. */
  overdueSeconds: number
}

export async function measureReminders(db: Queryable): Promise<ReminderMeasures> {
  const { rows } = await db.query<ReminderMeasures>(
    `with open_reminder as (
       select state, count(*) as count, min(next_fire) filter (where state = 'scheduled') as next_fire
       from reminder where ended_at is null group by state
     )
     select coalesce(jsonb_object_agg(state, count), '{}') as reminders,
       coalesce(greatest(0, extract(epoch from now() - min(next_fire))), 0)::float8 as "overdueSeconds"
     from open_reminder`,
  )
  return rows[0] ?? { reminders: {}, overdueSeconds: 0 }
}

export type WebhookMeasures = { waiting: number; oldestSeconds: number }

export async function measureWebhooks(db: Queryable): Promise<WebhookMeasures> {
  const { rows } = await db.query<WebhookMeasures>(
    `select count(*) as waiting, coalesce(extract(epoch from now() - min(coalesce(redelivered_at, at))), 0)::float8 as "oldestSeconds"
     from webhook_delivery where state = 'waiting'`,
  )
  return rows[0] ?? { waiting: 0, oldestSeconds: 0 }
}

/** How long after its time the run's first send to its first target was begun, in seconds. */
export async function dueLag(db: Queryable, runId: string): Promise<number | undefined> {
  const { rows } = await db.query<{ lag: number }>(
    `select extract(epoch from s.sending_at - r.scheduled_at)::float8 as lag
     from send s join run r on r.id = s.run_id
     where s.run_id = $1 and s.ordinal = 0 and s.part = 0`,
    [runId],
  )
  return rows[0]?.lag
}
