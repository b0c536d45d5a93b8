import { parseCalendar, type StepsCalendar } from '../../domain/calendar/calendar.js'
import { stepOccurrences } from '../../domain/calendar/steps.js'
import { overfullOccurrences } from '../../domain/step-parts.js'
import { maxParts, type ReminderDefinition } from '../../domain/definition.js'
import type { InputIssue } from '../errors.js'
import { describeValue, pathText } from './issues.js'
import type { FieldReading } from './field-reading.js'
import { isoInstant } from './time.js'
import { formatMoment, readMoment } from '../moments.js'
import { say } from '../../domain/sentences/say.js'

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
      expected: say('anchorMissing'),
    })
  if (!wasGiven('steps')) issues.push({ field: 'steps', expected: say('stepsMissing') })
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
      .map(({ at, steps }) =>
        say('stepsTogether', { steps: stepNames(steps), at: formatMoment(at, calendar.zone) }),
      ),
    ...(isOver ? [] : past).map(({ at, steps }) => {
      const time = formatMoment(at, calendar.zone)
      return steps.length === 1
        ? say('stepPast', { step: stepNames(steps), at: time })
        : say('stepsPast', { steps: stepNames(steps), at: time })
    }),
  ]
}

/** Steps that fall on one instant are sent together, and a group is sent only so many parts at a time. */
export function overfullIssues(definition: ReminderDefinition): InputIssue[] {
  return overfullOccurrences(definition).map(({ at, steps, parts }) => ({
    field: 'steps',
    expected: say('overfullSteps', {
      max: maxParts,
      steps: stepNames(steps),
      at: formatMoment(at, definition.schedule.zone),
      parts,
    }),
  }))
}

function stepNames(indexes: number[]): string {
  return indexes.map((index) => `steps[${index}]`).join(' and ')
}
