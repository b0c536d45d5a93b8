import { z } from 'zod'
import { definitionDefaults, reminderDefinition, type ReminderDefinition } from './definition.js'

/**
 * Definitions are stored for good, and read in the newest form whatever form they were stored in. A version is added
 * here when the form changes, and none is taken away.
 */

const stored = z.looseObject({ version: z.int() })

/** @throws ZodError for a body that is of no version we know */
export function readDefinition(body: unknown): ReminderDefinition {
  const { version } = stored.parse(body)
  return reminderDefinition.parse(version === 1 ? fromVersion1(body) : body)
}

/** Version 1 had one-off reminders only, and so no policy for occurrences that overlap. */
function fromVersion1(body: unknown): unknown {
  return { overlap: definitionDefaults.overlap, ...stored.parse(body), version: 2 }
}
