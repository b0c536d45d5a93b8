import { proxyActivities } from '@temporalio/workflow'
import type { WebhookRelayActivities } from '../../activities/webhook-relay.js'
import type { WebhookActivities } from '../../activities/webhooks.js'
import { webhooksTaskQueue } from '../../domain/webhooks.js'

const taskQueue = webhooksTaskQueue

/** Holds a connection that hears of new events. A dead process is noticed by the missing heartbeat. */
export const { relayWebhooks } = proxyActivities<WebhookRelayActivities>({
  taskQueue,
  startToCloseTimeout: '30d',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  summary: 'hears of events',
})

/** The tries, for three days. A try that was not taken says when the next one is; this is for Postgres or a worker gone. */
export const { deliverWebhook } = proxyActivities<WebhookActivities>({
  taskQueue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '3d',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '1h' },
})

export const { endWebhook } = proxyActivities<WebhookActivities>({
  taskQueue,
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
})
