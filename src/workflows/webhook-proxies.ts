import { proxyActivities } from '@temporalio/workflow'
import type { WebhookRelayActivities } from '../activities/webhook-relay.js'
import type { WebhookActivities } from '../activities/webhooks.js'

/** Holds a connection that hears of new events. A dead process is noticed by the missing heartbeat. */
export const { relayWebhooks } = proxyActivities<WebhookRelayActivities>({
  startToCloseTimeout: '30d',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 1 },
  summary: 'hears of events',
})

/** The tries: after 1 s, 3 s, 9 s and so on up to an hour, for three days. */
export const { deliverWebhook } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '3d',
  retry: { initialInterval: '1s', backoffCoefficient: 3, maximumInterval: '1h' },
})

export const { endWebhook } = proxyActivities<WebhookActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
})
