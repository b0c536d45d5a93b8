import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type StormOptions = {
  /** Members of the large group, each of whom asks. */
  phones: number
  /** Reminders to another group before the storm, and as many while it lasts. */
  reminders: number
  /** The account's limit in any minute. */
  ratePerMinute: number
  isJson: boolean
  home: string
}

export const stormUsage = `npm run storm:receipts -- [options]

Starts a whole system of its own (Temporal in memory, Postgres, one worker and a local WhatsApp) with one account and one
large group. WhatsApp is installed anew on every phone of the group, so that none can read the next message and each asks
for it by a retry receipt. Meanwhile reminders go to another group. Tells what left in any minute, how late the reminders
were, and who read what.

  --phones <n>     members of the large group (1000)
  --reminders <n>  to another group, before the storm and while it lasts (20)
  --rate <n>       the limit of the account in any minute (1000)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/storm-receipts); begun anew each time
  --help

Exit code: 0 only if each phone reads the message, each gets one copy of its own, no minute has more than the limit or more
copies than a quarter of it, and every reminder of meanwhile is sent while the storm lasts.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): StormOptions | undefined {
  const values = readArguments(args, { values: ['phones', 'reminders', 'rate'] })
  if (values === undefined) return undefined
  return {
    phones: wholeNumber('phones', values.phones ?? '1000', { min: 1, max: 1_023 }),
    reminders: wholeNumber('reminders', values.reminders ?? '20', { min: 1, max: 1_000 }),
    ratePerMinute: wholeNumber('rate', values.rate ?? '1000', { min: 4, max: 100_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/storm-receipts',
  }
}
