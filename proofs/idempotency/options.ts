import { readArguments, UsageError, wholeNumber } from '../../src/stack/program-arguments.js'

export type IdempotencyOptions = {
  /** Reminders, each with a key of its own. */
  keys: number
  /** How often each request is sent at once. */
  times: number
  /** Of each of the other kinds of requests. */
  kept: number
  /** Kills of an API process, in each of both parts. */
  kills: number
  seed: number
  isJson: boolean
  home: string
}

export const idempotencyUsage = `npm run proof:idempotency -- [options]

Starts a whole system of its own with two API processes and sends each request many times at once, half of them to each
process. Meanwhile the processes are killed (SIGKILL) in the middle of requests and started again, and each time that one of them has
written something of a new kind to Postgres, it dies before it has seen that. Who hears nothing, or is told to
come again, sends the same once more, to the other process. First reminders are created; then come requests whose answers are kept:
pauses and fires of reminders, webhook endpoints, tokens and accounts. In the end everything is counted in Postgres and in Temporal,
and each request is sent once more to either process.

  --keys <n>       reminders, each with a key of its own (100)
  --times <n>      how often each request is sent at once (10)
  --kept <n>       requests of each of the other five kinds (20)
  --kills <n>      kills while reminders are created, and as many after that (12)
  --seed <n>       of the moments of the kills (1)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/idempotency); begun anew each time
  --help

Exit code: 0 only if everything is there once, every caller has heard its answer, and all who sent the same have heard the same.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): IdempotencyOptions | undefined {
  const values = readArguments(args, { values: ['keys', 'times', 'kept', 'kills', 'seed'] })
  if (values === undefined) return undefined
  const keys = wholeNumber('keys', values.keys ?? '100', { min: 2, max: 10_000 })
  const kept = wholeNumber('kept', values.kept ?? '20', { min: 1, max: 1_000 })
  // Some of the reminders are paused, and as many others are fired.
  if (2 * kept > keys)
    throw new UsageError(`--kept: expected ${Math.floor(keys / 2)} at most, half of --keys, got '${kept}'`)
  return {
    keys,
    kept,
    times: wholeNumber('times', values.times ?? '10', { min: 2, max: 100 }),
    kills: wholeNumber('kills', values.kills ?? '12', { min: 1, max: 1_000 }),
    seed: wholeNumber('seed', values.seed ?? '1', { min: 0, max: 2 ** 32 - 1 }),
    isJson: values.json,
    home: values.home ?? '.carillon/idempotency',
  }
}
