import { parseDuration } from '../../domain/duration.js'
import { reminderWorkflowId } from '../../domain/ids.js'
import type { ReminderView } from '../../store/views/reminders.js'
import {
  skipNextUpdate,
  snoozeReminderUpdate,
  type SkipAnswer,
  type SnoozeAnswer,
} from '../../protocol/messages.js'
import type { ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { findActive, missingWorkflow } from './find.js'
import { describeValue } from '../input/issues.js'
import { parseTime } from '../input/time.js'
import { requireToCome } from './first-fire.js'
import { firesOf } from './summary.js'
import { operatorRequest, type RequestOptions } from '../temporal/signals.js'
import { answerTimeoutMs, askWorkflow } from '../temporal/updates.js'
import { say } from '../../domain/sentences/say.js'

/** What happens to one occurrence alone: it is moved, or left out. */

export type SnoozeOptions = RequestOptions & {
  /** Which one is meant, by the time that the calendar has; the next one when not given. */
  occurrence?: string
  /** A time such as "tomorrow 10:00", on the clock of the reminder's zone where it names no other. */
  until?: string
  /** How long after the time that the calendar has, such as 30m: asking twice is asking once. */
  by?: string
}
export type SkipOptions = RequestOptions & {
  /** Which one is meant, by the time that the calendar has, so that asking twice skips one; the next when not given. */
  occurrence?: string
}
export type OccurrenceChange<Answer> = Answer & { key: string; zone: string }

export async function snoozeReminder(
  context: ClientContext,
  { key, options }: { key: string; options: SnoozeOptions },
): Promise<OccurrenceChange<SnoozeAnswer>> {
  const common = operatorRequest(context, options.reason, options.requestId)
  const view = await findActive(context, key, 'snooze')
  const now = new Date()
  const occurrence =
    options.occurrence === undefined ? undefined : readTime('occurrence', options.occurrence, view, now)
  const until = snoozedUntil(view, { options, occurrence, now })
  requireToCome(until, { field: options.by === undefined ? 'until' : 'by', zone: zoneOf(view), now })
  const answer = await askWorkflow(context.temporal, {
    ...call(context, view, { ...options, ...common }),
    update: snoozeReminderUpdate,
    args: [{ ...common, until, ...(occurrence !== undefined && { occurrence }) }],
    ...(options.by !== undefined && { fields: { until: 'by' } }),
  })
  return { key, zone: zoneOf(view), ...answer }
}

export async function skipNext(
  context: ClientContext,
  { key, options }: { key: string; options: SkipOptions },
): Promise<OccurrenceChange<SkipAnswer>> {
  const common = operatorRequest(context, options.reason, options.requestId)
  const view = await findActive(context, key, 'skip')
  const { occurrence: text } = options
  const wanted =
    text === undefined
      ? nextOccurrenceOf(view)?.toISOString()
      : readTime('occurrence', text, view, new Date())
  const answer = await askWorkflow(context.temporal, {
    ...call(context, view, { ...options, ...common }),
    update: skipNextUpdate,
    args: [{ ...common, ...(wanted !== undefined && { occurrence: wanted }) }],
  })
  return { key, zone: zoneOf(view), ...answer }
}

/** The next occurrence as the calendar has it, whatever it was snoozed to. */
function nextOccurrenceOf(view: ReminderView): Date | undefined {
  const known = view.snoozedFrom ?? view.nextFire
  if (known !== null) return known
  // A paused reminder has an occurrence, and no fire.
  const [next] = firesOf(view, { policies: view.definition, now: new Date(), limit: 1 })
  return next && new Date(next.occurrence)
}

function snoozedUntil(
  view: ReminderView,
  { options, occurrence, now }: { options: SnoozeOptions; occurrence: string | undefined; now: Date },
): string {
  const { until, by } = options
  if ((until === undefined) === (by === undefined))
    throw new InputError([{ field: 'until', expected: say('untilOrBy') }])
  if (until !== undefined) return readTime('until', until, view, now)
  const ms = parseDuration((by ?? '').trim())
  if (ms === undefined || ms <= 0)
    throw new InputError([{ field: 'by', got: describeValue(by), expected: say('durationShort') }])
  const next = occurrence === undefined ? nextOccurrenceOf(view) : new Date(occurrence)
  if (next === undefined) throw new CarillonError('ended', say('nothingToCome', { key: view.key }))
  return new Date(next.getTime() + ms).toISOString()
}

/** @throws InputError */
export function readTime(field: string, text: string, view: ReminderView, now: Date): string {
  const time = parseTime({ text: text.trim(), zone: zoneOf(view), now })
  if (time.kind === 'instant') return time.at
  throw new InputError([{ field, got: describeValue(text), expected: time.expected }])
}

function call(
  context: ClientContext,
  view: ReminderView,
  options: Pick<RequestOptions, 'timeoutMs'> & { requestId: string },
) {
  return {
    workflowId: reminderWorkflowId(context.operator, view.key),
    updateId: options.requestId,
    timeoutMs: options.timeoutMs ?? answerTimeoutMs,
    ifMissing: missingWorkflow(view),
  }
}

function zoneOf({ definition }: ReminderView): string {
  return definition.schedule.zone
}
