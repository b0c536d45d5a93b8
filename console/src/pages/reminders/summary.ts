import type { ReminderDefinition } from '../../../../src/domain/definition.js'
import { titleOf } from '../../../../src/words/title.js'
import type { Catalogue } from '../../text/en/index.js'
import type { Format } from '../../text/format.js'

/** What people know it by: the first line of what it says. */
export function firstWords(definition: ReminderDefinition, text: Catalogue): string {
  return titleOf(definition) ?? text.reminders.image
}

export function audienceWords(definition: ReminderDefinition, text: Catalogue, format: Format): string {
  const { audience } = definition
  if (audience.kind === 'allGroups') return text.reminders.allGroups
  const count = audience.recipients.length
  return text.reminders.recipients(count, format.number(count))
}
