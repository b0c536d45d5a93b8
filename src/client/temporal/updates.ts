import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { UpdateDefinition } from '@temporalio/common'
import { isRefusalType, refusals, type RefusedField } from '../../protocol/refusals.js'
import { AccountNotReadyError, CarillonError, InputError } from '../errors.js'
import { explainTemporalError } from './temporal-errors.js'
import { isClosed, untilAnswered } from './update-attempts.js'
import { say } from '../../domain/sentences/say.js'

/** How long an operator waits for the answer of a workflow, unless he says otherwise. */
export const answerTimeoutMs = 30_000

// One that goes on as new is not found once; one that is not found again is not there.
const closedAfter = 3

type UpdateCall<Answer, Arguments extends [object?]> = {
  workflowId: string
  update: UpdateDefinition<Answer, Arguments>
  args: Arguments
  /** The same on every attempt at one request: it is done once. */
  updateId: string
  timeoutMs: number
  /** Called when no such workflow is running. */
  ifMissing: string
  fields?: CallersFields
}

/** The caller's names of the fields of the request, where they are others: `until` may have been written as `by`. */
export type CallersFields = Readonly<Record<string, string>>

/**
 * Asks a workflow for a change and waits for its answer.
 * @throws CarillonError what the workflow refused, `not_ready` without a workflow or where its tasks fail, `timed_out`
 *   without a worker
 */
export async function askWorkflow<Answer, Arguments extends [object?]>(
  temporal: Client,
  { workflowId, update, args, updateId, timeoutMs, ifMissing, fields }: UpdateCall<Answer, Arguments>,
): Promise<Answer> {
  // By its name: the SDK's type of it knows no argument that may be left out.
  const execute = async () =>
    await temporal.workflow
      .getHandle(workflowId)
      .executeUpdate<Answer, [object | undefined]>(update.name, { updateId, args: [args[0]] })
  let timesClosed = 0
  try {
    return await untilAnswered({
      timeoutMs,
      ask: async (deadlineMs) => await temporal.withDeadline(deadlineMs, execute),
      mayAskAgain: (error) => isClosed(error) && ++timesClosed < closedAfter,
      noAnswer: (cause) => noAnswer({ name: update.name, timeoutMs, cause }),
    })
  } catch (error) {
    throw explainUpdateError(error, { ifMissing, fields })
  }
}

function noAnswer({
  name,
  timeoutMs,
  cause,
}: {
  name: string
  timeoutMs: number
  cause: unknown
}): CarillonError {
  return new CarillonError(
    'timed_out',
    say('noAnswerUpdate', { seconds: Math.round(timeoutMs / 1_000), update: name }),
    { cause },
  )
}

/** Makes an error that the operator can act on of a failed update; other errors stay as they are. */
export function explainUpdateError(
  error: unknown,
  { ifMissing, fields }: { ifMissing: string; fields?: CallersFields | undefined },
): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error
    if (!(cause instanceof ApplicationFailure)) return error
    return explainRefusal(cause, fields) ?? error
  }
  if (error instanceof WorkflowNotFoundError && explainTemporalError(error) === error)
    return new CarillonError('not_ready', ifMissing, { cause: error })
  return explainTemporalError(error)
}

/** A refusal of the table as the operator's error; undefined for a failure of another kind. */
export function explainRefusal(
  failure: ApplicationFailure,
  fields: CallersFields = {},
): CarillonError | undefined {
  const { type, message, details } = failure
  if (!isRefusalType(type)) return undefined
  const refused = details?.[0] as RefusedField | undefined
  if (refused !== undefined && refusals[type] === 'invalid')
    return new InputError([{ ...refused, field: fields[refused.field] ?? refused.field }])
  if (type === 'AccountUnlinked') return new AccountNotReadyError(message, { cause: failure })
  return new CarillonError(refusals[type], message, { cause: failure })
}
