import type { ReminderDefinition } from '../../../../src/domain/definition.js'
import type { Catalogue } from '../../text/en/index.js'
import type { Format } from '../../text/format.js'

/** The first words of what it says, in one line. */
export function firstWords(definition: ReminderDefinition, text: Catalogue): string {
  const [part] = definition.parts.length > 0 ? definition.parts : (definition.stepParts?.flat() ?? [])
  if (part === undefined) return ''
  const words = part.kind === 'text' ? part.text : part.caption
  return words === undefined || words === '' ? text.reminders.image : words.replaceAll(/\s+/g, ' ').trim()
}

export function audienceWords(definition: ReminderDefinition, text: Catalogue, format: Format): string {
  const { audience } = definition
  if (audience.kind === 'allGroups') return text.reminders.allGroups
  const count = audience.recipients.length
  return text.reminders.recipients(count, format.number(count))
}
