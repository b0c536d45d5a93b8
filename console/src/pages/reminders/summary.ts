import type { ReminderDefinition } from '../../../../src/domain/definition.js'
import type { Catalogue } from '../../text/en/index.js'
import type { Format } from '../../text/format.js'

const mostShown = 90

/** The first line of what it says, without WhatsApp's marks: what people know it by. */
export function firstWords(definition: ReminderDefinition, text: Catalogue): string {
  const [part] = definition.parts.length > 0 ? definition.parts : (definition.stepParts?.flat() ?? [])
  if (part === undefined) return ''
  const words = part.kind === 'text' ? part.text : part.caption
  const line = (words ?? '')
    .split('\n')
    .map(unmarked)
    .find((one) => one !== '')
  if (line === undefined) return text.reminders.image
  return line.length > mostShown ? `${line.slice(0, mostShown).trimEnd()} …` : line
}

export function audienceWords(definition: ReminderDefinition, text: Catalogue, format: Format): string {
  const { audience } = definition
  if (audience.kind === 'allGroups') return text.reminders.allGroups
  const count = audience.recipients.length
  return text.reminders.recipients(count, format.number(count))
}

function unmarked(line: string): string {
  return line
    .replace(/^(?:[-*>]|\d{1,2}\.) /, '')
    .replaceAll(/(?<![\p{L}\p{N}])([*_~`]{1,3})(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
