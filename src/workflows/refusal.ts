import { ActivityFailure, ApplicationFailure } from '@temporalio/common'
import type { RefusalType, RefusedField } from '../domain/refusals.js'

/** A refusal for good: what is asked cannot be done however often it is tried. The message says what to do. */
export function refusal(type: RefusalType, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type)
}

/** One for a single field, which the operator is told by the name that he used. */
export function fieldRefusal(type: RefusalType, refused: RefusedField): ApplicationFailure {
  const { field, got, expected } = refused
  const message = `${field}: ${expected}${got === undefined ? '' : `, got ${got}`}`
  return ApplicationFailure.nonRetryable(message, type, refused)
}

/**
 * What an activity refused for good. Its failure comes wrapped in an ActivityFailure, but bare where the task that has
 * it was replayed (seen with SDK 1.24.0).
 */
export function refusalIn(error: unknown): ApplicationFailure | undefined {
  const failure = error instanceof ActivityFailure ? error.cause : error
  return failure instanceof ApplicationFailure ? failure : undefined
}
