import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client'
import { CarillonError } from '../errors.js'
import { explainTemporalError, grpcCode, grpcWords } from './temporal-errors.js'
import {
  grpcAborted,
  grpcDeadlineExceeded,
  grpcFailedPrecondition,
  grpcNotFound,
  grpcResourceExhausted,
} from '../../grpc-codes.js'
import { pause } from '../../pause.js'

/**
 * Asks a workflow by an update until it answers. Temporal takes ten updates of a workflow at a time and refuses the rest;
 * it refuses them while the workflow's task is to be done again, since its worker died; and a workflow that goes on as new
 * at that moment answers nobody. Such a request waits (with jitter) and is made again, under its own id.
 *
 * @param ask is given the end of all attempts, in ms
 * @param mayAskAgain whether another failure is a passing one as well
 * @throws what `noAnswer` makes of it when the time is over, CarillonError `not_ready` where the workflow's tasks fail until
 *   then, else what `ask` threw
 */
export async function untilAnswered<Answer>({
  timeoutMs,
  ask,
  mayAskAgain = () => false,
  noAnswer,
}: {
  timeoutMs: number
  ask: (deadlineMs: number) => Promise<Answer>
  mayAskAgain?: (error: unknown) => boolean
  noAnswer: (cause: unknown) => Error
}): Promise<Answer> {
  const deadlineMs = Date.now() + timeoutMs
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask(deadlineMs)
    } catch (error) {
      if (isTimeout(error)) throw noAnswer(error)
      if (!isPassing(error) && !mayAskAgain(error)) throw error
      const waitMs = Math.random() * Math.min(2_000, 50 * 2 ** attempt)
      if (Date.now() + waitMs >= deadlineMs) throw isTaskFailing(error) ? taskFails(error) : noAnswer(error)
      await pause(waitMs)
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpcDeadlineExceeded
}

/** Too many at once, or the workflow was about to close or to begin its task again: the next try finds it free. */
function isPassing(error: unknown): boolean {
  const code = grpcCode(error)
  return code === grpcResourceExhausted || code === grpcAborted || isTaskFailing(error)
}

/** The workflow closed before it was asked, or (it goes on as new) between its answer and the question for that. */
export function isClosed(error: unknown): boolean {
  if (grpcCode(error) === grpcNotFound) return explainTemporalError(error) === error
  return error instanceof WorkflowNotFoundError
}

/** One task that failed or was lost does that; the next one is tried some seconds later. */
function isTaskFailing(error: unknown): boolean {
  return grpcCode(error) === grpcFailedPrecondition && /workflow task/i.test(grpcWords(error))
}

function taskFails(cause: unknown): CarillonError {
  return new CarillonError(
    'not_ready',
    'The tasks of its workflow fail, so nothing can be asked of it: `carillon doctor` names it.',
    { cause },
  )
}
