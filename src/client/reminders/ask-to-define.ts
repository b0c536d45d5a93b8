import { randomUUID } from 'node:crypto'
import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { defineReminderUpdate, type DefineAnswer, type IdentifiedRequest } from '../../protocol/messages.js'
import { reminderStart } from '../../protocol/reminder-start.js'
import { CarillonError } from '../errors.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { isClosed, untilAnswered } from '../temporal/update-attempts.js'
import { explainRefusal } from '../temporal/updates.js'
import { say } from '../../domain/sentences/say.js'

export type DefineCall = {
  operator: string
  key: string
  digest: string
  accountId: string
  /** The instant of the first occurrence. */
  at: string
  timeoutMs: number
  /** Who asks for it, and how: for the audit. */
  asked?: Pick<IdentifiedRequest, 'by' | 'requestId'>
}

/** `closed`: the key's workflow is over; Postgres knows how it ended. */
export type AskedToDefine = DefineAnswer | { kind: 'closed' }

/** Update-with-start: the reminder's workflow is started, or the existing one is asked. */
export async function askToDefine(temporal: Client, call: DefineCall): Promise<AskedToDefine> {
  const updateId = randomUUID()
  try {
    return await untilAnswered({
      timeoutMs: call.timeoutMs,
      ask: async (deadlineMs) =>
        await temporal.withDeadline(deadlineMs, () => updateWithStart(temporal, call, updateId)),
      mayAskAgain: isClosed,
      noAnswer: (cause) => noAnswer(call, cause),
    })
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'closed' }
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      throw explainRefusal(error.cause) ?? error
    throw explainTemporalError(error)
  }
}

async function updateWithStart(temporal: Client, call: DefineCall, updateId: string): Promise<DefineAnswer> {
  const { operator, key, digest, accountId, at, asked } = call
  return await temporal.workflow.executeUpdateWithStart(defineReminderUpdate, {
    updateId,
    args: [{ digest, ...asked }],
    // By name: the workflow's code is the worker's.
    startWorkflowOperation: new WithStartWorkflowOperation(
      'reminder',
      reminderStart({ operator, dedupeKey: key, accountId, state: 'scheduled', nextFire: new Date(at) }),
    ),
  })
}

function noAnswer({ key, timeoutMs }: DefineCall, cause: unknown): CarillonError {
  return new CarillonError(
    'timed_out',
    say('noAnswerCreate', { seconds: Math.round(timeoutMs / 1_000), key }),
    { cause },
  )
}
