import type { TargetOutcome } from '../../protocol/payloads.js'
import * as ledger from '../../store/sends/sends.js'
import type { SendRequest } from '../../whatsapp/gateway.js'
import { retryable } from '../retryable.js'
import { beginAttempt } from './begin-attempt.js'
import { leaveUnknown, overtaken } from './close-target.js'
import type { DeliveryContext } from './context.js'
import { afterRefusal } from './after-refusal.js'
import { relay } from './relay.js'

export type PartToSend = SendRequest & {
  onUncertain: 'resend' | 'unknown'
  /** Its acknowledgement makes the target delivered. */
  last: boolean
}

/**
 * Sends one part to one target. The intent is in the ledger before anything leaves, and the outcome after it; an
 * attempt that a restriction of the account has stopped is followed by another.
 * @param known the last attempt that the ledger has: a newer one fences it
 * @returns undefined when the part was acknowledged; otherwise how the target ends, or that it is held
 */
export async function sendPart(
  context: DeliveryContext,
  known: ledger.Attempt,
  { onUncertain, last, ...request }: PartToSend,
): Promise<TargetOutcome | undefined> {
  const { database, slots, logger } = context
  for (;;) {
    const begun = await beginAttempt(context, known)
    if (begun.kind === 'blocked') return begun.outcome
    const { attempt, slot } = begun
    const { outcome, elapsedMs } = await relay(context, begun, request)
    const { runId, ordinal, part } = attempt
    const fields = { runId, ordinal, part, sendId: request.messageId, attempt: attempt.attempt, elapsedMs }
    switch (outcome.kind) {
      case 'acked': {
        const { leftOutDevices } = outcome
        const commit = () => ledger.commitAck(database, { ...attempt, slot: slot.slot, last, leftOutDevices })
        if (!(await slots.forAck(slot, commit))) throw overtaken()
        logger.info({ ...fields, leftOutDevices }, 'message acknowledged')
        return undefined
      }
      case 'refused': {
        logger.warn({ ...fields, code: outcome.code, failure: outcome.failure }, 'message refused')
        const end = await afterRefusal(context, attempt, outcome)
        if (end) return end
        known = attempt
        break
      }
      case 'unknown':
        logger.warn({ ...fields, failure: outcome.failure }, 'outcome of the message is unknown')
        if (onUncertain === 'unknown') return await leaveUnknown(database, attempt)
        throw retryable(outcome.failure)
    }
  }
}
