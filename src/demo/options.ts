import { parseArgs } from 'node:util'

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

export class UsageError extends Error {
  override name = 'UsageError'
}

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): DemoOptions | undefined {
  const values = parse(args)
  if (values.help === true) return undefined
  return {
    groups: count('groups', values.groups ?? '25', 1_000),
    members: count('members', values.members ?? '20', 1_000),
    dueInSeconds: count('due-in', values['due-in'] ?? '5', 3_600),
    isRealPace: values['real-pace'] === true,
    isKept: values.keep === true,
    isJson: values.json === true,
    home: values.home ?? '.carillon/demo',
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        groups: { type: 'string' },
        members: { type: 'string' },
        'due-in': { type: 'string' },
        'real-pace': { type: 'boolean' },
        keep: { type: 'boolean' },
        json: { type: 'boolean' },
        home: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function count(name: string, text: string, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value
  throw new UsageError(`--${name}: expected a whole number from 1 to ${max}, got '${text}'`)
}
