import type { Calendar } from '../../domain/calendar/calendar.js'
import { firstOccurrence, nextOccurrence } from '../../domain/calendar/occurrences.js'
import { describeSchedule } from '../../domain/calendar/words/words.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import { formatMoment } from '../moments.js'
import { InputError, type InputIssue } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { say } from '../../domain/sentences/say.js'

/** The fire that a new reminder waits for: an instant in UTC. A one-off that is due a little ago fires at once. */
export function firstFire({ schedule }: ReminderDefinition, now: Date): string {
  if (schedule.kind === 'once') return schedule.at
  return nextOccurrence(schedule, { after: now.toISOString() }) ?? firstOccurrence(schedule)
}

export type Past = { kind: 'warning'; text: string } | { kind: 'issue'; issue: InputIssue }

/** What there is to say of a reminder that has no time to come; undefined where it has one. */
export function pastIssue({ schedule, catchUpMs }: ReminderDefinition, now: Date): Past | undefined {
  if (schedule.kind !== 'once') {
    if (nextOccurrence(schedule, { after: now.toISOString() }) !== undefined) return undefined
    const expected = say('allPast', { words: describeSchedule(schedule) })
    return { kind: 'issue', issue: { field: scheduleField(schedule), expected } }
  }
  const lateMs = now.getTime() - Date.parse(schedule.at)
  if (lateMs <= 0) return undefined
  if (lateMs <= catchUpMs) return { kind: 'warning', text: say('firesAtOnce', { ago: lateMs }) }
  const expected = say('timeInPast', { ago: lateMs })
  const got = describeValue(formatMoment(schedule.at, schedule.zone))
  return { kind: 'issue', issue: { field: 'at', got, expected } }
}

/** The input field that a calendar came from. */
export function scheduleField(schedule: Calendar): string {
  if (schedule.kind === 'once') return 'at'
  if (schedule.kind === 'steps') return 'steps'
  return schedule.rule.kind === 'cron' ? 'cron' : 'repeat'
}

/** @throws InputError where the instant is not to come */
export function requireToCome(
  instant: string,
  { field, zone, now }: { field: string; zone: string; now: Date },
): void {
  if (Date.parse(instant) > now.getTime()) return
  throw new InputError([{ field, got: formatMoment(instant, zone), expected: say('timeToCome') }])
}
