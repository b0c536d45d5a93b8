import { join } from 'node:path'
import { temporal } from '@temporalio/proto'
import { projectRoot } from '../../src/stack/project-root.js'

/** One folder for each version of the workflows that may be running somewhere. */
export const historiesFolder = join(projectRoot(), 'test/replay/histories')

/**
 * Where `npm run record-histories` writes. Nothing has been released: these are recorded again when the workflows
 * change, and bind nobody yet (docs/decisions/0021).
 */
export const currentVersion = 'unreleased'

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
