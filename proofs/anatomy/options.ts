import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type AnatomyOptions = {
  /** Reminders of one target and one part in each of the rounds, and as many bare workflows. */
  reminders: number
  /** Groups of the fan-out. */
  groups: number
  /** Whether only what can be counted is looked at, and nothing that is timed. */
  isCounted: boolean
  /** Whether each statement is listed with how often a reminder makes it. */
  isListed: boolean
  isJson: boolean
  home: string
}

export const anatomyUsage = `npm run bench:anatomy -- [options]

Starts a whole system of its own (Temporal in memory, Postgres, one worker, a local WhatsApp) and takes apart what a
reminder of one text to one group costs when nothing else happens: the events, workflow tasks and search-attribute writes
of its histories, its SQL statements from the due time until it is done, and the processor time of worker, Temporal and
Postgres. Beside it, in turns in the same run, a bare Temporal workflow that waits and sends the same text with Baileys,
its keys in the same Postgres. Then a fan-out of the same text.

  --reminders <n>  in each of three turns, and as many bare workflows (30)
  --groups <n>     of the fan-out (200)
  --counts         without the processor time, and without the bare workflows
  --list           list the statements and the events of a reminder
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/anatomy); begun anew each time
  --help

Exit code: 0 only if no count is above its budget, which is printed beside it.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): AnatomyOptions | undefined {
  const values = readArguments(args, { values: ['reminders', 'groups'], switches: ['list', 'counts'] })
  if (values === undefined) return undefined
  return {
    reminders: wholeNumber('reminders', values.reminders ?? '30', { min: 1, max: 10_000 }),
    groups: wholeNumber('groups', values.groups ?? '200', { min: 10, max: 10_000 }),
    isCounted: values.counts,
    isListed: values.list,
    isJson: values.json,
    home: values.home ?? '.carillon/anatomy',
  }
}
