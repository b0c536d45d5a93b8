import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client'
import {
  explainTemporalError,
  grpcAborted,
  grpcCode,
  grpcDeadlineExceeded,
  grpcNotFound,
  grpcResourceExhausted,
} from './temporal-errors.js'
import { pause } from '../pause.js'

/**
 * Asks a workflow by update-with-start until it answers. Temporal takes ten updates of a workflow at a time and refuses
 * the rest, and one that closes at that moment answers nobody: such a request waits (with jitter) and is made again,
 * under its own id.
 *
 * @param ask is given the end of all attempts, in ms
 * @param mayAskAgain whether another failure is a passing one as well
 * @throws what `noAnswer` makes of it when the time is over, else what `ask` threw
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
      if (Date.now() + waitMs >= deadlineMs) throw noAnswer(error)
      await pause(waitMs)
    }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpcDeadlineExceeded
}

/** Too many at once, or the workflow closed while it was asked: the next try finds it free, or closed. */
function isPassing(error: unknown): boolean {
  const code = grpcCode(error)
  if (code === grpcNotFound) return explainTemporalError(error) === error
  return error instanceof WorkflowNotFoundError || code === grpcResourceExhausted || code === grpcAborted
}
