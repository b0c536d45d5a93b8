import { targetStates, type AccountState, type TargetCounts } from '../../domain/states.js'
import { onlyRow, type Queryable } from '../database.js'

export const sendStates = ['pending', 'sending', 'acked', 'failed', 'unknown', 'skipped', 'expired'] as const
export type SendCounts = Record<(typeof sendStates)[number], number>

export type ProgressFacts = {
  targets: TargetCounts
  sends: SendCounts
  /** Sends acknowledged in the last 60 s, and since when there were any: the measured rate. */
  ackedLately: number
  firstAckLately: Date | null
  account: {
    id: string
    state: AccountState
    stateDetail: string | null
    stateUntil: Date | null
    pausedReason: string | null
    ratePerMinute: number
    /** Sends granted in the last 60 s, by every run of the account. */
    slotsUsed: number
    /** Sends in any 24 hours, and when the next may be made where that many were; null is no cap. */
    dailyCap: number | null
    dailyCapUntil: Date | null
    /** The reminder's own limit in any 60 s, and how much of that is taken. */
    reminderLimit: number | null
    reminderSlotsUsed: number
    lockHolder: string | null
  }
  /** The database's clock, which every time above is of. */
  now: Date
}

type Row = Omit<ProgressFacts, 'targets' | 'sends'> & {
  targets: Partial<TargetCounts> | null
  sends: Partial<SendCounts> | null
}

/** Everything that progress is made of, in one statement and so of one moment. */
export async function progressFacts(db: Queryable, runId: string): Promise<ProgressFacts> {
  const { rows } = await db.query<Row>(
    `with moment as materialized (
       select clock_timestamp() as now
     ), sent as materialized (
       select state, count(*) as count, count(*) filter (where acked_at > lately.since) as lately,
         min(acked_at) filter (where acked_at > lately.since) as first
       from send, (select now - interval '60 seconds' as since from moment) lately where run_id = $1 group by state
     ), slot as materialized (
       -- A condition on the time that is the same for every row, and without an "or", finds its place in the index.
       select s.reminder from rate_slot s
       where s.account_id = (select account_id from run where id = $1)
         and s.at > (select now - interval '60 seconds' from moment)
       union all
       select s.reminder from rate_slot s
       where s.account_id = (select account_id from run where id = $1) and s.open
         and s.at <= (select now - interval '60 seconds' from moment)
     )
     select
       (select jsonb_object_agg(state, count) from
          (select state, count(*) from target where run_id = r.id group by state) t) as targets,
       (select jsonb_object_agg(state, count) from sent) as sends,
       (select coalesce(sum(lately), 0)::bigint from sent) as "ackedLately", (select min(first) from sent) as "firstAckLately",
       moment.now,
       jsonb_build_object(
         'id', a.id, 'state', a.state, 'stateDetail', a.state_detail, 'stateUntil', a.state_until,
         'pausedReason', a.paused_reason, 'ratePerMinute', a.rate_per_minute, 'lockHolder', a.lock_holder,
         'dailyCap', day.cap, 'dailyCapUntil', day.until, 'reminderLimit', d.rate_per_minute,
         'reminderSlotsUsed', (select count(*) from slot where reminder = r.dedupe_key),
         'slotsUsed', (select count(*) from slot)) as account
     from moment, run r join account a on a.id = r.account_id join definition d on d.digest = r.digest,
       lateral (select cap, (select at + interval '24 hours' from rate_slot
                             where cap is not null and account_id = a.id
                               and at > (select now - interval '24 hours' from moment)
                             order by at desc offset coalesce(cap, 1) - 1 limit 1) as until
                from (select daily_cap_of(a) as cap) effective) day
     where r.id = $1`,
    [runId],
  )
  const row = onlyRow(rows, 'progress of a run')
  const { stateUntil, dailyCapUntil } = row.account
  return {
    ...row,
    targets: filled(targetStates, row.targets),
    sends: filled(sendStates, row.sends),
    // Inside JSON a timestamp is text.
    account: {
      ...row.account,
      stateUntil: stateUntil === null ? null : new Date(stateUntil),
      dailyCapUntil: dailyCapUntil === null ? null : new Date(dailyCapUntil),
    },
  }
}

/** Sends acknowledged in the last 60 s, and since when there were any: the measured rate. */
export async function ackedLately(
  db: Queryable,
  runId: string,
): Promise<Pick<ProgressFacts, 'ackedLately' | 'firstAckLately' | 'now'>> {
  const { rows } = await db.query<Pick<ProgressFacts, 'ackedLately' | 'firstAckLately' | 'now'>>(
    `select count(*) as "ackedLately", min(acked_at) as "firstAckLately", clock_timestamp() as now
     from send where run_id = $1 and acked_at > clock_timestamp() - interval '60 seconds'`,
    [runId],
  )
  return onlyRow(rows, 'rate of a run')
}

function filled<State extends string>(
  states: readonly State[],
  counts: Partial<Record<State, number>> | null,
): Record<State, number> {
  return Object.fromEntries(states.map((state) => [state, counts?.[state] ?? 0])) as Record<State, number>
}
