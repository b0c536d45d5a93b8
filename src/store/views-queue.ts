import type { QueuedRun, QueueFacts } from '../domain/eta.js'
import { dayWindowMs, rateWindowMs, type LimitUse } from '../domain/rate-window.js'
import { onlyRow, type Queryable } from './database.js'

const span = `interval '${rateWindowMs} milliseconds'`
const day = `interval '${dayWindowMs} milliseconds'`
/** A timestamp as ms since 1970. */
const ms = (time: string) => `(extract(epoch from ${time}) * 1000)::float8`

/** `LimitUse` as JSON: of the slots, only as many as the runs can come to need. */
const use = (limit: string, slots: string) => `(
  select jsonb_build_object('limit', ${limit}, 'slotsUsed', used.count, 'oldestSlotsMs', array(
      select ${ms('at')} from ${slots}
      order by at limit (select count from needed) + greatest(0, used.count - ${limit})))
  from (select count(*) from ${slots}) used)`

type Row = Omit<QueueFacts, 'runs'> & { runs: QueuedRun[] | null; minute: LimitUse; day: LimitUse | null }

/** Everything that says when the runs of an account will have ended, in one statement and so of one moment. */
export async function queueFacts(db: Queryable, accountId: string): Promise<QueueFacts> {
  const { rows } = await db.query<Row>(
    `with a as materialized (
       select id, rate_per_minute, daily_cap_of(account) as daily_cap, lock_holder, state, state_until, paused_reason,
         clock_timestamp() as now
       from account where id = $1
     ), queue as materialized (
       select r.id, r.state, r.priority, r.scheduled_at, r.deadline, r.created_at, r.dedupe_key, d.body,
         (d.body ->> 'ratePerMinute')::int as own_limit,
         (select count(*) from send s where s.run_id = r.id and s.state in ('pending', 'sending')) as remaining
       from run r join definition d on d.digest = r.digest
       where r.account_id = $1 and r.finished_at is null
     ), needed as (
       select coalesce(sum(remaining), 0) as count from queue
     ), slot as materialized (
       select at, begun, reminder from rate_slot where account_id = $1 and at > (select now from a) - ${span}
     )
     select ${ms('a.now')} as "nowMs", a.lock_holder as holder,
       case when a.paused_reason is not null then null
            when a.state = 'connected' then ${ms('a.now')}
            when a.state in ('limited', 'time_locked') then ${ms('a.state_until')} end as "freeFromMs",
       ${use('a.rate_per_minute', 'slot')} as minute,
       case when a.daily_cap is not null
            then ${use('a.daily_cap', `rate_slot where account_id = a.id and at > a.now - ${day}`)} end as day,
       coalesce(measured_gap_ms(a.lock_holder),
                (select gap_ms from run where account_id = a.id and gap_ms is not null
                 order by finished_at desc nulls first limit 1)) as "gapMs",
       (select ${ms('at')} from rate_slot
        where account_id = a.id and acked and at >= (select sending_since from run where id = a.lock_holder)
        order by at desc limit 1) as "lastAckMs",
       (select count(*) from send where run_id = a.lock_holder and state = 'sending')
         + (select count(*) from slot where not begun) as "inFlight",
       (select jsonb_agg(jsonb_build_object('id', id, 'state', state, 'remainingSends', remaining,
          'priority', priority, 'scheduledAt', scheduled_at, 'deadlineMs', ${ms('deadline')},
          'window', body -> 'window', 'zone', body -> 'schedule' ->> 'zone', 'reminder', dedupe_key,
          'ownLimit', case when own_limit is not null
                           then ${use('queue.own_limit', 'slot where slot.reminder = queue.dedupe_key')} end)
          order by created_at) from queue) as runs
     from a`,
    [accountId],
  )
  const row = onlyRow(rows, `queue of account ${accountId}`)
  return { ...row, runs: row.runs ?? [] }
}
