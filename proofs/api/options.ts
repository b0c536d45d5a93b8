import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type ApiOptions = {
  clients: number
  reminders: number
  seconds: number
  turns: number
  isListed: boolean
  isJson: boolean
  home: string
  /** Where the processor profiles go. */
  profileDir: string | undefined
}

export const apiUsage = `npm run bench:api -- [options]

Starts a whole system of its own (Temporal on its file, Postgres, one worker, a local WhatsApp) with the HTTP API in a process of its
own, creates many reminders and some runs, and has many clients, each over a connection of its own, ask as fast as they are
answered: creates, lists (page after page), single reminders, progress of runs, and a mix of them (1 : 3 : 4 : 2). By turns with
each of these, in the same run, the same clients ask a bare Hono for the same JSON, which it has ready. Every answer is read and
checked. Afterwards another process of the API is looked into: its statements for each request, and where its processor time goes.

  --clients <n>       (200)
  --reminders <n>     that there are before it begins (10000)
  --seconds <n>       of each kind, on each side, in each turn (10)
  --turns <n>         (3)
  --list              list the statements of each kind of request
  --profile <folder>  keep the processor profiles of the API, one of each kind, for Chrome's DevTools
  --json              the last line of stdout is one JSON object with the figures
  --home <folder>     the data and logs (.carillon/api); begun anew each time
  --help

Exit code: 0 only if each answer was right.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): ApiOptions | undefined {
  const values = readArguments(args, {
    values: ['clients', 'reminders', 'seconds', 'turns', 'profile'],
    switches: ['list'],
  })
  if (values === undefined) return undefined
  return {
    clients: wholeNumber('clients', values.clients ?? '200', { min: 1, max: 5_000 }),
    reminders: wholeNumber('reminders', values.reminders ?? '10000', { min: 1, max: 1_000_000 }),
    seconds: wholeNumber('seconds', values.seconds ?? '10', { min: 1, max: 3_600 }),
    turns: wholeNumber('turns', values.turns ?? '3', { min: 1, max: 100 }),
    isListed: values.list,
    isJson: values.json,
    home: values.home ?? '.carillon/api',
    profileDir: values.profile,
  }
}
