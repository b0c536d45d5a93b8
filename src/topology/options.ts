import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UsageError } from '../demo/options.js'

export type TopologyOptions = {
  groups: number
  members: number
  isKept: boolean
  isJson: boolean
  home: string
  /** A folder with pg_dump and pg_restore. */
  backupTools?: string
}

export const topologyUsage = `npm run topology -- [options]

Starts the services of docker-compose.yml as processes, with the environment that the file gives them: Postgres,
Temporal's schema and server, its Web UI, the migrations and two workers, and a local WhatsApp. Then it sends to groups
while a worker is killed, while the workers are replaced, and while Temporal is upgraded, and asks every recipient.

Temporal's server, its SQL tool and its Web UI are built with Go the first time.

  --groups <n>      groups (20)
  --members <n>     members of each group (5)
  --backup-tools <folder>  also lose the data in the middle of a run, and restore it with the pg_dump and pg_restore of
                    this folder, which must be of Postgres 18
  --keep            keep running at the end, and print where to look around
  --json            the last line of stdout is one JSON object with the figures
  --home <folder>   the data (.carillon/topology); begun anew each time
  --help

Exit code: 0 only if every service was healthy and every recipient saw every message once; 130 after Ctrl-C.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): TopologyOptions | undefined {
  const values = parse(args)
  if (values.help === true) return undefined
  return {
    groups: count('groups', values.groups ?? '20'),
    members: count('members', values.members ?? '5'),
    isKept: values.keep === true,
    isJson: values.json === true,
    home: values.home ?? '.carillon/topology',
    ...(values['backup-tools'] !== undefined && { backupTools: resolve(values['backup-tools']) }),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        groups: { type: 'string' },
        members: { type: 'string' },
        keep: { type: 'boolean' },
        json: { type: 'boolean' },
        home: { type: 'string' },
        'backup-tools': { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= 1_000) return value
  throw new UsageError(`--${name}: expected a whole number from 1 to 1000, got '${text}'`)
}
