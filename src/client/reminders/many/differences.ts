import { differences, type Difference } from '../../../domain/definition.js'
import type { ReminderView } from '../../../store/views/reminders.js'
import { startField } from '../create.js'
import type { OneOfMany } from './read.js'

/** One that begins "now" begins when the one that exists has said. */
export function differencesOf({ definition, hasOwnStart }: OneOfMany, view: ReminderView): Difference[] {
  return differences(view.definition, definition).filter(({ field }) => hasOwnStart || field !== startField)
}
