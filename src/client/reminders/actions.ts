import { z } from 'zod'
import { reminderWorkflowId, runWorkflowId } from '../../domain/ids.js'
import { accountGoneAdvice } from '../../domain/accounts/leaving.js'
import { isFinalReminder } from '../../domain/states.js'
import { isRemoved } from '../../store/accounts/unlinking.js'
import { deleteEndedReminder } from '../../store/reminders/deleted-reminders.js'
import type { ReminderView } from '../../store/views/reminders.js'
import {
  cancelSignal,
  deleteSignal,
  fireNowSignal,
  pauseSignal,
  resumeSignal,
} from '../../protocol/messages.js'
import { actOnReminder, type Acted } from './act-on.js'
import { askerOf, whoAsks, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { endedError, findActive, findReminder } from './find.js'
import { requireToCome } from './first-fire.js'
import { readTime } from './snooze-and-skip.js'
import { operatorRequest, type Confirmation, type RequestOptions } from '../temporal/signals.js'

/** What an operator does to a reminder by a signal. Doing it twice is doing it once. */

export type PauseOptions = RequestOptions & {
  /** When it resumes by itself: a time such as "monday 08:00", on the clock of the reminder's zone. */
  until?: string
}
export type Fired = Confirmation<ReminderView> & {
  /** The run that was begun, or that was under way from an earlier `fire` (`already`). */
  runId?: string
}

type Target = { key: string; options: RequestOptions }
type Outcome = Promise<Confirmation<ReminderView>>

export async function pauseReminder(
  context: ClientContext,
  { key, options }: { key: string; options: PauseOptions },
): Outcome {
  const before = await findActive(context, key, 'pause')
  const now = new Date()
  const until = options.until === undefined ? undefined : readTime('until', options.until, before, now)
  if (until !== undefined)
    requireToCome(until, { field: 'until', zone: before.definition.schedule.zone, now })
  const isSame = (before.pausedUntil?.getTime() ?? null) === (until === undefined ? null : Date.parse(until))
  if (before.state === 'paused' && isSame) return { state: before, confirmed: true, already: true }
  return withoutAnswer(
    await actOnReminder(context, {
      before,
      signal: pauseSignal,
      options,
      ...(until !== undefined && { until }),
    }),
  )
}

export async function resumeReminder(context: ClientContext, { key, options }: Target): Outcome {
  const before = await findActive(context, key, 'resume')
  if (before.state !== 'paused') return { state: before, confirmed: true, already: true }
  await requireAccount(context, before)
  return withoutAnswer(await actOnReminder(context, { before, signal: resumeSignal, options }))
}

export async function cancelReminder(context: ClientContext, { key, options }: Target): Outcome {
  const before = await findReminder(context, key)
  if (before.state === 'canceled') return { state: before, confirmed: true, already: true }
  if (isFinalReminder(before.state)) throw endedError(before, 'cancel')
  // The run under way ends first, and each of its targets with a state.
  const isDone = ({ state }: ReminderView) => isFinalReminder(state)
  return withoutAnswer(await actOnReminder(context, { before, signal: cancelSignal, options, isDone }))
}

export async function deleteReminder(context: ClientContext, { key, options }: Target): Outcome {
  const before = await findReminder(context, key)
  if (before.deletedAt !== null) return { state: before, confirmed: true, already: true }
  const isDone = ({ deletedAt }: ReminderView) => deletedAt !== null
  if (!isFinalReminder(before.state)) {
    const acted = await actOnReminder(context, {
      before,
      signal: deleteSignal,
      options,
      isDone: (view) => isFinalReminder(view.state),
    })
    // It may have ended for another reason at that moment: then it is over, and still in the lists.
    if (!acted.confirmed || isDone(acted.state)) return withoutAnswer(acted)
  }
  const { reason } = operatorRequest(context, options.reason)
  await deleteEndedReminder(context.database, {
    operator: context.operator,
    key,
    subject: reminderWorkflowId(context.operator, key),
    actor: whoAsks(context),
    via: askerOf(context).via,
    reason: reason ?? null,
  })
  return { state: await findReminder(context, key), confirmed: true }
}

function withoutAnswer({ answer: _answer, ...confirmation }: Acted): Confirmation<ReminderView> {
  return confirmation
}

const fireAnswer = z.object({ kind: z.enum(['fired', 'already']), scheduledAt: z.string() })

export async function fireReminder(context: ClientContext, { key, options }: Target): Promise<Fired> {
  const before = await findActive(context, key, 'fire')
  await requireAccount(context, before)
  const { answer, ...confirmation } = await actOnReminder(context, { before, signal: fireNowSignal, options })
  const read = fireAnswer.safeParse(answer)
  if (!read.success) return confirmation
  const { kind, scheduledAt } = read.data
  return {
    ...confirmation,
    runId: runWorkflowId(context.operator, key, scheduledAt),
    ...(kind === 'already' && { already: true }),
  }
}

/** A signal has nobody to answer to, so what the worker would refuse is refused here, too. */
async function requireAccount({ database }: ClientContext, { definition }: ReminderView): Promise<void> {
  const { account } = definition
  if (await isRemoved(database, account)) throw new CarillonError('not_found', accountGoneAdvice(account))
}
