import { dayWindowMs, rateWindowMs } from '../../domain/rate-window.js'
import { onlyRow, type Queryable } from '../database.js'

const span = `interval '${rateWindowMs} milliseconds'`
const day = `interval '${dayWindowMs} milliseconds'`
/** A timestamp as ms since 1970. */
const ms = (time: string) => `(extract(epoch from ${time}) * 1000)::float8`

/** `LimitUse` as JSON: of the slots, only as many as the runs can come to need. */
const use = (limit: string, slots: string) => `(
  select json_build_object('limit', ${limit}, 'slotsUsed', used.count, 'oldestSlotsMs', array(
      select ${ms('at')} from ${slots}
      order by at limit (select count from needed) + greatest(0, used.count - ${limit})))
  from (select count(*) from ${slots}) used)`

/** `QueueFacts` as JSON, not parsed: of thousands of runs that takes longer than one thread should be held up. */
export type QueueFactsText = { facts: string; runs: number; sends: number }

/**
 * Everything that says when the runs of an account will have ended, in one statement and so of one moment. Near-linear in
 * runs: what they share is read once, and nothing of a definition's body.
 */
export async function queueFactsText(db: Queryable, accountId: string): Promise<QueueFactsText> {
  const { rows } = await db.query<QueueFactsText>(
    `with a as materialized (
       select id, rate_per_minute, daily_cap_of(account) as daily_cap, lock_holder, state, state_until, paused_reason,
         clock_timestamp() as now
       from account where id = $1
     ), queue as materialized (
       select r.id, r.state, r.priority, r.scheduled_at, r.deadline, r.created_at, r.dedupe_key, q.arrival,
         d.sending_window, d.zone, d.rate_per_minute as own_limit,
         (select count(*) from send s where s.run_id = r.id and s.state in ('pending', 'sending')) as remaining
       from run r join definition d on d.digest = r.digest left join lock_request q on q.run_id = r.id
       where r.account_id = $1 and r.finished_at is null
     ), needed as (
       select coalesce(sum(remaining), 0)::bigint as count from queue
     ), slot as materialized (
       select at, begun, reminder from rate_slot where account_id = $1 and at > (select now from a) - ${span}
     ), of_reminder as materialized (
       select reminder, count(*) as used, array_agg(${ms('at')} order by at) as times
       from slot where reminder is not null group by reminder
     )
     select (select count(*) from queue) as runs, (select count from needed) as sends, json_build_object(
       'nowMs', ${ms('a.now')}, 'holder', a.lock_holder,
       'freeFromMs', case when a.paused_reason is not null then null
                          when a.state = 'connected' then ${ms('a.now')}
                          when a.state in ('limited', 'time_locked') then ${ms('a.state_until')} end,
       'minute', ${use('a.rate_per_minute', 'slot')},
       'day', case when a.daily_cap is not null
                   then ${use('a.daily_cap', `rate_slot where account_id = a.id and at > a.now - ${day}`)} end,
       'gapMs', coalesce(measured_gap_ms(a.lock_holder),
                         (select gap_ms from run where account_id = a.id and gap_ms is not null
                          order by finished_at desc nulls first limit 1)),
       'lastAckMs', (select ${ms('at')} from rate_slot
                     where account_id = a.id and acked and at >= (select sending_since from run where id = a.lock_holder)
                     order by at desc limit 1),
       'inFlight', (select count(*) from send where run_id = a.lock_holder and state = 'sending')
                   + (select count(*) from slot where not begun),
       'runs', (select coalesce(json_agg(json_build_object('id', id, 'state', state, 'remainingSends', remaining,
          'priority', priority, 'scheduledAt', scheduled_at, 'deadlineMs', ${ms('deadline')},
          'window', sending_window, 'zone', zone, 'reminder', dedupe_key,
          'ownLimit', case when own_limit is not null then json_build_object(
            'limit', own_limit, 'slotsUsed', coalesce(used, 0), 'oldestSlotsMs', coalesce(
              times[1:least(used, (select count from needed) + greatest(0, used - own_limit))], '{}')) end)
          order by arrival, created_at), '[]')
          from queue left join of_reminder on reminder = dedupe_key and own_limit is not null))::text as facts
     from a`,
    [accountId],
  )
  return onlyRow(rows, `queue of account ${accountId}`)
}
