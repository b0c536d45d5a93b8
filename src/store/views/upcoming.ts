import { onlyRow, type Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'
import { findReminderViews, type ReminderView } from './reminders.js'

export type UpcomingQuery = {
  operator: string
  accountIds?: readonly string[]
  /** No earlier and no later than these. */
  from?: Date
  until?: Date
  limit: number
  /** The sort key of the last row seen: `next_fire` and dedupe key. */
  after?: [string, string]
  /** So many of the first are left out: each of them is read from the index. */
  skip?: number
}

/** The reminders that fire, the next one first: of each account as many as are asked for in all, and of those the first. */
export async function listUpcoming(db: Queryable, query: UpcomingQuery): Promise<Page<ReminderView>> {
  const { operator, limit } = query
  const page = toPage(await upcomingKeys(db, query), {
    limit,
    item: ({ key }) => key,
    cursor: ({ cursorTime, key }) => [cursorTime, key],
  })
  const views = await findReminderViews(db, { operator, keys: page.items })
  return { ...page, items: page.items.flatMap((key) => views.get(key) ?? []) }
}

/** Their keys alone, of one more than the page holds where there are more. */
export async function upcomingKeys(
  db: Queryable,
  { operator, accountIds, from, until, limit, after, skip = 0 }: UpcomingQuery,
): Promise<{ key: string; cursorTime: string }[]> {
  const { rows } = await db.query<{ key: string; cursorTime: string }>(
    `select r.dedupe_key as key, r.next_fire::text as "cursorTime" from account a cross join lateral (
       select dedupe_key, next_fire from reminder
       where operator = $1 and account_id = a.id and ended_at is null and next_fire <= coalesce($2, 'infinity'::timestamptz)
         and next_fire >= coalesce($5, $7, '-infinity'::timestamptz)
         and ($5::timestamptz is null or next_fire > $5 or dedupe_key > $6)
       order by next_fire, dedupe_key limit $3::int + $8::int) r
     where a.operator = $1 and ($4::text[] is null or a.id = any ($4))
     order by r.next_fire, r.dedupe_key limit $3 offset $8`,
    [operator, until ?? null, limit + 1, accountIds ?? null, ...(after ?? [null, null]), from ?? null, skip],
  )
  return rows
}

/** How many there are, counted up to a number. */
export async function countUpcoming(
  db: Queryable,
  {
    operator,
    accountIds,
    from,
    until,
    upTo,
  }: Omit<UpcomingQuery, 'limit' | 'after' | 'skip'> & { upTo: number },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) as count from (
       select from account a cross join lateral (
         select from reminder
         where operator = $1 and account_id = a.id and ended_at is null
           and next_fire between coalesce($2, '-infinity'::timestamptz) and coalesce($3, 'infinity'::timestamptz) limit $5) r
       where a.operator = $1 and ($4::text[] is null or a.id = any ($4)) limit $5) counted`,
    [operator, from ?? null, until ?? null, accountIds ?? null, upTo],
  )
  return onlyRow(rows, 'countUpcoming').count
}
