import { randomUUID } from 'node:crypto'
import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client'
import { defineReminderUpdate, type DefineAnswer } from '../workflows/messages.js'
import { reminderStart } from '../workflows/reminder-start.js'
import { CarillonError } from './errors.js'
import {
  explainTemporalError,
  grpcAborted,
  grpcCode,
  grpcDeadlineExceeded,
  grpcNotFound,
  grpcResourceExhausted,
} from './temporal-errors.js'
import { pause } from './waiting.js'

export type DefineCall = {
  operator: string
  key: string
  digest: string
  accountId: string
  /** The instant of the first occurrence. */
  at: string
  timeoutMs: number
}

/** `closed`: the key's workflow is over; Postgres knows how it ended. */
export type Defined = DefineAnswer | { kind: 'closed' }

/**
 * Update-with-start: the reminder's workflow is started, or the existing one is asked. Temporal takes ten updates of
 * a workflow at a time and refuses the rest, so a refused one waits (with jitter) and asks again under its own id.
 */
export async function defineReminder(temporal: Client, call: DefineCall): Promise<Defined> {
  const deadline = Date.now() + call.timeoutMs
  const updateId = randomUUID()
  for (let attempt = 0; ; attempt++) {
    try {
      return await temporal.withDeadline(deadline, () => updateWithStart(temporal, call, updateId))
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'closed' }
      if (isTimeout(error)) throw noAnswer(call, error)
      if (!mayRetry(error)) throw explainTemporalError(error)
      const waitMs = Math.random() * Math.min(2_000, 50 * 2 ** attempt)
      if (Date.now() + waitMs >= deadline) throw noAnswer(call, error)
      await pause(waitMs)
    }
  }
}

async function updateWithStart(temporal: Client, call: DefineCall, updateId: string): Promise<DefineAnswer> {
  const { operator, key, digest, accountId, at } = call
  return await temporal.workflow.executeUpdateWithStart(defineReminderUpdate, {
    updateId,
    args: [{ digest }],
    // By name: the workflow's code is the worker's.
    startWorkflowOperation: new WithStartWorkflowOperation(
      'reminder',
      reminderStart({ operator, dedupeKey: key, accountId, state: 'scheduled', nextFire: new Date(at) }),
    ),
  })
}

function isTimeout(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpcDeadlineExceeded
}

/** Too many at once, or the workflow closed while it was asked: the next try finds it free, or closed. */
function mayRetry(error: unknown): boolean {
  const code = grpcCode(error)
  if (code === grpcNotFound) return explainTemporalError(error) === error
  return error instanceof WorkflowNotFoundError || code === grpcResourceExhausted || code === grpcAborted
}

function noAnswer({ key, timeoutMs }: DefineCall, cause: unknown): CarillonError {
  return new CarillonError(
    'timed_out',
    `No worker has answered within ${Math.round(timeoutMs / 1_000)} s, so it is not known whether reminder '${key}' is scheduled. ` +
      'See that a worker runs (`carillon doctor`) and run the same command again: that never creates a second one.',
    { cause },
  )
}
