import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporal } from '@temporalio/proto'
import { projectRoot } from '../../src/stack/project-root.js'

/** One folder for each version of Carillon whose workflows may be running somewhere. */
export const historiesFolder = join(projectRoot(), 'test/replay/histories')

/** The version in package.json: the folder that `npm run record-histories` writes, until that version is bound. */
export const currentVersion = versionOf(readFileSync(join(projectRoot(), 'package.json'), 'utf8'))

/**
 * The versions whose histories bind (docs/decisions/0041), each with the `digestOf` its folder. Today's workflows must
 * replay them; they are neither recorded again nor removed.
 */
export const boundVersions: Readonly<Record<string, string>> = {
  '0.1.0': '7ebda98580c6cd116501fc77e5f600908a73a23350539474516e5f812e232e83',
}

export const kinds = [
  'reminder-completed',
  'reminder-paused-resumed',
  'reminder-canceled',
  'reminder-missed',
  'reminder-run-terminated',
  'reminder-operated',
  'reminder-deleted',
  'reminder-recurring',
  'reminder-goes-on',
  'reminder-cancels-other',
  'reminder-tells-a-retry',
  'run-completed',
  'run-paused-resumed',
  'run-canceled',
  'run-partial',
  'run-retried',
  'run-terminated',
  'run-superseded',
  'run-window',
  'group-delivery-delivered',
  'group-delivery-failed',
  'group-delivery-canceled',
  'account-lock-busy-granted-idle',
  'account-session-linked-again',
  'webhooks-relaying',
  'webhook-delivered',
  'job-reconcile',
  'job-retention',
  'job-metadata-refresh',
  'job-groups-refresh',
  'job-receipts',
  'job-key-rotation',
  'telegram-update-done',
  'telegram-update-redriven',
  'telegram-progress',
] as const
export type HistoryKind = (typeof kinds)[number]

const { History } = temporal.api.history.v1
export type History = temporal.api.history.v1.IHistory

// The SDK's own historyToJSON needs one copy of protobufjs in the tree; Baileys brings another.
export function historyToJson(history: History): string {
  const plain = History.toObject(History.fromObject(history), { longs: String, bytes: String, enums: String })
  // Where it was recorded is nobody's business.
  const scrub = (key: string, value: unknown) => (key === 'identity' ? 'recorder' : value)
  return `${JSON.stringify(plain, scrub, 1)}\n`
}

export function historyFromJson(json: string): History {
  return History.fromObject(JSON.parse(json) as Record<string, unknown>)
}

/** SHA-256 over the names and contents of a version's histories. */
export function digestOf(version: string): string {
  const folder = join(historiesFolder, version)
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).toSorted()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0')
  }
  return hash.digest('hex')
}

function versionOf(packageJson: string): string {
  const { version } = JSON.parse(packageJson) as { version: string }
  return version
}
