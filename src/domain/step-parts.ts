import { stepOccurrences, type StepOccurrence } from './calendar/steps.js'
import { maxParts, type Part, type ReminderDefinition } from './definition.js'

/** The parts that one occurrence of a sequence sends: those of its steps, in the order of the steps. */

/** The definition that the run of this occurrence gets: the reminder's own, where no step has parts of its own. */
export function definitionOfOccurrence(
  definition: ReminderDefinition,
  occurrence: string,
): ReminderDefinition {
  const { stepParts, ...rest } = definition
  const { schedule } = definition
  if (schedule.kind !== 'steps' || !stepParts?.some((parts) => parts.length > 0)) return definition
  const steps = stepOccurrences(schedule).find(({ at }) => Date.parse(at) === Date.parse(occurrence))?.steps
  return { ...rest, parts: partsOfSteps(definition, steps ?? []) }
}

/** The steps that fall on one instant and have more parts together than one message to a group may have. */
export function overfullOccurrences(definition: ReminderDefinition): (StepOccurrence & { parts: number })[] {
  const { schedule } = definition
  if (schedule.kind !== 'steps') return []
  return stepOccurrences(schedule)
    .map((occurrence) => ({ ...occurrence, parts: partsOfSteps(definition, occurrence.steps).length }))
    .filter(({ parts }) => parts > maxParts)
}

/** Steps without parts of their own send the reminder's, once however many of them there are. */
function partsOfSteps({ parts, stepParts = [] }: ReminderDefinition, steps: number[]): Part[] {
  let isSaid = false
  const all = steps.flatMap((step) => {
    const own = stepParts[step] ?? []
    if (own.length > 0) return own
    if (isSaid) return []
    isSaid = true
    return parts
  })
  return all.length > 0 ? all : parts
}
