import { targetStates, type AccountState, type TargetCounts } from '../domain/states.js'
import { onlyRow, type Queryable } from './database.js'

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
    `select
       (select jsonb_object_agg(state, count) from
          (select state, count(*) from target where run_id = r.id group by state) t) as targets,
       (select jsonb_object_agg(state, count) from
          (select state, count(*) from send where run_id = r.id group by state) s) as sends,
       lately.count as "ackedLately", lately.first as "firstAckLately", clock_timestamp() as now,
       jsonb_build_object(
         'id', a.id, 'state', a.state, 'stateDetail', a.state_detail, 'stateUntil', a.state_until,
         'pausedReason', a.paused_reason, 'ratePerMinute', a.rate_per_minute, 'lockHolder', a.lock_holder,
         'dailyCap', day.cap, 'dailyCapUntil', day.until, 'reminderLimit', (d.body ->> 'ratePerMinute')::int,
         'reminderSlotsUsed', (select count(*) from rate_slot where account_id = a.id and reminder = r.dedupe_key
                               and (open or at > clock_timestamp() - interval '60 seconds')),
         'slotsUsed', (select count(*) from rate_slot
                       where account_id = a.id and (open or at > clock_timestamp() - interval '60 seconds'))) as account
     from run r join account a on a.id = r.account_id join definition d on d.digest = r.digest,
       lateral (select count(*), min(acked_at) as first from send
                where run_id = r.id and acked_at > clock_timestamp() - interval '60 seconds') lately,
       lateral (select cap, (select at + interval '24 hours' from rate_slot
                             where cap is not null and account_id = a.id and at > clock_timestamp() - interval '24 hours'
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
