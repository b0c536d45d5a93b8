import { ActivityFailure, CancellationScope, isCancellation } from '@temporalio/workflow'
import type { WebhookEnd } from '../../protocol/payloads.js'
import type { WebhookDeliveryArgs } from '../../protocol/workflows.js'
import { deliverWebhook, endWebhook } from './proxies.js'

/**
 * One event to one endpoint, until it has it, that is given up, or the endpoint is in back-off and the event waits for
 * its next turn in Postgres. Its id makes a second one of this turn impossible.
 */
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
