import { storedDefinition } from '../reminders/definitions.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import type { Queryable } from '../database.js'

export type OtherReminder = {
  key: string
  nextFire: Date
  definition: ReminderDefinition
}

/** The account's reminders that fire up to an instant, the next one first; one more than `limit` where there are more. */
export async function listFiringUntil(
  db: Queryable,
  query: { operator: string; accountId: string; except: string; until: string; limit: number },
): Promise<OtherReminder[]> {
  const { rows } = await db.query<{ key: string; nextFire: Date; body: unknown }>(
    `select r.dedupe_key as key, r.next_fire as "nextFire", d.sealed_body as body
     from (select * from reminder
           where operator = $1 and account_id = $2 and dedupe_key <> $3 and ended_at is null and next_fire <= $4
           order by next_fire, dedupe_key limit $5) r
       join definition d using (digest)
     order by r.next_fire, r.dedupe_key`,
    [query.operator, query.accountId, query.except, query.until, query.limit + 1],
  )
  return rows.map(({ body, ...rest }) => ({ ...rest, definition: storedDefinition(body) }))
}
