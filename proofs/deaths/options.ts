import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type DeathsOptions = { rounds: number; deaths: number; isJson: boolean; home: string }

export const deathsUsage = `npm run chaos:deaths -- [options]

Starts a whole system of its own. Whenever Postgres has answered something that a worker wrote, that worker is killed
before it sees the answer: once for each statement and each transaction that it has. Meanwhile an operator creates,
pauses, resumes, cancels, edits, snoozes, skips, fires, retries and deletes reminders. Then it asks the recipients.

  --rounds <n>     the operator's rounds, at most (10); it ends with one in which nobody died
  --deaths <n>     so many at most (1000)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the campaign's data and logs (.carillon/deaths); begun anew each time
  --help

Exit code: 0 only if every message was read as asked, nothing is left over, and nothing waits for nobody.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): DeathsOptions | undefined {
  const values = readArguments(args, { values: ['rounds', 'deaths'] })
  if (values === undefined) return undefined
  return {
    rounds: wholeNumber('rounds', values.rounds ?? '10', { min: 1, max: 100 }),
    deaths: wholeNumber('deaths', values.deaths ?? '1000', { min: 1, max: 1_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/deaths',
  }
}
