import type { Queryable } from '../database.js'

export type SentInHour = {
  /** The place of the hour among those that were asked for, from 0. */
  hour: number
  accountId: string
  /** Messages that WhatsApp has acknowledged. */
  sent: number
}

/**
 * What each account has sent in which hour; those without any are left out. Read from the slots of the limits, which are
 * there for 24 hours, whatever runs and sends are kept. Copies that devices asked for are no messages of their own.
 * @param starts when each of the hours begins, in order: none earlier than 24 hours ago
 */
export async function sentPerHour(
  db: Queryable,
  {
    operator,
    accounts,
    starts,
  }: {
    operator: string
    /** Only those of the operator. */
    accounts?: readonly string[]
    starts: readonly Date[]
  },
): Promise<SentInHour[]> {
  const { rows } = await db.query<SentInHour>(
    `select a.id as "accountId", counted.hour - 1 as hour, counted.sent
     from account a cross join lateral (
       select width_bucket(s.at, $3::timestamptz[]) as hour, count(*) as sent
       from rate_slot s where s.account_id = a.id and s.at >= ($3::timestamptz[])[1] and s.acked group by 1) counted
     where a.operator = $1 and ($2::text[] is null or a.id = any($2)) and counted.hour > 0
     order by 2, 1`,
    [operator, accounts ?? null, starts],
  )
  return rows
}
