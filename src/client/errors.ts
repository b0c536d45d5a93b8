import type { Difference } from '../domain/definition.js'
import type { ErrorCode } from '../protocol/refusals.js'
import type { ReminderState } from '../domain/states.js'
import type { Said } from '../domain/sentences/read.js'

export type { ErrorCode }

/** An error that is said to the operator as it is: in human words, with what to do, without personal values. */
export class CarillonError extends Error {
  override name = 'CarillonError'
  /** What the message says, where the error came over HTTP. */
  said?: Said
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The state of the account stands in the way, and not that of the system. */
export class AccountNotReadyError extends CarillonError {
  override name = 'AccountNotReadyError'
  constructor(message: string, options?: ErrorOptions) {
    super('not_ready', message, options)
  }
}

/** One field of the input that cannot be used. */
export type InputIssue = {
  /** The path to the field as the caller wrote it, e.g. `parts[1].image`. */
  field: string
  /** Of a list: the key of the reminder that it is in, where it has one. */
  key?: string
  /** The value, or only its shape where values are personal. Missing where the field is. */
  got?: string
  expected: string
  said?: { expected?: Said | undefined; got?: Said | undefined }
}

export function describeIssue({ field, key, got, expected }: InputIssue): string {
  const of = key === undefined ? '' : ` (key '${key}')`
  return `${field}${of}: ${got === undefined ? expected : `${expected}, got ${got}`}`
}

// A message for people: `issues` has all of them.
const shownIssues = 50

/** Everything that is wrong with the input, at once. Nothing was stored. */
export class InputError extends CarillonError {
  override name = 'InputError'
  constructor(readonly issues: InputIssue[]) {
    super(
      'invalid',
      issues.length === 1
        ? issues.map(describeIssue).join('')
        : `${issues.length} fields cannot be used:\n${issueLines(issues).join('\n')}`,
    )
  }
}

function issueLines(issues: InputIssue[]): string[] {
  const lines = issues.slice(0, shownIssues).map((issue) => `  ${describeIssue(issue)}`)
  return issues.length > shownIssues ? [...lines, `  and ${issues.length - shownIssues} more`] : lines
}

/** The dedupe key belongs to a reminder with another definition, which stays as it is. */
export class ReminderConflictError extends CarillonError {
  override name = 'ReminderConflictError'
  constructor(
    message: string,
    readonly differences: Difference[],
  ) {
    super('conflict', message)
  }
}

export function reminderConflict(
  key: string,
  { state, differences }: { state: ReminderState; differences: Difference[] },
): ReminderConflictError {
  const lines = differences.map((difference) => `  ${describeDifference(difference)}`).join('\n')
  return new ReminderConflictError(
    `Reminder '${key}' exists (${state}) with another definition. It differs in:\n${lines}\nUse another key, or cancel the existing one first.`,
    differences,
  )
}

/** The definition is not the one that the caller has seen; it stays as it is. */
export class DefinitionChangedError extends CarillonError {
  override name = 'DefinitionChangedError'
  constructor(
    message: string,
    /** Of the definition as it is now. */
    readonly digest: string,
    /** What was changed since; missing where nothing is known of the definition that the caller has seen. */
    readonly differences?: Difference[],
  ) {
    super('changed', message)
  }
}

export function definitionChanged(
  key: string,
  { digest, differences }: { digest: string; differences?: Difference[] | undefined },
): DefinitionChangedError {
  const since =
    differences === undefined
      ? ' The definition that you have seen is not known here.'
      : ` Since then:\n${differences.map((difference) => `  ${describeChange(difference)}`).join('\n')}`
  return new DefinitionChangedError(
    `Reminder '${key}' was changed meanwhile: nothing was done. Read it again, and edit what it is now.${since}`,
    digest,
    differences,
  )
}

function describeChange({ field, existing, requested }: Difference): string {
  if (existing === undefined || requested === undefined) return field
  return `${field}: it had ${existing}, and has ${requested}`
}

export function describeDifference({ field, existing, requested }: Difference): string {
  if (existing === undefined || requested === undefined) return field
  return `${field}: it has ${existing}, you gave ${requested}`
}
