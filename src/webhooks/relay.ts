import type { Client } from '@temporalio/client'
import { mainTaskQueue } from '../domain/ids.js'
import { webhookRelayWorkflowId } from '../domain/webhooks.js'
import type { Database } from '../store/database.js'
import { hasEndpoints } from '../store/webhooks/webhook-queue.js'
import type { Workflows } from '../protocol/workflows.js'

/** Starts the one relay of the system where none is running: there are endpoints now. */
export async function startWebhookRelay(temporal: Client): Promise<void> {
  await temporal.workflow.start<Workflows['webhooks']>('webhooks', {
    workflowId: webhookRelayWorkflowId,
    taskQueue: mainTaskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Hands webhook events over',
  })
}

/** For a worker that starts: what was terminated, or lost with Temporal's data, runs again. */
export async function resumeWebhookRelay(temporal: Client, database: Database): Promise<void> {
  if (await hasEndpoints(database)) await startWebhookRelay(temporal)
}
