import type { Confirmation } from '../client/temporal/signals.js'
import { exitCodes, type ExitCode } from './exit-codes.js'
import { printJson, type CommandContext } from './io.js'

/** Says whether a pause, resume or cancel has taken effect, and returns the exit code. */
export function reportConfirmation<T>(
  context: CommandContext,
  {
    confirmation,
    what,
    state,
    done,
  }: {
    confirmation: Confirmation<T>
    /** e.g. `Reminder 'class-trip'` */
    what: string
    state: string
    /** Whether what was asked for is now so; it may also have ended meanwhile. */
    done: boolean
  },
): ExitCode {
  const { io, style, isJson } = context
  const { confirmed, already } = confirmation
  if (isJson) printJson(context, { confirmed, already: already ?? false, state: confirmation.state })
  else if (!confirmed)
    io.err(
      `${what} is ${state} still: the signal is delivered, and the worker has not confirmed it yet (is it running? \`carillon doctor\`)`,
    )
  else if (already === true) io.out(`${what} is ${style.bold(state)} already`)
  else if (done) io.out(`${what} is ${style.bold(state)}`)
  else io.out(`${what} had ended before: it is ${style.bold(state)}`)
  return confirmed ? exitCodes.ok : exitCodes.notRunning
}
