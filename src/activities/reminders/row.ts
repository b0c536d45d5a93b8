import type { PoolClient } from 'pg'
import { unknownReminder } from '../../protocol/refusals.js'
import { inTransaction, type Database } from '../../store/database.js'
import { lockReminder, type ReminderKey, type ReminderRow } from '../../store/reminders/reminders.js'
import { refusal } from '../../protocol/refusals.js'

/**
 * The workflow's clock, which is Temporal's as of the beginning of a step. It alone says what is due: the clock of this
 * machine may be anywhere (decision 0027).
 */
export function clock({ now }: { now: string }): number {
  return Date.parse(now)
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
