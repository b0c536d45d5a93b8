import { adviceFor, failureKinds, type FailureType } from '../../domain/failures.js'
import type { TargetOutcome } from '../../protocol/payloads.js'
import { setAccountState, setDirectHold } from '../../store/accounts/accounts.js'
import { revertSend } from '../../store/sends/sends.js'
import { retryable } from '../retryable.js'
import { restrictionMs, accountStateOf } from '../sessions/account-restrictions.js'
import { heldUntil, type BegunAttempt } from './begin-attempt.js'
import { closeTarget } from './close-target.js'
import type { DeliveryContext } from './context.js'

/** How the target ends; undefined when the send waits for the account and then goes on. */
export async function afterRefusal(
  { database, session: { accountId }, epoch }: DeliveryContext,
  attempt: BegunAttempt,
  {
    failure,
    code,
    until = new Date(Date.now() + restrictionMs(failure)),
  }: { failure: FailureType; code: number | undefined; until?: Date },
): Promise<TargetOutcome | undefined> {
  const kind = failureKinds[failure]
  switch (kind) {
    case 'target':
      return await closeTarget(database, attempt, refusedEnd(attempt, { failure, code }))
    case 'account':
      await revertSend(database, { ...attempt, failure })
      await setAccountState(database, {
        accountId,
        epoch,
        state: accountStateOf(failure),
        detail: adviceFor(failure, code),
        forMs: restrictionMs(failure),
      })
      return undefined
    case 'direct':
      await revertSend(database, { ...attempt, failure })
      await setDirectHold(database, { accountId, epoch, by: failure, until })
      return heldUntil(until)
    case 'retry':
    case 'fenced':
      await revertSend(database, { ...attempt, failure })
      throw retryable(failure)
  }
}

/** An earlier attempt may be out: that this one was refused takes none of that back, and nobody may send it again. */
function refusedEnd(
  { uncertain }: BegunAttempt,
  { failure, code }: { failure: FailureType; code: number | undefined },
) {
  const advice = adviceFor(failure, code)
  if (!uncertain) return { state: 'failed', failure, reason: advice } as const
  const reason = `an earlier attempt may have reached WhatsApp, and this one was refused: ${advice}`
  return { state: 'unknown', failure, reason } as const
}
