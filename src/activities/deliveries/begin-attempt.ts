import { Context } from '@temporalio/activity'
import type { TargetOutcome } from '../../protocol/payloads.js'
import * as ledger from '../../store/sends/sends.js'
import { stopIfUnwanted, wait } from '../heartbeating.js'
import { retryable } from '../retryable.js'
import { isRestriction } from '../sessions/account-restrictions.js'
import { expire } from './close-target.js'
import type { DeliveryContext } from './context.js'
import type { TakenSlot } from './taken-slots.js'

/** `uncertain`: an earlier attempt may have reached WhatsApp. */
export type BegunAttempt = ledger.Attempt & { uncertain: boolean }

export type Beginning =
  | { kind: 'begun'; attempt: BegunAttempt; slot: TakenSlot }
  /** How the target ends, or that it is held. */
  | { kind: 'blocked'; outcome: TargetOutcome }

// How often a delivery that waits for the account looks whether it must still wait.
const lookAtAccountMs = 1_000
const lookAtLimitsMs = 5_000

/** Waits for a slot of the rate limit and for the account, and writes the intent. */
export async function beginAttempt(context: DeliveryContext, known: ledger.Attempt): Promise<Beginning> {
  const { database, slots, logger } = context
  const { runId, ordinal, part } = known
  for (;;) {
    stopIfUnwanted(Context.current())
    const slot = await takeSlot(context, runId)
    const begun = await slots.forIntent(slot, () => ledger.beginSend(database, { ...known, slot: slot.slot }))
    switch (begun.kind) {
      case 'begun': {
        const { attempt, uncertain } = begun
        return { kind: 'begun', attempt: { ...known, attempt, uncertain }, slot }
      }
      case 'accountPaused':
        await wait(lookAtAccountMs)
        break
      case 'accountUnable':
        // The queue of the account keeps the delivery until there is a session again, however long that takes.
        if (begun.leftMs === null || !isRestriction(begun.state))
          throw retryable('ConnectionLost', { why: `the account is ${begun.state}` })
        // Waiting here and not for a retry at that time: a restriction that is lifted sooner is seen at once.
        await wait(Math.min(lookAtAccountMs, Math.max(1, begun.leftMs)))
        break
      case 'directHeld':
        return { kind: 'blocked', outcome: heldUntil(begun.until) }
      case 'fenced':
        logger.warn({ runId, ordinal, part }, 'send refused: another process owns the session')
        throw retryable('Fenced')
      case 'expired':
        return { kind: 'blocked', outcome: await expire(database, known) }
      case 'paused':
      case 'windowClosed':
      case 'over':
      case 'lockLost':
      case 'done':
        logger.info({ runId, ordinal, why: begun.kind }, 'delivery held')
        return { kind: 'blocked', outcome: { kind: 'held' } }
    }
  }
}

/** Others of the run may go on meanwhile. */
export function heldUntil(until: Date): TargetOutcome {
  return { kind: 'held', until: until.toISOString() }
}

async function takeSlot({ slots }: DeliveryContext, runId: string): Promise<TakenSlot> {
  for (;;) {
    const slot = await slots.take(runId)
    if (slot.kind === 'granted') return slot
    // A limit that is raised meanwhile is seen soon.
    await wait(Math.min(slot.waitMs, lookAtLimitsMs))
  }
}
