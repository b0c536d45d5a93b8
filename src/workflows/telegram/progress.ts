import { continueAsNew, sleep, workflowInfo } from '@temporalio/workflow'
import type { ProgressArgs } from '../../protocol/workflows.js'
import { showProgress } from './proxies.js'

/** Telegram takes some twenty messages and edits a minute in a chat. */
const firstMs = 3_000
/** What has not changed for long is looked at less often. */
const mostMs = 60_000

/** Edits one message until its run is over. */
export async function telegramProgress({ id, waitMs }: ProgressArgs & { waitMs?: number }): Promise<void> {
  let nextMs = waitMs ?? firstMs
  for (;;) {
    const shown = await showProgress({ id })
    if (shown.kind === 'over') return
    nextMs = shown.kind === 'same' ? Math.min(mostMs, nextMs * 2) : firstMs
    if (shown.kind === 'wait') nextMs = Math.max(firstMs, shown.afterMs)
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof telegramProgress>({ id, waitMs: nextMs })
    await sleep(nextMs, { summary: 'until it is edited again' })
  }
}
