import { adviceFor, failureKinds, mostRefusals, type FailureType } from '../../domain/failures.js'
import type { TargetOutcome } from '../../protocol/payloads.js'
import { setAccountState, setDirectHold } from '../../store/accounts/accounts.js'
import { revertSend } from '../../store/sends/sends.js'
import { retryable } from '../retryable.js'
import { restrictionMs, accountStateOf } from '../sessions/account-restrictions.js'
import { heldUntil, type BegunAttempt } from './begin-attempt.js'
import { closeTarget } from './close-target.js'
import type { DeliveryContext } from './context.js'
import { say } from '../../domain/sentences/say.js'

type Refusal = { failure: FailureType; code: number | undefined; until?: Date }

// A limit that is over in seconds is met again by the next messages: to go on at once makes it worse.
const leastLimitMs = 60_000
// What is not known is not asked for in a hurry.
const unknownReasonMs = 30_000

/** How the target ends; undefined when the send waits for the account and then goes on. */
export async function afterRefusal(
  { database, session: { accountId }, epoch }: DeliveryContext,
  attempt: BegunAttempt,
  refusal: Refusal,
): Promise<TargetOutcome | undefined> {
  const { failure, code, until } = refusal
  const kind = failureKinds[failure]
  switch (kind) {
    case 'target':
      return await closeTarget(database, attempt, refusedEnd(attempt, refusal))
    case 'account':
      await revertSend(database, { ...attempt, failure })
      await setAccountState(database, {
        accountId,
        epoch,
        state: accountStateOf(failure),
        detail: adviceFor(failure, code),
        forMs: until === undefined ? restrictionMs(failure) : Math.max(leastLimitMs, msTo(until)),
      })
      return undefined
    case 'direct': {
      await revertSend(database, { ...attempt, failure })
      const heldTo = until ?? new Date(Date.now() + restrictionMs(failure))
      await setDirectHold(database, { accountId, epoch, by: failure, until: heldTo })
      return heldUntil(heldTo)
    }
    case 'retry': {
      const most = mostRefusals[failure]
      const refusals = await revertSend(database, { ...attempt, failure, isCounted: most !== undefined })
      if (most !== undefined && refusals >= most)
        return await closeTarget(database, attempt, refusedEnd(attempt, refusal))
      const delayMs = until === undefined ? againAfterMs(failure, refusals) : msTo(until)
      throw retryable(failure, {
        ...(code !== undefined && { why: `WhatsApp's code: ${code}` }),
        ...(delayMs !== undefined && { delayMs }),
      })
    }
    case 'fenced':
      await revertSend(database, { ...attempt, failure })
      throw retryable(failure)
  }
}

function msTo(until: Date): number {
  return until.getTime() - Date.now()
}

/** Undefined where Temporal's own back-off will do. */
function againAfterMs(failure: FailureType, refusals: number): number | undefined {
  return failure === 'RefusedForUnknownReason' ? unknownReasonMs * 2 ** (refusals - 1) : undefined
}

/** An earlier attempt may be out: that this one was refused takes none of that back, and nobody may send it again. */
function refusedEnd({ uncertain }: BegunAttempt, { failure, code }: Refusal) {
  const advice = adviceFor(failure, code)
  // They have the message, or will.
  if (failure === 'SamePerson' && !uncertain) return { state: 'skipped', failure, reason: advice } as const
  if (!uncertain) return { state: 'failed', failure, reason: advice } as const
  const reason = say('refusedAfterUncertain', { advice })
  return { state: 'unknown', failure, reason } as const
}
