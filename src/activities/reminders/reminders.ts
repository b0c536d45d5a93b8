import type { Database } from '../../store/database.js'
import { createReminderLife } from './life.js'
import { createReminderOperations } from './operations.js'
import { createReminderKeys } from './take-key.js'

export type ReminderActivities = ReturnType<typeof createReminderActivities>

/**
 * The steps of a reminder's workflow in Postgres. Each is one transaction, which locks the reminder's row, does all or
 * nothing, and answers how the reminder stands. Done twice is done once.
 */
export function createReminderActivities(dependencies: { database: Database }) {
  return {
    ...createReminderKeys(dependencies),
    ...createReminderLife(dependencies),
    ...createReminderOperations(dependencies),
  }
}
