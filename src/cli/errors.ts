import { CommanderError } from 'commander'
import { CarillonError, describeIssue, InputError, ReminderConflictError } from '../client/errors.js'
import { explainPostgresError } from '../client/postgres-errors.js'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js'
import { withSaid } from '../domain/sentences/with-said.js'
import type { Io } from './io.js'
import { printableLines } from '../words/printable.js'

type Reported = { code: string; message: string; exitCode: ExitCode; issues?: unknown; differences?: unknown }

/** Tells the error in human words (or JSON) on stderr, and returns the exit code. */
export function reportError(
  error: unknown,
  { io, isJson, isDebug }: { io: Io; isJson: boolean; isDebug: boolean },
): ExitCode {
  const { exitCode, ...reported } = describeError(error)
  if (isJson) io.err(JSON.stringify({ error: withSaid(reported) }))
  // Commander has printed its own errors already.
  else if (!(error instanceof CommanderError)) io.err(`error: ${printableLines(reported.message)}`)
  if (isDebug && error instanceof Error) io.err(stackOf(error))
  return exitCode
}

function describeError(raw: unknown): Reported {
  const error = explainPostgresError(raw)
  if (error instanceof CommanderError)
    return { code: 'invalid', message: error.message.replace(/^error: /, ''), exitCode: exitCodes.invalid }
  if (error instanceof InputError)
    return {
      ...common(error),
      issues: error.issues.map((issue) => ({ ...issue, message: describeIssue(issue) })),
    }
  if (error instanceof ReminderConflictError) return { ...common(error), differences: error.differences }
  if (error instanceof CarillonError) return common(error)
  // By name: their modules are not loaded when they were not needed.
  if (error instanceof Error && (error.name === 'ConfigError' || error.name === 'StackError'))
    return { code: 'invalid', message: error.message, exitCode: exitCodes.invalid }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'failure', message: `${message} (--debug shows where)`, exitCode: exitCodes.failure }
}

function common(error: CarillonError): Reported {
  return { code: error.code, message: error.message, exitCode: exitCodeOf(error.code) }
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
