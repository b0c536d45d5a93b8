import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow'

/**
 * What an activity refused for good. Its failure comes wrapped in an ActivityFailure, but bare where the task that has
 * it was replayed (seen with SDK 1.24.0).
 */
export function refusalIn(error: unknown): ApplicationFailure | undefined {
  const failure = error instanceof ActivityFailure ? error.cause : error
  return failure instanceof ApplicationFailure ? failure : undefined
}
