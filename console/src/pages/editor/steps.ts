import { parseOffset } from '../../../../src/domain/calendar/offset.js'
import type { StepsCalendar } from '../../../../src/domain/calendar/calendar.js'
import type { Part } from '../../../../src/domain/definition.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import { isWritten, newId, partsInput, partsOf, type PartDraft } from './part-draft.js'

/** The larger first. */
export const stepUnits = ['week', 'day', 'hour', 'minute'] as const
export type StepUnit = (typeof stepUnits)[number]

export const stepSides = ['before', 'at', 'after'] as const
export type StepSide = (typeof stepSides)[number]

/** A time counted from a day, as people say it: `3 days before, 18:00`. */
export type StepDraft = {
  id: string
  /** `at`: on the day, and the rest is kept for who chooses another side again. */
  side: StepSide
  count: number | ''
  unit: StepUnit
  /** `18:00`; empty for the time of the day that is counted from. Hours and minutes have none. */
  at: string
  /** Of more than one unit, such as `-1d2h`: it is shown as it is, and stays. */
  mixed?: string
  hasOwn: boolean
  /** What it says in place of the reminder's messages, where it has its own. */
  parts: PartDraft[]
}

const unitMinutes: Record<StepUnit, number> = { week: 10_080, day: 1_440, hour: 60, minute: 1 }
const letters: Record<StepUnit, string> = { week: 'w', day: 'd', hour: 'h', minute: 'm' }
const dayMinutes = 1_440

export function newStep(fields: Partial<StepDraft> = {}): StepDraft {
  return { id: newId(), side: 'before', count: 1, unit: 'day', at: '', hasOwn: false, parts: [], ...fields }
}

export const stepsAtFirst = (): StepDraft[] => [newStep({ unit: 'week' }), newStep()]

/** Whether the step keeps the time on the clock, and so may have another one. */
export function isOfDays({ side, unit, mixed }: StepDraft): boolean {
  return mixed === undefined && (side === 'at' || unit === 'day' || unit === 'week')
}

export function stepsInput(steps: readonly StepDraft[]): NonNullable<ReminderInput['steps']> {
  return steps.map((step) => ({
    offset: offsetOf(step),
    ...(step.at !== '' && isOfDays(step) && { at: step.at }),
    ...(step.hasOwn && { parts: partsInput(step.parts) }),
  }))
}

function offsetOf({ side, count, unit, mixed }: StepDraft): string {
  if (mixed !== undefined) return mixed
  return side === 'at' ? 'at' : `${side === 'before' ? '-' : '+'}${count}${letters[unit]}`
}

export function stepsOf({ steps }: StepsCalendar, stepParts: readonly (readonly Part[])[] = []): StepDraft[] {
  return steps.map(({ offset, at = '' }, index) => {
    const own = stepParts[index] ?? []
    return newStep({ ...read(offset), at, hasOwn: own.length > 0, parts: partsOf(own) })
  })
}

/** In the largest unit that says all of it. */
function read(offset: string): Partial<StepDraft> {
  const { days, ms } = parseOffset(offset) ?? { days: 0, ms: 0 }
  if (days === 0 && ms === 0) return { side: 'at' }
  // A day has not always 24 hours.
  if (days !== 0 && ms !== 0) return { mixed: offset }
  const minutes = Math.abs(days * dayMinutes + ms / 60_000)
  const units: readonly StepUnit[] = ms === 0 ? ['week', 'day'] : ['hour', 'minute']
  const unit = units.find((one) => minutes % unitMinutes[one] === 0) ?? 'minute'
  return { side: days + ms < 0 ? 'before' : 'after', unit, count: minutes / unitMinutes[unit] }
}

/** When it is sent on the clock, as long as that is not changed between: for the eye. */
export function clockOf(step: StepDraft, time: string): string {
  if (isOfDays(step)) return step.at === '' ? time : step.at
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const distance = (parseOffset(offsetOf(step))?.ms ?? 0) / 60_000
  const at = (((hour * 60 + minute + distance) % dayMinutes) + dayMinutes) % dayMinutes
  return [Math.floor(at / 60), at % 60].map((number) => String(number).padStart(2, '0')).join(':')
}

/** In minutes from the day that is counted from: what comes first, for the eye. */
export function placeOf(step: StepDraft, time: string): number {
  const { days, ms } = parseOffset(offsetOf(step)) ?? { days: 0, ms: 0 }
  const [hour = 0, minute = 0] = (isOfDays(step) ? clockOf(step, time) : time).split(':').map(Number)
  return days * dayMinutes + ms / 60_000 + hour * 60 + minute
}

export type MissingInSteps = 'steps' | 'stepContent' | 'image' | 'number'

export function missingInSteps(steps: readonly StepDraft[]): MissingInSteps[] {
  const own = steps.filter(({ hasOwn }) => hasOwn).map(({ parts }) => parts)
  const areEmpty = steps.some(
    ({ side, mixed, count }) => side !== 'at' && mixed === undefined && count === '',
  )
  return [
    ...(steps.length === 0 ? (['steps'] as const) : []),
    ...(own.some((parts) => !parts.some(isWritten)) ? (['stepContent'] as const) : []),
    ...(own.flat().some((part) => part.kind === 'image' && !isWritten(part)) ? (['image'] as const) : []),
    ...(areEmpty ? (['number'] as const) : []),
  ]
}
