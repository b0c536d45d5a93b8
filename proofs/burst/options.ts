import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type BurstOptions = {
  /** Reminders of one text to one group, due at one instant. */
  reminders: number
  accounts: number
  /** The limit of each account in any minute. */
  ratePerMinute: number
  /** Due at random times within a minute, after the burst. */
  scattered: number
  /** Reminders of another year, which wait all the while. */
  pending: number
  profileDir: string | undefined
  isJson: boolean
  home: string
}

export const burstUsage = `npm run bench:burst -- [options]

Starts a whole system of its own (Temporal, Postgres, one worker and a local WhatsApp that counts without decrypting) and
makes an ordinary morning of it: so many reminders of one text to one group are due at one instant, over so many
accounts. While they go out, one of those that wait is paused and resumed every other second. Then others are due at
random times within a minute.

  --reminders <n>  due at one instant (1000)
  --accounts <n>   that they are spread over (20)
  --rate <n>       the limit of an account in any minute (100000, which is none)
  --scattered <n>  due at random times within a minute (300)
  --pending <n>    reminders of another year that wait meanwhile (0)
  --profile <dir>  leave profiles of the worker's threads there, for Chrome's DevTools
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/burst); begun anew each time
  --help

Exit code: 0 only if each message was acknowledged exactly once.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): BurstOptions | undefined {
  const values = readArguments(args, {
    values: ['reminders', 'accounts', 'rate', 'scattered', 'pending', 'profile'],
  })
  if (values === undefined) return undefined
  return {
    reminders: wholeNumber('reminders', values.reminders ?? '1000', { min: 1, max: 100_000 }),
    accounts: wholeNumber('accounts', values.accounts ?? '20', { min: 1, max: 100 }),
    ratePerMinute: wholeNumber('rate', values.rate ?? '100000', { min: 1, max: 100_000 }),
    scattered: wholeNumber('scattered', values.scattered ?? '300', { min: 0, max: 100_000 }),
    pending: wholeNumber('pending', values.pending ?? '0', { min: 0, max: 1_000_000 }),
    profileDir: values.profile,
    isJson: values.json,
    home: values.home ?? '.carillon/burst',
  }
}
