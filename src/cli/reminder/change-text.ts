import type { EditResult } from '../../client/reminders/edit.js'
import { describeSchedule } from '../../domain/calendar/words/words.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import { formatDuration } from '../../domain/duration.js'
import { audienceText, contentSize, windowText } from './definition-text.js'

type Field = { name: string; text: (definition: ReminderDefinition) => string }

/** What of a definition is said when it changes: never a text, a number or a name. */
const fields: Record<Exclude<keyof ReminderDefinition, 'version'>, Field> = {
  schedule: { name: 'schedule', text: ({ schedule }) => describeSchedule(schedule) },
  audience: { name: 'to', text: ({ audience }) => audienceText(audience) },
  parts: { name: 'content', text: contentSize },
  stepParts: { name: 'content of the steps', text: contentSize },
  window: { name: 'window', text: (definition) => windowText(definition) ?? 'any hour' },
  catchUpMs: { name: 'catch-up', text: ({ catchUpMs }) => formatDuration(catchUpMs) },
  deliverWithinMs: { name: 'deliver within', text: ({ deliverWithinMs }) => formatDuration(deliverWithinMs) },
  account: { name: 'account', text: ({ account }) => account },
  overlap: { name: 'overlap', text: ({ overlap }) => overlap },
  priority: { name: 'priority', text: ({ priority }) => String(priority) },
  onUncertain: { name: 'if unsure', text: ({ onUncertain }) => onUncertain },
  groupConcurrency: { name: 'groups at once', text: ({ groupConcurrency }) => String(groupConcurrency) },
  ratePerMinute: {
    name: 'limit',
    text: ({ ratePerMinute }) =>
      ratePerMinute === undefined ? "the account's own" : `${ratePerMinute} a minute`,
  },
}

/** A line for each field that differs: what it was and what it is. */
export function changeLines({
  before,
  definition,
  differences,
}: Pick<EditResult, 'before' | 'definition' | 'differences'>): string[] {
  const names = new Set(differences.map(({ field }) => field.split(/[.[]/)[0] ?? field))
  return [...names].map((key) => {
    const field = key in fields ? fields[key as keyof typeof fields] : undefined
    if (field === undefined) return `${key} is another one`
    const [was, is] = [field.text(before), field.text(definition)]
    return was === is ? `${field.name}: other than before, ${is}` : `${field.name}: ${was} → ${is}`
  })
}
