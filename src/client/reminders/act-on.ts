import { reminderWorkflowId } from '../../domain/ids.js'
import { isFinalReminder } from '../../domain/states.js'
import { findRequest } from '../../store/views/audit.js'
import type { ReminderView } from '../../store/views/reminders.js'
import type { PauseRequest } from '../../protocol/messages.js'
import type { ClientContext } from '../context.js'
import { findReminder, missingWorkflow } from './find.js'
import {
  confirmTimeoutMs,
  operatorRequest,
  signalOperatorRequest,
  type Confirmation,
  type OperatorSignal,
  type RequestOptions,
} from '../temporal/signals.js'
import { pollUntil } from '../waiting.js'

export type Acted = Confirmation<ReminderView> & {
  /** What the worker answered, once it did. */ answer?: unknown
}

/**
 * Signals the reminder and waits until a worker has acted on just this request: the audit has it then, written in the
 * transaction that did it. A reminder that ends meanwhile needs no more waiting.
 */
export async function actOnReminder(
  context: ClientContext,
  {
    before,
    signal,
    options,
    until,
    isDone = () => true,
  }: {
    before: ReminderView
    signal: OperatorSignal
    options: RequestOptions
    /** An instant, for a pause. */
    until?: string
    /** Whether its effect is seen, where it comes later than the record. */
    isDone?: (view: ReminderView) => boolean
  },
): Promise<Acted> {
  const { temporal, database, operator } = context
  const { key } = before
  const workflowId = reminderWorkflowId(operator, key)
  const asking = operatorRequest(context, options.reason, options.requestId)
  const { requestId } = asking
  const request: PauseRequest = {
    ...asking,
    ...(until !== undefined && { until }),
  }
  await signalOperatorRequest(temporal, { workflowId, signal, request, ifMissing: missingWorkflow(before) })
  const asked = await pollUntil({
    ask: async () => ({
      recorded: await findRequest(database, `${workflowId}#${requestId}`),
      view: await findReminder(context, key),
    }),
    isDone: ({ recorded, view }) =>
      (recorded !== undefined && isDone(view)) || (isFinalReminder(view.state) && isDone(view)),
    timeoutMs: options.timeoutMs ?? confirmTimeoutMs,
    intervalMs: 100,
  })
  const { recorded, view } = asked.answer
  return {
    state: view,
    confirmed: asked.isDone,
    ...(recorded !== undefined && { answer: recorded.answer }),
  }
}
