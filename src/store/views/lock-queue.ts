import type { Queryable } from '../database.js'

export type LockQueueView = {
  accountId: string
  waiting: number
  holder: string | null
  /** Since when nobody has looked at the queue, though somebody should every minute; null where all is well. */
  unservedSince: Date | null
}

/** The queues of the operator's accounts for whose lock runs wait. */
export async function lockQueues(db: Queryable, operator: string): Promise<LockQueueView[]> {
  const { rows } = await db.query<LockQueueView>(
    `select a.id as "accountId", queue.waiting, a.lock_holder as holder,
       case when coalesce(a.lock_served_at, a.lock_woken_at, '-infinity') < now() - interval '5 minutes'
            then coalesce(a.lock_served_at, a.lock_woken_at, a.created_at) end as "unservedSince"
     from account a, lateral (select count(*) as waiting from lock_request where account_id = a.id) queue
     where a.operator = $1 and queue.waiting > 0 order by a.id`,
    [operator],
  )
  return rows
}
