import { readArguments, UsageError, wholeNumber } from '../../src/stack/program-arguments.js'

export type ChaosOptions = {
  seed: number
  until: { kind: 'minutes'; minutes: number } | { kind: 'kills'; kills: number }
  accounts: number
  workers: number
  ratePerMinute: number
  /** Between faults, on average. */
  paceMs: number
  isJson: boolean
  home: string
}

export const chaosUsage = `npm run chaos -- [options]

Starts a whole system of its own (Temporal, Postgres, workers and a local WhatsApp), sends reminders from several
accounts, and meanwhile kills, stops and restarts every part of it at random. Then it asks the recipients.

  --minutes <n>    how long faults last (30)
  --kills <n>      until so many kills instead
  --seed <n>       the same seed draws the same faults and reminders (1)
  --accounts <n>   accounts (3)
  --workers <n>    workers (3)
  --rate <n>       messages of an account in any 60 s (30)
  --pace <ms>      between faults, on average (2200)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the campaign's data and logs (.carillon/chaos); begun anew each time
  --help

Exit code: 0 only if every message was read once, in order, within the limits, and nothing is left over.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): ChaosOptions | undefined {
  const values = readArguments(args, {
    values: ['minutes', 'kills', 'seed', 'accounts', 'workers', 'rate', 'pace'],
  })
  if (values === undefined) return undefined
  if (values.minutes !== undefined && values.kills !== undefined)
    throw new UsageError('--minutes and --kills exclude each other: give one')
  return {
    seed: wholeNumber('seed', values.seed ?? '1', { min: 0, max: 2 ** 31 }),
    until:
      values.kills === undefined
        ? {
            kind: 'minutes',
            minutes: wholeNumber('minutes', values.minutes ?? '30', { min: 1, max: 10_000 }),
          }
        : { kind: 'kills', kills: wholeNumber('kills', values.kills, { min: 1, max: 1_000_000 }) },
    accounts: wholeNumber('accounts', values.accounts ?? '3', { min: 1, max: 50 }),
    workers: wholeNumber('workers', values.workers ?? '3', { min: 1, max: 20 }),
    ratePerMinute: wholeNumber('rate', values.rate ?? '30', { min: 1, max: 100_000 }),
    paceMs: wholeNumber('pace', values.pace ?? '2200', { min: 100, max: 600_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/chaos',
  }
}
