import { ActivityFailure, continueAsNew, isCancellation, log, workflowInfo } from '@temporalio/workflow'
import { backoff, waitUntil } from '../waiting.js'
import { relayWebhooks } from './proxies.js'

/** Keeps exactly one relay of events alive somewhere. One in the system, for all operators; it does not end. */
export async function webhooks(): Promise<void> {
  const beforeRestart = backoff(5_000, 300_000)
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof webhooks>()
    try {
      await relayWebhooks()
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
      // Temporal retries for 30 days. What ended before that is broken, and is tried again all the same.
      log.warn('webhook relay ended', { error })
    }
    await waitUntil(Date.now() + beforeRestart.nextMs(), () => false, 'before the relay starts again')
  }
}
