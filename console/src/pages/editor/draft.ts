import {
  definitionDefaults,
  type OverlapPolicy,
  type ReminderDefinition,
} from '../../../../src/domain/definition.js'
import { isSaidBySteps } from '../../../../src/client/input/of-definition.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { SendingWindow } from '../../../../src/domain/hours/window.js'
import { emptyPart, isWritten, newId, partsInput, partsOf, type PartDraft } from './part-draft.js'
import { emptySchedule, scheduleInput, scheduleOf, type ScheduleDraft } from './schedule.js'
import { missingInSteps, type MissingInSteps } from './steps.js'

export type AudienceDraft = { all: boolean; recipients: string[] }

export type Weekday = NonNullable<SendingWindow['days']>[number]

export type WindowDraft = { from: string; to: string; days: Weekday[] }

export type RulesDraft = {
  window: WindowDraft | undefined
  deliverWithinHours: number | ''
  catchUpMinutes: number | ''
  priority: number
  overlap: OverlapPolicy
  ratePerMinute: number | ''
}

/** What somebody has written and not saved. It goes into the browser's storage as it is. */
export type Draft = {
  key: string
  account: string | undefined
  parts: PartDraft[]
  audience: AudienceDraft
  schedule: ScheduleDraft
  rules: RulesDraft
}

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * One name for all attempts at saving this draft: a reminder is known by its key, so that it is created once however often, and
 * after whatever answer, somebody saves it. It says nothing of what is in it.
 */
export function newKey(): string {
  return `r-${newId()}`
}

export function emptyDraft({
  account,
  zone,
  on,
}: {
  account: string | undefined
  zone: string
  /** A day and a time, `2026-12-24T08:00`; tomorrow when not given. */
  on?: string
}): Draft {
  return {
    key: newKey(),
    account,
    parts: [emptyPart()],
    audience: { all: false, recipients: [] },
    schedule: emptySchedule(zone, on),
    rules: {
      window: undefined,
      deliverWithinHours: definitionDefaults.deliverWithinMs / hourMs,
      catchUpMinutes: definitionDefaults.catchUpMs / minuteMs,
      priority: definitionDefaults.priority,
      overlap: definitionDefaults.overlap,
      ratePerMinute: '',
    },
  }
}

export function draftOf(key: string, definition: ReminderDefinition): Draft {
  const { account, audience, schedule, stepParts, window } = definition
  return {
    key,
    account,
    parts: isSaidBySteps(definition) ? [emptyPart()] : partsOf(definition.parts),
    audience:
      audience.kind === 'allGroups'
        ? { all: true, recipients: [] }
        : { all: false, recipients: [...audience.recipients] },
    schedule: scheduleOf(schedule, stepParts),
    rules: {
      window: window && { from: window.from, to: window.to, days: [...(window.days ?? [])] },
      deliverWithinHours: definition.deliverWithinMs / hourMs,
      catchUpMinutes: definition.catchUpMs / minuteMs,
      priority: definition.priority,
      overlap: definition.overlap,
      ratePerMinute: definition.ratePerMinute ?? '',
    },
  }
}

/** Whether each time of it has messages of its own, so that none are needed beside them. */
export function areStepsOwn({ schedule: { mode, steps } }: Draft): boolean {
  return mode === 'steps' && steps.length > 0 && steps.every(({ hasOwn }) => hasOwn)
}

function saidParts(draft: Draft): PartDraft[] {
  const [first] = draft.schedule.steps
  return areStepsOwn(draft) && first && !draft.parts.some(isWritten) ? first.parts : draft.parts
}

/** Each part of the draft as fields of the API's input. */
const inputOf: Record<Exclude<keyof Draft, 'key'>, (draft: Draft) => ReminderInput> = {
  account: ({ account }) => (account === undefined ? {} : { account }),
  parts: (draft) => ({ parts: partsInput(saidParts(draft)) }),
  audience: ({ audience }) => ({ to: audience.all ? 'all groups' : audience.recipients }),
  schedule: ({ schedule }) => scheduleInput(schedule),
  rules: ({ rules: { window, deliverWithinHours, catchUpMinutes, priority, overlap, ratePerMinute } }) => ({
    window:
      window === undefined
        ? null
        : { from: window.from, to: window.to, ...(window.days.length > 0 && { days: window.days }) },
    ...(deliverWithinHours !== '' && { deliverWithin: `${Math.round(deliverWithinHours * 3_600)}s` }),
    ...(catchUpMinutes !== '' && { catchUp: `${Math.round(catchUpMinutes * 60)}s` }),
    priority,
    overlap,
    ratePerMinute: ratePerMinute === '' ? null : ratePerMinute,
  }),
}

type Section = keyof typeof inputOf
const sections = Object.keys(inputOf) as Section[]

/** For a create, where null takes nothing away. */
export function inputOfDraft(draft: Draft): ReminderInput {
  const all = Object.assign(
    { key: draft.key },
    ...sections.map((section) => inputOf[section](draft)),
  ) as Record<string, unknown>
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

/** For an edit: what was not touched is not sent, and stays as others set it meanwhile. */
export function changesOfDraft(draft: Draft, original: Draft): ReminderInput {
  return Object.assign(
    {},
    ...touchedSections(draft, original).map((section) => inputOf[section](draft)),
  ) as ReminderInput
}

export function touchedSections(draft: Draft, original: Draft): Section[] {
  return sections.filter((section) => written(section, draft) !== written(section, original))
}

function written(section: Section, draft: Draft): string {
  return JSON.stringify(inputOf[section](draft))
}

/** What is still to be said before the API can be asked; the rest it says itself. */
export type Missing =
  | 'account'
  | 'content'
  | 'image'
  | 'audience'
  | 'date'
  | 'rule'
  | 'days'
  | 'number'
  | 'lastDay'
  | MissingInSteps

export function missingIn(draft: Draft): Missing[] {
  const { account, parts, audience, schedule } = draft
  const all: Missing[] = [
    ...(account === undefined ? (['account'] as const) : []),
    ...(parts.some(isWritten) || areStepsOwn(draft) ? [] : (['content'] as const)),
    // It would be sent without what somebody has put there.
    ...(parts.some((part) => part.kind === 'image' && !isWritten(part)) ? (['image'] as const) : []),
    ...(audience.all || audience.recipients.length > 0 ? [] : (['audience'] as const)),
    ...missingInSchedule(schedule),
  ]
  return [...new Set(all)]
}

function missingInSchedule(schedule: ScheduleDraft): Missing[] {
  const { mode, date, time, text, every, days, interval, monthBy, monthDay, end, steps } = schedule
  const isRecurring = mode === 'repeat' || mode === 'rule'
  const numbers = [
    ...(mode === 'repeat' ? [interval] : []),
    ...(mode === 'repeat' && every === 'month' && monthBy === 'day' ? [monthDay] : []),
    ...(isRecurring && end.kind === 'after' ? [end.count] : []),
  ]
  return [
    ...(mode === 'rule' && text.trim() === '' ? (['rule'] as const) : []),
    ...(date === '' || time === '' ? (['date'] as const) : []),
    ...(mode === 'steps' ? missingInSteps(steps) : []),
    ...(mode === 'repeat' && every === 'week' && days.length === 0 ? (['days'] as const) : []),
    ...(numbers.includes('') ? (['number'] as const) : []),
    // It would go on for good.
    ...(isRecurring && end.kind === 'on' && end.date === '' ? (['lastDay'] as const) : []),
  ]
}
