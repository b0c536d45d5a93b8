import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { UpdateDefinition } from '@temporalio/common'
import { CarillonError, InputError, type ErrorCode } from './errors.js'
import { explainTemporalError, grpcCode, grpcDeadlineExceeded } from './temporal-errors.js'

type UpdateCall<Answer, Arguments extends [object?]> = {
  workflowId: string
  update: UpdateDefinition<Answer, Arguments>
  args: Arguments
  /** The same on every attempt at one request: it is done once. */
  updateId: string
  timeoutMs: number
  /** What to do when no such workflow is running. */
  ifMissing: string
}

/**
 * Asks a workflow for a change and waits for its answer.
 * @throws CarillonError what the workflow refused, `not_ready` without a workflow, `timed_out` without a worker
 */
export async function askWorkflow<Answer, Arguments extends [object?]>(
  temporal: Client,
  { workflowId, update, args, updateId, timeoutMs, ifMissing }: UpdateCall<Answer, Arguments>,
): Promise<Answer> {
  try {
    return await temporal.withDeadline(
      Date.now() + timeoutMs,
      async () =>
        // By its name: the SDK's type of it knows no argument that may be left out.
        await temporal.workflow
          .getHandle(workflowId)
          .executeUpdate<Answer, [object | undefined]>(update.name, { updateId, args: [args[0]] }),
    )
  } catch (error) {
    throw explainUpdateError(error, { name: update.name, timeoutMs, ifMissing })
  }
}

/** Types of failures that a workflow refuses an update with, and who must act. */
const refusals: Record<string, ErrorCode> = {
  ReminderEnded: 'ended',
  NothingToCome: 'ended',
  AlreadySnoozed: 'conflict',
  NotNext: 'conflict',
  RunUnderWay: 'conflict',
  UnknownReminder: 'not_found',
  UnknownRun: 'not_found',
  AccountUnlinked: 'not_ready',
  UnknownAccount: 'invalid',
  InvalidDefinition: 'invalid',
  InvalidArgument: 'invalid',
}

/** What went wrong with an update, as something the operator can act on; other errors stay as they are. */
export function explainUpdateError(
  error: unknown,
  { name, timeoutMs, ifMissing }: { name: string; timeoutMs: number; ifMissing: string },
): unknown {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error
    if (!(cause instanceof ApplicationFailure)) return error
    if (cause.type === 'InThePast')
      return new InputError([{ field: 'until', expected: cause.message.replace(/^until: /, '') }])
    const code = refusals[cause.type ?? '']
    return code === undefined ? error : new CarillonError(code, cause.message, { cause: error })
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpcDeadlineExceeded)
    return new CarillonError(
      'timed_out',
      `No worker has answered within ${Math.round(timeoutMs / 1_000)} s, so it is not known whether the ${name} is done. ` +
        'See that a worker runs (`carillon doctor`), then look with `carillon reminder show`.',
      { cause: error },
    )
  if (error instanceof WorkflowNotFoundError && explainTemporalError(error) === error)
    return new CarillonError('not_ready', ifMissing, { cause: error })
  return explainTemporalError(error)
}
