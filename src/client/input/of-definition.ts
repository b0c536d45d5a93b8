import type { Calendar, RecurringCalendar, StepsCalendar } from '../../domain/calendar/calendar.js'
import {
  definitionDefaults,
  type Audience,
  type Part,
  type ReminderDefinition,
} from '../../domain/definition.js'
import { formatDuration, parseDuration } from '../../domain/duration.js'
import type { SendingWindow } from '../../domain/hours/window.js'
import type { ReminderInput } from './schema/reminder.js'

/**
 * A stored definition as the input that makes the very same one, wherever and whenever it is read. Browsers have it too: it
 * imports no calendar.
 */

/** Each field of a definition: one that is missing here does not compile, or an edit would take it away. */
const inputOf: Record<keyof ReminderDefinition, (definition: ReminderDefinition) => ReminderInput> = {
  version: () => ({}),
  account: ({ account }) => ({ account }),
  audience: ({ audience }) => ({ to: recipientsInput(audience) }),
  schedule: ({ schedule }) => scheduleInput(schedule),
  parts: (definition) => contentInput(definition),
  // With the steps of the schedule, which they are the content of.
  stepParts: (definition) => stepsInput(definition),
  overlap: ({ overlap }) => ({ overlap }),
  window: ({ window }) => ({ window: window && windowText(window) }),
  priority: ({ priority }) => ({ priority }),
  catchUpMs: ({ catchUpMs }) => ({ catchUp: durationText(catchUpMs) }),
  deliverWithinMs: ({ deliverWithinMs }) => ({ deliverWithin: durationText(deliverWithinMs) }),
  onUncertain: ({ onUncertain }) => ({ onUncertain }),
  groupConcurrency: ({ groupConcurrency }) => ({ groupConcurrency }),
  ratePerMinute: ({ ratePerMinute }) => ({ ratePerMinute }),
}

/** Every field that it has. */
export function inputOfDefinition(definition: ReminderDefinition): ReminderInput {
  return onlyThere(Object.values(inputOf).map((fields) => fields(definition)))
}

/** The same without when it is sent and what: an edit looks at the former, and keeps the latter as it is stored. */
export function rulesOfDefinition(definition: ReminderDefinition): ReminderInput {
  const { parts: _parts, stepParts: _stepParts, schedule: _schedule, ...rules } = inputOf
  return onlyThere(Object.values(rules).map((fields) => fields(definition)))
}

const defaults: ReminderInput = {
  overlap: definitionDefaults.overlap,
  priority: definitionDefaults.priority,
  catchUp: durationText(definitionDefaults.catchUpMs),
  deliverWithin: durationText(definitionDefaults.deliverWithinMs),
  onUncertain: definitionDefaults.onUncertain,
  groupConcurrency: definitionDefaults.groupConcurrency,
}

/** For people to read: without the fields that say what holds where they are not given. */
export function briefInputOfDefinition(definition: ReminderDefinition): ReminderInput {
  return Object.fromEntries(
    Object.entries(inputOfDefinition(definition)).filter(
      ([name, value]) => defaults[name as keyof ReminderInput] !== value,
    ),
  )
}

/** What takes the place of all that a reminder was, as the changes of an edit: what it has not is taken away. */
export function replacementOf(definition: ReminderDefinition): ReminderInput {
  return { ...taken, ...inputOfDefinition(definition) }
}
const taken: ReminderInput = {
  until: null,
  count: null,
  except: null,
  also: null,
  window: null,
  ratePerMinute: null,
}

function onlyThere(fields: readonly ReminderInput[]): ReminderInput {
  const all = Object.assign({}, ...fields) as ReminderInput
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

export function scheduleInput(schedule: Calendar): ReminderInput {
  switch (schedule.kind) {
    case 'once':
      return { at: schedule.at, zone: schedule.zone }
    case 'recurring':
      return onlyThere(Object.values(recurringInput).map((fields) => fields(schedule)))
    case 'steps':
      return {
        anchor: schedule.anchor,
        steps: schedule.steps.map((step) => stepText(step)),
        zone: schedule.zone,
      }
  }
}

const recurringInput: Record<keyof RecurringCalendar, (schedule: RecurringCalendar) => ReminderInput> = {
  kind: () => ({}),
  rule: ({ rule }) => (rule.kind === 'cron' ? { cron: rule.cron } : { repeat: rule.rrule }),
  start: ({ start }) => ({ start }),
  zone: ({ zone }) => ({ zone }),
  until: ({ until }) => ({ until }),
  count: ({ count }) => ({ count }),
  exdates: ({ exdates }) => ({ except: exdates }),
  rdates: ({ rdates }) => ({ also: rdates }),
}

type Step = StepsCalendar['steps'][number]

function stepText({ offset, at }: Step): string {
  return at === undefined ? offset : `${offset} ${at}`
}

function stepsInput({ schedule, stepParts }: ReminderDefinition): ReminderInput {
  if (schedule.kind !== 'steps' || stepParts === undefined) return {}
  return {
    steps: schedule.steps.map((step, index) => {
      const own = stepParts[index] ?? []
      if (own.length === 0) return stepText(step)
      const { offset, at } = step
      return { offset, ...(at !== undefined && { at }), ...partsInput(own) }
    }),
  }
}

function contentInput(definition: ReminderDefinition): ReminderInput {
  return isSaidBySteps(definition) ? {} : partsInput(definition.parts)
}

/** Steps that all have their own need none beside them; what there is then is that of the first. */
export function isSaidBySteps({ parts, stepParts = [] }: ReminderDefinition): boolean {
  const [first] = stepParts
  const isOfSteps = first !== undefined && stepParts.every((own) => own.length > 0)
  return isOfSteps && JSON.stringify(first) === JSON.stringify(parts)
}

function windowText({ from, to, days }: SendingWindow): string {
  return `${from}-${to}${days === undefined ? '' : ` ${days.join(',')}`}`
}

function partsInput(parts: readonly Part[]) {
  const [only, ...more] = parts.map((part) => partInput(part))
  return only === undefined || more.length > 0 ? { parts: [...(only ? [only] : []), ...more] } : only
}

function partInput(part: Part) {
  if (part.kind === 'text') return { text: part.text }
  const { kind, media, caption } = part
  return { [kind]: media, ...(caption !== undefined && { caption }) }
}

function recipientsInput(audience: Audience): string | string[] {
  if (audience.kind === 'allGroups') return 'all groups'
  // A number as people write it, where it is one that they could.
  return audience.recipients.map((jid) => jid.replace(/^([1-9]\d{6,14})@s\.whatsapp\.net$/, '+$1'))
}

/** As people write it, where that says all of it. */
function durationText(ms: number): string {
  const text = formatDuration(ms)
  return parseDuration(text) === ms ? text : `${ms / 1_000}s`
}
