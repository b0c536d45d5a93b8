import type { Calendar, OnceCalendar } from '../../domain/calendar/calendar.js'
import { describeValue } from './issues.js'
import type { FieldReading } from './field-reading.js'
import { readRecurring } from './recurring.js'
import { readSteps } from './steps.js'
import { parseTime } from './time.js'
import { say } from '../../domain/sentences/say.js'

/** When it is sent. `hasOwnStart` is false where a recurrence begins "now" because nothing says when. */
export type ReadSchedule = { schedule: Calendar; hasOwnStart: boolean }

const recurringOnly = ['start', 'until', 'count', 'except', 'also'] as const

/** Undefined where an issue tells why. */
export function readSchedule(reading: FieldReading): ReadSchedule | undefined {
  const { wasGiven, issues } = reading
  const kinds = (['at', 'repeat', 'cron'] as const).filter((field) => wasGiven(field))
  const isSteps = wasGiven('anchor') || wasGiven('steps')
  const given = [...kinds.map((kind) => `\`${kind}\``), ...(isSteps ? ['`anchor` and `steps`'] : [])]
  if (given.length === 0) {
    issues.push({
      field: 'at',
      expected: say('whenMissing'),
    })
    return undefined
  }
  if (given.length > 1) {
    const start = wasGiven('at') && given.length === 2 && !isSteps ? 'start' : undefined
    issues.push({
      field: kinds[0] ?? 'anchor',
      expected: say('oneWhen', { fields: given.join(' and '), start }),
    })
    return undefined
  }
  const isRecurring = wasGiven('repeat') || wasGiven('cron')
  const misplaced = isRecurring ? [] : recurringOnly.filter((field) => wasGiven(field))
  for (const field of misplaced) issues.push({ field, expected: say('repetitionBeside') })
  if (misplaced.length > 0) return undefined
  if (isRecurring) return readRecurring(reading)
  const schedule = isSteps ? readSteps(reading) : readOnce(reading)
  return schedule && { schedule, hasOwnStart: true }
}

function readOnce({ fields, context, issues }: FieldReading): OnceCalendar | undefined {
  if (fields.at === undefined) return undefined
  const zone = fields.zone ?? context.zone
  const time = parseTime({ text: fields.at, zone, now: context.now })
  if (time.kind === 'instant') return { kind: 'once', at: time.at, zone }
  issues.push({ field: 'at', got: describeValue(fields.at), expected: time.expected })
  return undefined
}
