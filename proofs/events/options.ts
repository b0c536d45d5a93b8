import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type EventsOptions = {
  clients: number
  /** Clients beside those that read nothing. */
  stuck: number
  seconds: number
  /** Changes a second that are events. */
  rate: number
  isJson: boolean
  home: string | undefined
}

export const eventsUsage = `npm run bench:events -- [options]

Starts a Postgres and the routes of events in a process of its own, and has many clients watch: each over a socket of its own,
and a few that read nothing. Then things change, for a while: accounts, and the sends of a run. It counts what each client is
told, and looks at the memory of the process that tells.

  --clients <n>    (500)
  --stuck <n>      more clients, which read nothing (5)
  --seconds <n>    how long things change (60)
  --rate <n>       changes a second (20), and as many sends of a run
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  Postgres' data; a temporary folder when missing
  --help

Exit code: 0 only if each client was told each change once and in order, and the memory did not grow.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): EventsOptions | undefined {
  const values = readArguments(args, { values: ['clients', 'stuck', 'seconds', 'rate'] })
  if (values === undefined) return undefined
  return {
    clients: wholeNumber('clients', values.clients ?? '500', { min: 1, max: 1_900 }),
    stuck: wholeNumber('stuck', values.stuck ?? '5', { min: 0, max: 100 }),
    seconds: wholeNumber('seconds', values.seconds ?? '60', { min: 1, max: 3_600 }),
    rate: wholeNumber('rate', values.rate ?? '20', { min: 1, max: 1_000 }),
    isJson: values.json,
    home: values.home,
  }
}
