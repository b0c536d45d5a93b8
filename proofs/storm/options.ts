import { readArguments, UsageError, wholeNumber } from '../../src/stack/program-arguments.js'

export type StormOptions = {
  updates: number
  chats: number
  /** How often each update is delivered. */
  times: number
  /** Kills of processes, while the storm lasts. */
  kills: number
  seed: number
  isJson: boolean
  home: string
}

export const stormUsage = `npm run storm -- [options]

Starts a whole system of its own with two API processes and two workers, and a bot. Its updates are delivered to the webhook as
Telegram delivers them, but each several times and all of them in random order, to either process, again where the answer is not
200. Meanwhile processes of both kinds are killed (SIGKILL) and started again. The handler of the bot writes down each update that it
handles. In the end that is compared with what was accepted: each update once, and in each chat none before one that had been
accepted when it was first sent. Then the same storm goes over a queue in Postgres alone (FOR UPDATE SKIP LOCKED), with as many
processes and kills.

  --updates <n>    (5000)
  --chats <n>      over so many chats (50)
  --times <n>      how often each is delivered (3)
  --kills <n>      in each of both storms (40)
  --seed <n>       of the order and of the kills (1)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/storm); begun anew each time
  --help

Exit code: 0 only if each update was handled, once, and in order. What the other queue does is shown, and counts for nothing.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): StormOptions | undefined {
  const values = readArguments(args, { values: ['updates', 'chats', 'times', 'kills', 'seed'] })
  if (values === undefined) return undefined
  const updates = wholeNumber('updates', values.updates ?? '5000', { min: 2, max: 100_000 })
  const chats = wholeNumber('chats', values.chats ?? '50', { min: 1, max: 10_000 })
  if (chats > updates) throw new UsageError(`--chats: expected ${updates} at most, got '${chats}'`)
  return {
    updates,
    chats,
    times: wholeNumber('times', values.times ?? '3', { min: 1, max: 20 }),
    kills: wholeNumber('kills', values.kills ?? '40', { min: 0, max: 1_000 }),
    seed: wholeNumber('seed', values.seed ?? '1', { min: 0, max: 2 ** 32 - 1 }),
    isJson: values.json,
    home: values.home ?? '.carillon/storm',
  }
}
