import type { Client } from '@temporalio/client'
import { telegramUpdateWorkflowId, type UpdateKey } from '../domain/telegram.js'
import { wakeUpdate } from '../inbox/wake.js'
import { waitingUpdates, recordDoneBefore } from '../store/inbox/updates.js'
import type { Queryable } from '../store/database.js'
import { lookAt, openWorkflowIds } from './temporal.js'

export type UpdateCounts = {
  /** Updates of bots whose workflow was gone, and that go on from their rows. */
  resumedUpdates: number
}

const pageSize = 500

/** Starts the workflows of updates that wait in Postgres and are not in Temporal. Returns how many were looked at, too. */
export async function reconcileUpdates({
  client,
  temporal,
  dryRun,
  onProgress,
  operator,
}: {
  client: Queryable
  temporal: Client
  dryRun: boolean
  onProgress: () => void
  operator: string | undefined
}): Promise<UpdateCounts & { checked: number }> {
  const counts = { resumedUpdates: 0, checked: 0 }
  let open: Set<string> | undefined
  let after: UpdateKey | undefined
  for (;;) {
    const page = await waitingUpdates(client, { after, limit: pageSize, operator })
    after = page.at(-1)
    if (after === undefined) return counts
    open ??= await openWorkflowIds(temporal, 'telegramUpdate')
    for (const key of page) {
      counts.checked += 1
      const workflowId = telegramUpdateWorkflowId(key)
      if (open.has(workflowId)) continue
      const found = await lookAt(temporal, workflowId)
      if (found.kind === 'open') continue
      // Temporal knows that it was handled: Postgres was restored from a backup that is older than that.
      const isHandled = found.kind === 'closed' && found.status === 'COMPLETED'
      if (!dryRun) {
        if (!isHandled) await wakeUpdate(temporal, key)
        else if (!(await recordDoneBefore(client, key))) continue
      }
      counts.resumedUpdates += 1
    }
    onProgress()
  }
}
