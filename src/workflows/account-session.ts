import {
  ActivityFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { SessionEnd } from '../protocol/payloads.js'
import { pairSignal } from '../protocol/messages.js'
import type { AccountArgs } from '../protocol/workflows.js'
import { ownSession } from './proxies.js'
import { carillonAccount, carillonStatus } from '../protocol/search-attributes.js'
import { backoff, waitUntil } from './waiting.js'

// Long enough to fetch the phone.
const pairAgainMs = 600_000

/**
 * Keeps exactly one socket of the account alive somewhere: one activity that lives as long as the socket and that
 * Temporal starts again, here or elsewhere, when it or its process dies. Ends when the device is no longer linked and
 * nobody pairs it again.
 */
export async function accountSession({ accountId }: AccountArgs): Promise<SessionEnd> {
  let pairRequests = 0
  let owning: CancellationScope | undefined
  let shownStatus: string | undefined
  setHandler(pairSignal, () => {
    pairRequests += 1
    owning?.cancel()
  })
  upsertSearchAttributes([{ key: carillonAccount, value: accountId }])

  const beforeRestart = backoff(5_000, 300_000)
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof accountSession>({ accountId })
    const served = pairRequests
    const isAskedAgain = () => pairRequests > served
    show('open', 'A process owns the session of the account, or is about to.')
    const end = await own(isAskedAgain)
    if (isAskedAgain()) continue
    if (end === undefined) {
      await waitUntil(Date.now() + beforeRestart.nextMs(), isAskedAgain, 'before the session is opened again')
      continue
    }
    log.warn('session ended', { accountId, end: end.kind })
    show(
      end.kind,
      'The session does not come back by itself: link the device again with `carillon account pair`.',
    )
    if (await waitUntil(Date.now() + pairAgainMs, isAskedAgain, 'it may be linked again')) continue
    return end
  }

  /** Undefined when the session is to be opened again. */
  async function own(isAskedAgain: () => boolean): Promise<SessionEnd | undefined> {
    owning = new CancellationScope()
    try {
      return await owning.run(() => ownSession({ accountId }))
    } catch (error) {
      if (isCancellation(error)) {
        if (isAskedAgain() && !CancellationScope.current().consideredCancelled) return undefined
        throw error
      }
      // Temporal retries for 30 days. What ended before that is broken, and is tried again all the same.
      if (error instanceof ActivityFailure) return undefined
      throw error
    } finally {
      owning = undefined
    }
  }

  function show(status: string, text: string): void {
    setCurrentDetails(`**${status}**\n\n${text}`)
    if (status === shownStatus) return
    shownStatus = status
    upsertSearchAttributes([{ key: carillonStatus, value: status }])
  }
}
