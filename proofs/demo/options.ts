import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

export type DemoOptions = {
  groups: number
  members: number
  /** Seconds until the reminder is due. */
  dueInSeconds: number
  isRealPace: boolean
  isKept: boolean
  isJson: boolean
  home: string
}

export const demoUsage = `npm run demo -- [options]

Starts a whole system of its own (Temporal, Postgres, worker and a local WhatsApp), sends a reminder to groups, and
tells from the recipients' side what arrived. Nothing leaves this machine.

  --groups <n>      groups (25)
  --members <n>     members of each group (20)
  --real-pace       keep the default limit of 40 messages a minute
  --due-in <n>      seconds until the reminder is due (5)
  --keep            keep running at the end, and print where to look around
  --json            the last line of stdout is one JSON object with the figures
  --home <folder>   the demo's data (.carillon/demo); begun anew each time
  --help

Exit code: 0 only if every recipient read every message once and in order; 130 after Ctrl-C.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): DemoOptions | undefined {
  const values = readArguments(args, {
    values: ['groups', 'members', 'due-in'],
    switches: ['real-pace', 'keep'],
  })
  if (values === undefined) return undefined
  return {
    groups: wholeNumber('groups', values.groups ?? '25', { min: 1, max: 1_000 }),
    members: wholeNumber('members', values.members ?? '20', { min: 1, max: 1_000 }),
    dueInSeconds: wholeNumber('due-in', values['due-in'] ?? '5', { min: 1, max: 3_600 }),
    isRealPace: values['real-pace'],
    isKept: values.keep,
    isJson: values.json,
    home: values.home ?? '.carillon/demo',
  }
}
