import type { ErrorCode } from '../client/errors.js'

/** The exit codes of the process. Scripts rely on them, so they never change their meaning. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  invalid: 2,
  notFound: 3,
  conflict: 4,
  ended: 5,
  notRunning: 6,
  notDelivered: 7,
  forbidden: 8,
  interrupted: 130,
} as const

/** How a command ends, and nothing else: what a print happens to answer is no end. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodesHelp = `
Exit codes:
  0  done
  1  failed
  2  wrong usage or input
  3  no such account, reminder, run, image or token
  4  conflict: the key or id is in use for something else, or the run to retry is under way
  5  the reminder or run is over
  6  Carillon is not running, not reachable, or no worker has answered
  7  run watch, webhook test: it ended and not everything was delivered
  8  the token may not do that

Environment: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, DATABASE_URL (default: what \`npm start\` runs here),
CARILLON_HOME (.carillon), CARILLON_OPERATOR (local), NO_COLOR. With CARILLON_URL and CARILLON_TOKEN the commands go
through the API there instead, and need nothing else.`

export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'invalid':
      return exitCodes.invalid
    case 'not_found':
      return exitCodes.notFound
    case 'conflict':
    case 'changed':
      return exitCodes.conflict
    case 'ended':
      return exitCodes.ended
    case 'forbidden':
      return exitCodes.forbidden
    case 'unreachable':
    case 'not_ready':
    case 'timed_out':
      return exitCodes.notRunning
  }
}
