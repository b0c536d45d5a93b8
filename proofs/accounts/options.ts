import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type AccountsOptions = {
  accounts: number
  /** Groups of each account. */
  groups: number
  /** Reminders of each account, each of one text to all of its groups, all due at one instant. */
  reminders: number
  /** The limit of each account in any minute. */
  ratePerMinute: number
  isJson: boolean
  home: string
}

export const accountsUsage = `npm run bench:accounts -- [options]

Starts a whole system of its own (Temporal in memory, Postgres, one worker and a local WhatsApp that counts without
decrypting) with many accounts that are busy for ten minutes at the default pace: each has nine reminders for fifty groups,
due at one instant. Tells how much of each account's limit was used.

  --accounts <n>   accounts (50)
  --groups <n>     groups of each (50)
  --reminders <n>  of each, to all of its groups (9)
  --rate <n>       the limit of an account in any minute (40, the default)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/accounts); begun anew each time
  --help

Exit code: 0 only if each message went out exactly once, and the accounts used at least 98 % of their limits.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): AccountsOptions | undefined {
  const values = readArguments(args, { values: ['accounts', 'groups', 'reminders', 'rate'] })
  if (values === undefined) return undefined
  return {
    accounts: wholeNumber('accounts', values.accounts ?? '50', { min: 1, max: 100 }),
    groups: wholeNumber('groups', values.groups ?? '50', { min: 1, max: 1_000 }),
    reminders: wholeNumber('reminders', values.reminders ?? '9', { min: 1, max: 1_000 }),
    ratePerMinute: wholeNumber('rate', values.rate ?? '40', { min: 1, max: 100_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/accounts',
  }
}
