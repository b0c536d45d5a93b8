import type { Database } from '../../store/database.js'
import { createReminderDefinitions } from './define.js'
import { createReminderLife } from './life.js'
import { createReminderOperations } from './operations.js'

export type ReminderActivities = ReturnType<typeof createReminderActivities>

/**
 * What a reminder's workflow does in Postgres: one transaction each, which locks the reminder's row, does all of it or
 * nothing, and tells how the reminder stands. Done twice is done once.
 */
export function createReminderActivities(dependencies: { database: Database }) {
  return {
    ...createReminderDefinitions(dependencies),
    ...createReminderLife(dependencies),
    ...createReminderOperations(dependencies),
  }
}
