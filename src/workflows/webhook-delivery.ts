import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow'
import type { WebhookEnd } from '../activities/types.js'
import { deliverWebhook, endWebhook } from './webhook-proxies.js'

export type WebhookDeliveryArgs = { eventId: string; endpointId: string }

/** One event to one endpoint, until it has it or that is given up. Its id makes a second delivery impossible. */
export async function webhookDelivery(args: WebhookDeliveryArgs): Promise<WebhookEnd> {
  try {
    return await deliverWebhook(args)
  } catch (error) {
    const isCanceled = isCancellation(error)
    if (!isCanceled && !(error instanceof ActivityFailure)) throw error
    const kind = isCanceled ? 'dropped' : 'failed'
    await CancellationScope.nonCancellable(() => endWebhook({ ...args, state: kind }))
    return { kind }
  }
}
