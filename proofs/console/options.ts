import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type ConsoleOptions = {
  reminders: number
  targets: number
  letters: number
  isJson: boolean
  home: string
}

export const consoleUsage = `npm run proof:console -- [options]

Fills a Postgres of its own with reminders and one run to many recipients, serves the API with the console in a process of its
own, and uses the pages in the system's Chromium: how many bytes the first page has (compressed, as they are sent), when its
buttons work, how long its main thread is busy while the two lists are scrolled by the wheel, by the keyboard and by dragging the
scroll bar, with the processor as it is and four times slower, how long a key takes in the editor while the dry run goes, and how
long the API takes for a page of a list, its count, a search and a month of the calendar.

  --reminders <n>  (10000)
  --targets <n>    of the run (10000)
  --letters <n>    that are typed (500)
  --json           the last line of stdout is one JSON object with the figures
  --home <folder>  the data and logs (.carillon/console); begun anew each time
  --help

Exit code: 0 only if the first page has at most 250 KB in each language and can be used within 1.5 s, no task of a scroll takes more than 50 ms,
and no key more than 100 ms, at the speed of this machine. Beside other work the times are of that, too.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): ConsoleOptions | undefined {
  const values = readArguments(args, { values: ['reminders', 'targets', 'letters'] })
  if (values === undefined) return undefined
  return {
    reminders: wholeNumber('reminders', values.reminders ?? '10000', { min: 100, max: 1_000_000 }),
    targets: wholeNumber('targets', values.targets ?? '10000', { min: 100, max: 10_000 }),
    letters: wholeNumber('letters', values.letters ?? '500', { min: 10, max: 4_000 }),
    isJson: values.json,
    home: values.home ?? '.carillon/console',
  }
}
