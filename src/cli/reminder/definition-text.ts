import { dayName, listed } from '../../domain/calendar/words/names.js'
import type { Audience, OverlapPolicy, Part, ReminderDefinition } from '../../domain/definition.js'
import { printable } from '../../words/printable.js'

/** What a definition says, in words for the screen. */

export function audienceText(audience: Audience): string {
  if (audience.kind === 'allGroups') return 'all groups'
  const groups = audience.recipients.filter((jid) => jid.endsWith('@g.us')).length
  const people = audience.recipients.length - groups
  return [
    groups > 0 ? `${groups} group${groups === 1 ? '' : 's'}` : [],
    people > 0 ? `${people} ${people === 1 ? 'person' : 'people'}` : [],
  ]
    .flat()
    .join(' and ')
}

/** A line for each part; steps with content of their own are told apart. */
export function contentLines({ parts, stepParts, schedule }: ReminderDefinition): string[] {
  if (stepParts === undefined || schedule.kind !== 'steps') return parts.map((part) => partText(part))
  return schedule.steps.flatMap(({ offset, at }, index) => {
    const own = stepParts[index] ?? []
    const name = at === undefined ? offset : `${offset} ${at}`
    return (own.length === 0 ? parts : own).map((part) => `${name}: ${partText(part)}`)
  })
}

export function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return `text "${firstLine(part.text)}"`
    case 'image':
      return `image ${part.media.slice(0, 12)}${part.caption === undefined ? '' : `, "${firstLine(part.caption)}"`}`
  }
}

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? ''
  const isCut = line.length > 60 || line.length < text.length
  return isCut ? `${printable(line.slice(0, 60))}…` : printable(line)
}

export function windowText({ window, schedule }: ReminderDefinition): string | undefined {
  if (window === undefined) return undefined
  const days =
    window.days === undefined
      ? ''
      : ` on ${listed(window.days.map((day) => dayName(day.toUpperCase() as Uppercase<typeof day>)))}`
  return `sends from ${window.from} to ${window.to}${days} (${schedule.zone})`
}

export function overlapText({ overlap, schedule }: ReminderDefinition): string | undefined {
  if (schedule.kind === 'once') return undefined
  const text: Record<OverlapPolicy, string> = {
    bufferOne: 'waits for the run under way',
    skip: 'is skipped while a run is under way',
    cancelOther: 'cancels the run under way',
  }
  return text[overlap]
}

/** `2 parts`: of what is personal, only how much. */
export function contentSize({ parts, stepParts }: ReminderDefinition): string {
  const count = (number: number) => `${number} part${number === 1 ? '' : 's'}`
  const own = stepParts?.filter((step) => step.length > 0).length ?? 0
  return own === 0 ? count(parts.length) : `${count(parts.length)}, ${own} steps with their own`
}
