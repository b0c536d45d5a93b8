import { resolve } from 'node:path'
import { readArguments, wholeNumber } from '../../src/stack/program-arguments.js'

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
Temporal's schema and server, its Web UI, the migrations, two workers and the HTTP API twice, and a local WhatsApp. Then
it creates reminders by both APIs at once, sends to groups while a worker is killed, while the workers and the APIs are
replaced, and while Temporal is upgraded, and asks every recipient.

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
  const values = readArguments(args, { values: ['groups', 'members', 'backup-tools'], switches: ['keep'] })
  if (values === undefined) return undefined
  return {
    groups: wholeNumber('groups', values.groups ?? '20', { min: 1, max: 1_000 }),
    members: wholeNumber('members', values.members ?? '5', { min: 1, max: 1_000 }),
    isKept: values.keep,
    isJson: values.json,
    home: values.home ?? '.carillon/topology',
    ...(values['backup-tools'] !== undefined && { backupTools: resolve(values['backup-tools']) }),
  }
}
