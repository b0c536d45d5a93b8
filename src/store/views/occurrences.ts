import type { Schedule } from '../../domain/definition.js'
import type { Move } from '../../domain/firing.js'
import type { RunState } from '../../domain/states.js'
import type { Queryable } from '../database.js'

/** What a calendar shows of many reminders: what they are due by, and what became of what was due. */

export type FiringReminder = {
  key: string
  schedule: Schedule
  nextFire: Date
  /** The calendar's occurrences up to here are dealt with, or among the moved ones. */
  dealtWithUntil: Date | null
  moved: Move[] | null
  bufferedAt: Date | null
  /** Of a paused one, which fires nothing before. */
  pausedUntil: Date | null
}

export type FiringQuery = {
  operator: string
  accounts?: readonly string[]
  key?: string
  until: Date
  limit: number
  /** The last one seen. */
  after?: { nextFire: Date; key: string }
}

/** Those that fire by then, the next one first; schedules as they were checked when they were stored. */
export async function listFiring(db: Queryable, query: FiringQuery): Promise<FiringReminder[]> {
  const { operator, accounts, key, until, limit, after } = query
  const { rows } = await db.query<FiringReminder>(
    `select r.dedupe_key as key, d.sealed_body -> 'schedule' as schedule, r.next_fire as "nextFire",
       r.cursor_at as "dealtWithUntil", r.moved, r.buffered_at as "bufferedAt", r.paused_until as "pausedUntil"
     from reminder r join definition d using (digest)
     where r.operator = $1 and r.ended_at is null and r.next_fire <= $2
       and (r.state <> 'paused' or r.paused_until is not null)
       and ($3::text[] is null or r.account_id = any ($3)) and ($4::text is null or r.dedupe_key = $4)
       and ($5::timestamptz is null or (r.next_fire, r.dedupe_key) > ($5, $6))
     order by r.next_fire, r.dedupe_key limit $7`,
    [operator, until, accounts ?? null, key ?? null, after?.nextFire ?? null, after?.key ?? null, limit],
  )
  return rows
}

export type PastOccurrence = {
  id: string
  key: string
  state: RunState
  /** The time that the calendar has. */
  occurrence: Date
  dueAt: Date
  /** What the clock of its zone showed, `2026-11-24T09:00:00`. */
  local: string
}

export type DaysQuery = {
  operator: string
  accounts?: readonly string[]
  key?: string
  /** Both inclusive, `2026-11-24`, on the clock of each reminder's zone. */
  from: string
  to: string
}

const wall = `coalesce(r.local_at, timezone('UTC', r.scheduled_at))`
// One that an edit dropped before its time is none of the calendar's any more, and one that was taken out is.
const isShown = `not (r.state = 'skipped' and r.scheduled_at > now() and not exists (
    select from reminder m where m.operator = r.operator and m.dedupe_key = r.dedupe_key
      and m.moved @> jsonb_build_array(jsonb_build_object('from',
        to_char(r.scheduled_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))))`
const isWanted = `r.operator = $1 and ($4::text[] is null or r.account_id = any ($4))
  and ($5::text is null or r.dedupe_key = $5) and ${isShown}`

function valuesOf({ operator, from, to, accounts, key }: DaysQuery): unknown[] {
  return [operator, from, to, accounts ?? null, key ?? null]
}

/** Those that have a run, or a row that says why there is none: by their times, of each day the first `perDay`. */
export async function listPastOccurrences(
  db: Queryable,
  { perDay, limit, after, ...query }: DaysQuery & { perDay: number; limit: number; after?: [string, string] },
): Promise<PastOccurrence[]> {
  const { rows } = await db.query<PastOccurrence>(
    `select found.* from generate_series($2::timestamp, $3::timestamp, '1 day') as its (day) cross join lateral (
       select r.id, r.dedupe_key as key, r.state, r.scheduled_at as occurrence, coalesce(r.due_at, r.scheduled_at) as "dueAt",
         to_char(${wall}, 'YYYY-MM-DD"T"HH24:MI:SS') as local
       from run r where ${isWanted} and ${wall} >= its.day and ${wall} < its.day + interval '1 day'
         and ($6::timestamp is null or (${wall}, r.id collate "C") > ($6, $7))
       order by ${wall}, r.id collate "C" limit $8) found
     order by found.local, found.id collate "C" limit $9`,
    [...valuesOf(query), after?.[0] ?? null, after?.[1] ?? null, perDay, limit],
  )
  return rows
}

export type DayCount = { day: string; count: number; troubled: number }

/** How many of them each day has, and how many of those went wrong. Days without any are not there. */
export async function countPastOccurrences(db: Queryable, query: DaysQuery): Promise<DayCount[]> {
  const { rows } = await db.query<DayCount>(
    `select to_char(${wall}, 'YYYY-MM-DD') as day, count(*)::int as count,
       count(*) filter (where r.state in ('failed', 'partial', 'missed'))::int as troubled
     from run r where ${isWanted} and ${wall} >= $2::timestamp and ${wall} < $3::timestamp + interval '1 day'
     group by 1`,
    valuesOf(query),
  )
  return rows
}
