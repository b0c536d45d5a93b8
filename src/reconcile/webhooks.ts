import type { Client } from '@temporalio/client'
import { webhookDeliveryWorkflowId, webhookRelayWorkflowId } from '../domain/webhooks.js'
import type { Queryable } from '../store/database.js'
import {
  handBack,
  handedOver,
  hasEndpoints,
  tellRelay,
  type DeliveryKey,
} from '../store/webhooks/webhook-queue.js'
import { startWebhookRelay } from '../webhooks/relay.js'
import { lookAt, openWorkflowIds } from './temporal.js'

export type WebhookCounts = {
  /** 1 where the relay of webhooks was gone. */
  startedRelays: number
  /** Events that had been handed over to Temporal, and whose delivery was gone: they are handed over again. */
  resumedWebhooks: number
}

const pageSize = 500

/**
 * A delivery that is in Temporal by Postgres' account, and is not there, goes back to its endpoint's queue, and the relay
 * hands it over for another turn. Only a few of each endpoint are in Temporal, however many wait.
 *
 * @returns what was done, and how many deliveries were looked at
 */
export async function reconcileWebhooks({
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
}): Promise<WebhookCounts & { checked: number }> {
  const counts = { startedRelays: 0, resumedWebhooks: 0, checked: 0 }
  let open: Set<string> | undefined
  let after: DeliveryKey | undefined
  for (;;) {
    const page = await handedOver(client, { after, limit: pageSize, operator })
    after = page.at(-1)
    if (after === undefined) break
    open ??= await openWorkflowIds(temporal, 'webhookDelivery')
    for (const turn of page) {
      counts.checked += 1
      const workflowId = webhookDeliveryWorkflowId(turn)
      if (open.has(workflowId) || (await lookAt(temporal, workflowId)).kind === 'open') continue
      // It may have ended since the page was read: then its turn is no more in Temporal, or it has its state.
      if (dryRun || (await handBack(client, turn))) counts.resumedWebhooks += 1
    }
    onProgress()
  }
  if (
    (await hasEndpoints(client, { operator })) &&
    (await lookAt(temporal, webhookRelayWorkflowId)).kind !== 'open'
  ) {
    if (!dryRun) await startWebhookRelay(temporal)
    counts.startedRelays += 1
  }
  if (!dryRun && counts.resumedWebhooks > 0) await tellRelay(client)
  return counts
}
