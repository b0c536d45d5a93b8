import type { PoolClient } from 'pg'
import { unknownReminder } from '../domain/refusals.js'
import { inTransaction, type Database } from '../store/database.js'
import { lockReminder, type ReminderKey, type ReminderRow } from '../store/reminders.js'
import { refusal } from '../workflows/refusal.js'

/**
 * The workflow's clock, or ours where that is later: it is Temporal's as of the beginning of a step, so it can be
 * behind by as long as Postgres was away, and what is late must not go out for that.
 */
export function clock({ now }: { now: string }): number {
  return Math.max(Date.parse(now), Date.now())
}

/** @throws ApplicationFailure `UnknownReminder`, not retryable */
export async function withReminder<T>(
  database: Database,
  key: ReminderKey,
  work: (client: PoolClient, row: ReminderRow) => Promise<T>,
): Promise<T> {
  return await inTransaction(database, async (client) => {
    const row = await lockReminder(client, key)
    if (!row) throw refusal('UnknownReminder', unknownReminder(key.dedupeKey))
    return await work(client, row)
  })
}
