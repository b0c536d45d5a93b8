import { ApplicationFailure, CancelledFailure } from '@temporalio/activity'
import { failureAdvice, type FailureType } from '../domain/failures.js'

/**
 * A failure that Temporal retries: after `delayMs`, or as the activity's policy says where it is not given.
 * @param why details for the operator; nothing personal
 */
export function retryable(
  failure: FailureType,
  { why, delayMs }: { why?: string; delayMs?: number } = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    message: why === undefined ? failureAdvice[failure] : `${failureAdvice[failure]} (${why})`,
    type: failure,
    ...(delayMs !== undefined && { nextRetryDelay: Math.max(1, Math.round(delayMs)) }),
  })
}

/** Whether an activity is canceled because this process ends, and not by its workflow. */
export function isShutdown(reason: unknown): boolean {
  return reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN'
}
