import { ActivityFailure, ApplicationFailure } from '@temporalio/common'
import { say } from '../domain/sentences/say.js'

/** Says who must act. The exit code of the CLI and the status of the API follow from it. */
export const errorCodes = [
  'invalid',
  'not_found',
  'conflict',
  /** It is not any more what the caller has seen. */
  'changed',
  'ended',
  'forbidden',
  'unreachable',
  'not_ready',
  'timed_out',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/**
 * Everything that a workflow or an activity refuses an operator. They can refuse under these names alone, and the client
 * tells the operator by the same table: a name that one side lacks does not compile.
 */
export const refusals = {
  AccountUnlinked: 'not_ready',
  DefinitionChanged: 'changed',
  InvalidArgument: 'invalid',
  InvalidDefinition: 'invalid',
  NoOccurrence: 'conflict',
  NothingToCome: 'ended',
  ReminderEnded: 'ended',
  RunUnderWay: 'conflict',
  TooEarly: 'invalid',
  TooManyMoved: 'conflict',
  UnknownAccount: 'invalid',
  UnknownDefinition: 'not_found',
  UnknownReminder: 'not_found',
  UnknownRow: 'not_found',
  UnknownRun: 'not_found',
  /** Postgres refuses what it was given (SQLSTATE 22 or 23): the same would be refused on every try. */
  UnstorableData: 'invalid',
} as const satisfies Record<string, ErrorCode>

export type RefusalType = keyof typeof refusals

/** The field that is at fault, as the caller wrote it, and its value where that is not personal. */
export type RefusedField = { field: string; got?: string; expected: string }

export function isRefusalType(type: string | null | undefined): type is RefusalType {
  return typeof type === 'string' && Object.hasOwn(refusals, type)
}

export function unknownReminder(dedupeKey: string): string {
  return say('noReminderKey', { key: dedupeKey })
}

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
 * The refusal of an activity, for good. It comes wrapped in an ActivityFailure, but bare where the task that has
 * it was replayed (seen with SDK 1.24.0).
 */
export function refusalIn(error: unknown): ApplicationFailure | undefined {
  const failure = error instanceof ActivityFailure ? error.cause : error
  return failure instanceof ApplicationFailure ? failure : undefined
}
