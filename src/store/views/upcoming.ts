import type { Queryable } from '../database.js'
import { findReminderViews, type ReminderView } from './reminders.js'

/** The reminders that fire up to an instant, the next one first: of each account as many as are asked for in all, and of those the first. */
export async function listUpcoming(
  db: Queryable,
  {
    operator,
    accountIds,
    until,
    limit,
  }: { operator: string; accountIds?: readonly string[]; until: Date; limit: number },
): Promise<ReminderView[]> {
  const { rows } = await db.query<{ key: string }>(
    `select r.dedupe_key as key from account a cross join lateral (
       select dedupe_key, next_fire from reminder
       where operator = $1 and account_id = a.id and ended_at is null and next_fire <= $2
       order by next_fire limit $3) r
     where a.operator = $1 and ($4::text[] is null or a.id = any ($4))
     order by r.next_fire, r.dedupe_key limit $3`,
    [operator, until, limit, accountIds ?? null],
  )
  const keys = rows.map(({ key }) => key)
  const views = await findReminderViews(db, { operator, keys })
  return keys.flatMap((key) => views.get(key) ?? [])
}
