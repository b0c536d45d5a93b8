import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type FanOutOptions = {
  groups: number
  /** Groups at once: the reminder's `groupConcurrency`. */
  concurrency: number
  /** Groups that the bare Baileys loop sends to, half of them before the run and half after it. */
  bareGroups: number
  /** The account's limit in any minute; without one it is off. */
  ratePerMinute: number | undefined
  isJson: boolean
  home: string
}

export const fanOutUsage = `npm run bench:fan-out -- [options]

Starts a whole system of its own (Temporal in memory, Postgres, one worker and a local WhatsApp that counts without
decrypting) and sends one text and one image to so many groups, with the limit of the account off. Beside it, in the
same run, a bare Baileys loop sends the same to the same groups.

  --groups <n>       groups (10000)
  --concurrency <n>  groups at once, 20 at most (20; a reminder's default is 3)
  --bare <n>         groups of the bare loop (500, or all where there are fewer)
  --rate <n>         keep to so many messages a minute, and tell how much of that was used (no limit)
  --json             the last line of stdout is one JSON object with the figures
  --home <folder>    the data and logs (.carillon/fan-out); begun anew each time
  --help

Exit code: 0 only if every group got each message once, with one upload, at most 2 statements to prepare, no history
over 10,000 events, a heap that does not grow with the groups, and with --rate at least 98 % of it used.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): FanOutOptions | undefined {
  const values = readArguments(args, { values: ['groups', 'concurrency', 'bare', 'rate'] })
  if (values === undefined) return undefined
  const groups = wholeNumber('groups', values.groups ?? '10000', { min: 10, max: 50_000 })
  return {
    groups,
    concurrency: wholeNumber('concurrency', values.concurrency ?? '20', { min: 1, max: 20 }),
    bareGroups: Math.min(groups, wholeNumber('bare', values.bare ?? '500', { min: 2, max: 50_000 })),
    ratePerMinute:
      values.rate === undefined ? undefined : wholeNumber('rate', values.rate, { min: 1, max: 100_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/fan-out',
  }
}
