import { ActivityFailure, CancellationScope, isCancellation, log, TimeoutFailure } from '@temporalio/workflow'
import type { TargetOutcome } from '../../protocol/payloads.js'
import { accountActivities, runs } from '../proxies.js'
import { say } from '../../domain/sentences/say.js'

export type GroupDeliveryArgs = {
  runId: string
  ordinal: number
  accountId: string
  /** An instant in UTC. */
  deadline: string
}

/** `canceled`: by the run, which was paused or canceled, or by hand; the run knows which. */
export type DeliveryEnd = TargetOutcome | { kind: 'canceled' }

/**
 * All parts to one target. Its one activity runs where the account's session is; the ledger knows which parts are
 * out, so a retry, or another delivery of the same target after a pause, begins at the first that is not.
 */
export async function groupDelivery({
  runId,
  ordinal,
  accountId,
  deadline,
}: GroupDeliveryArgs): Promise<DeliveryEnd> {
  const { deliver } = accountActivities({
    accountId,
    timeoutMs: Math.max(1, Date.parse(deadline) - Date.now()),
    summary: `target ${ordinal}`,
  })
  try {
    return await deliver({ runId, ordinal })
  } catch (error) {
    if (isCanceled(error)) return { kind: 'canceled' }
    const isLate = isOutOfTime(error)
    log.warn('delivery gave up', { runId, ordinal, isLate, error })
    return await CancellationScope.nonCancellable(() =>
      runs.abandonTarget({
        runId,
        ordinal,
        state: isLate ? 'expired' : 'failed',
        reason: isLate ? say('notSentBefore', { deadline }) : say('deliveryFailed'),
      }),
    )
  }
}

/** An activity that was to stop and failed on the way is not tried again: it ends with that failure. */
export function isCanceled(error: unknown): boolean {
  return (
    isCancellation(error) || (error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED')
  )
}

/** Temporal gives an activity up early, with its last failure, when the next try would come after its time is over. */
export function isOutOfTime(error: unknown): boolean {
  return (
    error instanceof ActivityFailure &&
    (error.cause instanceof TimeoutFailure || error.retryState === 'TIMEOUT')
  )
}
