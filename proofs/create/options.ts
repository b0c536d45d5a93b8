import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type CreateOptions = {
  /** Reminders of one call, in each turn. */
  many: number
  /** Reminders that are created one after the other, in each turn. */
  single: number
  turns: number
  isJson: boolean
  home: string
}

export const createUsage = `npm run bench:create -- [options]

Starts a whole system of its own (Temporal on its file, Postgres, one worker, a local WhatsApp) and creates reminders
through the client, in turns: some one after the other, as many as a file has in one call, and the same call again, which
finds them all. Then it counts: each has one row and one workflow. Rates vary with what else the machine does, so the
two are judged by their ratio.

  --many <n>       reminders of one call (1000)
  --single <n>     reminders one after the other (100)
  --turns <n>      (3)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/create); begun anew each time
  --help

Exit code: 0 only if many are created at least four times as fast as one by one, and each is there once.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): CreateOptions | undefined {
  const values = readArguments(args, { values: ['many', 'single', 'turns'], switches: [] })
  if (values === undefined) return undefined
  return {
    many: wholeNumber('many', values.many ?? '1000', { min: 1, max: 100_000 }),
    single: wholeNumber('single', values.single ?? '100', { min: 1, max: 10_000 }),
    turns: wholeNumber('turns', values.turns ?? '3', { min: 1, max: 100 }),
    isJson: values.json,
    home: values.home ?? '.carillon/create',
  }
}
