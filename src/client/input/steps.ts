import { parseCalendar, type StepsCalendar } from '../../domain/calendar/calendar.js'
import { stepOccurrences } from '../../domain/calendar/steps.js'
import { overfullOccurrences } from '../../domain/step-parts.js'
import { maxParts, type ReminderDefinition } from '../../domain/definition.js'
import type { InputIssue } from '../errors.js'
import { describeValue, pathText } from './issues.js'
import type { FieldReading } from './field-reading.js'
import { isoInstant } from './time.js'
import { formatMoment, readMoment } from '../moments.js'

/** A countdown or drip: steps around an anchor, which is a wall time unless it was written as an instant. */
export function readSteps({
  fields,
  wasGiven,
  context,
  issues,
  warnings,
}: FieldReading): StepsCalendar | undefined {
  const { anchor, steps } = fields
  if (!wasGiven('anchor'))
    issues.push({
      field: 'anchor',
      expected: 'missing: say what the steps count from, such as "2026-12-18 09:00"',
    })
  if (!wasGiven('steps'))
    issues.push({ field: 'steps', expected: 'missing: give a list such as -3d, -1d, "-1d 18:00", at' })
  if (anchor === undefined || steps === undefined) return undefined
  const zone = fields.zone ?? context.zone
  const moment = readMoment({ text: anchor, zone, now: context.now })
  if (moment.kind === 'invalid') {
    issues.push({ field: 'anchor', got: describeValue(anchor), expected: moment.expected })
    return undefined
  }
  const reading = parseCalendar({
    kind: 'steps',
    zone,
    anchor: isoInstant.test(anchor) ? moment.instant : moment.wall,
    steps: steps.map(({ offset, at }) => ({ offset, ...(at !== undefined && { at }) })),
  })
  if (reading.kind === 'invalid') {
    for (const { path, message } of reading.issues) issues.push({ field: pathText(path), expected: message })
    return undefined
  }
  if (reading.value.kind !== 'steps') throw new TypeError('steps were read as something else')
  warnings.push(...stepWarnings(reading.value, context.now))
  return reading.value
}

function stepWarnings(calendar: StepsCalendar, now: Date): string[] {
  const all = stepOccurrences(calendar)
  const past = all.filter(({ at }) => Date.parse(at) < now.getTime())
  const isOver = past.length === all.length
  return [
    ...all
      .filter(({ steps }) => steps.length > 1)
      .map(
        ({ at, steps }) =>
          `${stepNames(steps)} fall on the same time, ${formatMoment(at, calendar.zone)}: the parts of each are sent one after the other`,
      ),
    ...(isOver ? [] : past).map(({ at, steps }) => {
      const [are, their] = steps.length === 1 ? ['is', 'its'] : ['are', 'their']
      return `${stepNames(steps)} ${are} not sent: ${their} time, ${formatMoment(at, calendar.zone)}, is past`
    }),
  ]
}

/** Steps that fall on one instant are sent together, and a group is sent only so many parts at a time. */
export function overfullIssues(definition: ReminderDefinition): InputIssue[] {
  return overfullOccurrences(definition).map(({ at, steps, parts }) => ({
    field: 'steps',
    expected: `expected at most ${maxParts} parts at one time, but ${stepNames(steps)} fall on ${formatMoment(at, definition.schedule.zone)} and have ${parts} together: move a step, or shorten them`,
  }))
}

function stepNames(indexes: number[]): string {
  return indexes.map((index) => `steps[${index}]`).join(' and ')
}
