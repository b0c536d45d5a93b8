import type { ApplicationFailure } from '@temporalio/activity'
import type { FailureType } from '../../domain/failures.js'
import type { TargetOutcome } from '../../protocol/payloads.js'
import type { Database } from '../../store/database.js'
import * as ledger from '../../store/sends/sends.js'
import { retryable } from '../retryable.js'
import { say } from '../../domain/sentences/say.js'

export async function leaveUnknown(database: Database, attempt: ledger.Attempt): Promise<TargetOutcome> {
  const reason = say('uncertain')
  return await closeTarget(database, attempt, { state: 'unknown', failure: 'AckTimedOut', reason })
}

export async function expire(database: Database, attempt: ledger.Attempt): Promise<TargetOutcome> {
  const reason = say('deliverTimePassed')
  return await closeTarget(database, attempt, { state: 'expired', failure: null, reason })
}

/** Ends the target with this send, whose outcome is final and no acknowledgement. */
export async function closeTarget(
  database: Database,
  attempt: ledger.Attempt,
  end: { state: 'failed' | 'unknown' | 'expired' | 'skipped'; failure: FailureType | null; reason: string },
): Promise<TargetOutcome> {
  const { state, ...why } = end
  const kind = await ledger.closeTarget(database, {
    ...attempt,
    ...why,
    sendState: state,
    targetState: state,
  })
  if (!kind) throw overtaken()
  return { kind }
}

/** For this attempt nothing is written any more: the newer one says what becomes of the send. */
export function overtaken(): ApplicationFailure {
  return retryable('Fenced', { why: 'a newer attempt has taken over this send' })
}
