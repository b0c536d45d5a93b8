import { readArguments, UsageError, wholeNumber } from '../../src/stack/program-arguments.js'

export type SoakOptions = {
  seconds: number
  accounts: number
  workers: number
  /** Between the reminders of an account. */
  everyMs: number
  sampleMs: number
  isJson: boolean
  home: string
}

export const soakUsage = `npm run soak -- [options]

Starts a whole system of its own (Temporal, Postgres, workers and a local WhatsApp) and sends at a steady pace from
several accounts. Meanwhile it looks at memory, handles, Postgres connections and Temporal's histories, and tells
whether they stay flat.

  --minutes <n>    how long (60)
  --seconds <n>    how long, in seconds instead
  --accounts <n>   accounts (4)
  --workers <n>    workers (2)
  --every <s>      seconds between the reminders of an account, each four groups and two parts (15)
  --sample <s>     seconds between samples (10)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/soak); begun anew each time
  --help

Exit code: 0 only if everything stayed flat and every message was read once.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): SoakOptions | undefined {
  const values = readArguments(args, {
    values: ['minutes', 'seconds', 'accounts', 'workers', 'every', 'sample'],
  })
  if (values === undefined) return undefined
  if (values.minutes !== undefined && values.seconds !== undefined)
    throw new UsageError('--minutes and --seconds exclude each other: give one')
  return {
    seconds:
      values.seconds === undefined
        ? 60 * wholeNumber('minutes', values.minutes ?? '60', { min: 1, max: 10_000 })
        : wholeNumber('seconds', values.seconds, { min: 10, max: 600_000 }),
    accounts: wholeNumber('accounts', values.accounts ?? '4', { min: 1, max: 50 }),
    workers: wholeNumber('workers', values.workers ?? '2', { min: 1, max: 20 }),
    everyMs: 1_000 * wholeNumber('every', values.every ?? '15', { min: 1, max: 3_600 }),
    sampleMs: 1_000 * wholeNumber('sample', values.sample ?? '10', { min: 1, max: 600 }),
    isJson: values.json,
    home: values.home ?? '.carillon/soak',
  }
}
