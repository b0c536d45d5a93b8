import type { Client } from '@temporalio/client'
import { readTelegramUpdateWorkflowId, telegramUpdateWorkflowId, type UpdateKey } from '../domain/telegram.js'
import { wakeNext, wakeUpdate } from '../inbox/wake.js'
import {
  recordDoneBefore,
  updatesThatAreOver,
  waitingUpdates,
  type WaitingUpdate,
} from '../store/inbox/updates.js'
import type { Database, Queryable } from '../store/database.js'
import { lookAt, openWorkflowIds } from './temporal.js'

export type UpdateCounts = {
  /** Updates of bots whose workflow was gone, and that go on from their rows. */
  resumedUpdates: number
}

type Pass = {
  /** The connection that holds the job's lock. What is written goes by another one, so that who is woken sees it. */
  client: Queryable
  database: Database
  temporal: Client
  dryRun: boolean
  onProgress: () => void
  operator: string | undefined
}

const pageSize = 500

/**
 * Starts the workflows of updates that wait in Postgres and are not in Temporal. Those that are there and may have missed a
 * word look again: who was to wake them may have died before. Returns how many were looked at, too.
 */
export async function reconcileUpdates(pass: Pass): Promise<UpdateCounts & { checked: number }> {
  const { client, temporal, onProgress, operator } = pass
  const counts = { resumedUpdates: 0, checked: 0 }
  const open = await openWorkflowIds(temporal, 'telegramUpdate')
  let after: UpdateKey | undefined
  for (;;) {
    const page = await waitingUpdates(client, { after, limit: pageSize, operator })
    after = page.at(-1)
    if (after === undefined) break
    for (const update of page) {
      counts.checked += 1
      if (await resumed(pass, update, open)) counts.resumedUpdates += 1
    }
    onProgress()
  }
  await endThoseThatAreOver(pass, open)
  return counts
}

/** Returns whether its workflow was gone. */
async function resumed(
  { database, temporal, dryRun }: Pass,
  { isItsTurn, ...key }: WaitingUpdate,
  open: ReadonlySet<string>,
): Promise<boolean> {
  const workflowId = telegramUpdateWorkflowId(key)
  const found = open.has(workflowId) ? undefined : await lookAt(temporal, workflowId)
  if (found === undefined || found.kind === 'open') {
    // One that is being tried takes no notice.
    if (isItsTurn && !dryRun) await wakeUpdate(temporal, key)
    return false
  }
  if (dryRun) return true
  // Temporal knows that it was handled: Postgres was restored from a backup that is older than that.
  if (found.kind === 'closed' && found.status === 'COMPLETED') {
    const isResumed = await recordDoneBefore(database, key)
    await wakeNext({ database, temporal }, key)
    return isResumed
  }
  await wakeUpdate(temporal, key)
  return true
}

/** The workflows of updates that were dropped with their bot wait for nothing, and end when they look. */
async function endThoseThatAreOver(
  { client, temporal, dryRun, onProgress, operator }: Pass,
  open: ReadonlySet<string>,
): Promise<void> {
  if (dryRun) return
  const keys = [...open].flatMap((workflowId) => readTelegramUpdateWorkflowId(workflowId) ?? [])
  for (let i = 0; i < keys.length; i += pageSize) {
    const updates = keys.slice(i, i + pageSize)
    for (const key of await updatesThatAreOver(client, { updates, operator })) await wakeUpdate(temporal, key)
    onProgress()
  }
}
