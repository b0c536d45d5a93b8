import type { Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'
import { findReminderViews, type ReminderView } from './reminders.js'

export type UpcomingQuery = {
  operator: string
  accountIds?: readonly string[]
  /** No later than this. */
  until?: Date
  limit: number
  /** The sort key of the last row seen: `next_fire` and dedupe key. */
  after?: [string, string]
}

/** The reminders that fire, the next one first: of each account as many as are asked for in all, and of those the first. */
export async function listUpcoming(db: Queryable, query: UpcomingQuery): Promise<Page<ReminderView>> {
  const { operator, accountIds, until, limit, after } = query
  const { rows } = await db.query<{ key: string; cursorTime: string }>(
    `select r.dedupe_key as key, r.next_fire::text as "cursorTime" from account a cross join lateral (
       select dedupe_key, next_fire from reminder
       where operator = $1 and account_id = a.id and ended_at is null and next_fire <= coalesce($2, 'infinity'::timestamptz)
         and next_fire >= coalesce($5, '-infinity'::timestamptz) and ($5::timestamptz is null or next_fire > $5 or dedupe_key > $6)
       order by next_fire, dedupe_key limit $3) r
     where a.operator = $1 and ($4::text[] is null or a.id = any ($4))
     order by r.next_fire, r.dedupe_key limit $3`,
    [operator, until ?? null, limit + 1, accountIds ?? null, after?.[0] ?? null, after?.[1] ?? null],
  )
  const page = toPage(rows, {
    limit,
    item: ({ key }) => key,
    cursor: ({ cursorTime, key }) => [cursorTime, key],
  })
  const views = await findReminderViews(db, { operator, keys: page.items })
  return { ...page, items: page.items.flatMap((key) => views.get(key) ?? []) }
}
