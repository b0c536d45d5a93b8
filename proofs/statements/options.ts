import { readArguments, UsageError } from '../../src/stack/program-arguments.js'

export type StatementsOptions = {
  /** 1 is a million reminders, three million runs, ten million sends. */
  scale: number
  isJson: boolean
  home: string | undefined
}

export const statementsUsage = `npm run bench:statements -- [options]

Runs every statement of src/store, those inside functions and triggers too, on a Postgres of its own that is filled with
generated data, first with a tenth and then with all of it, and prints for each what it read.

  --scale <x>      1 is 1M reminders, 3M runs and 10M sends (1); 0.01 takes seconds
  --json           the last line of stdout is one JSON object with the statements, and those whose cost is growing
  --home <folder>  the data (a temporary folder, which is removed)
  --help

Exit code: 0 only if no statement scans a table that grows, and none reads more because more is kept. Below a scale of
0.1 Postgres is told to avoid what only few rows allow, such as sequential scans: one that is left has no index at all.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): StatementsOptions | undefined {
  const values = readArguments(args, { values: ['scale'] })
  if (values === undefined) return undefined
  const scale = Number(values.scale ?? '1')
  if (!(scale >= 0.002 && scale <= 10))
    throw new UsageError(`--scale: expected a number from 0.002 to 10, got '${values.scale}'`)
  return { scale, isJson: values.json, home: values.home }
}
