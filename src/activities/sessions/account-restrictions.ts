import type { FailureType } from '../../domain/failures.js'
import type { AccountState } from '../../domain/states.js'

/** Restriction: WhatsApp lets an account send nothing for a known time, with its session alive meanwhile. */

const stateAfter: Partial<Record<FailureType, AccountState>> = {
  AccountTimeLocked: 'time_locked',
  AccountLimited: 'limited',
  AccountReplaced: 'replaced',
  AccountLoggedOut: 'logged_out',
  PairingExpired: 'logged_out',
  PairingRefused: 'logged_out',
  PasskeyAsked: 'logged_out',
  PairedOtherNumber: 'logged_out',
  AccountTemporarilyBanned: 'temporarily_banned',
  AccountBanned: 'banned',
  ClientOutdated: 'outdated',
  KeysUnreadable: 'unreadable',
}

/** The state of an account after this failure, for the operator; one that is not named here mends itself. */
export function accountStateOf(failure: FailureType): AccountState {
  return stateAfter[failure] ?? 'reconnecting'
}

const holdsForMs: Partial<Record<FailureType, number>> = {
  AccountTimeLocked: 3_600_000,
  NewChatsLocked: 3_600_000,
  NewChatsCapped: 86_400_000,
}

/**
 * How long sends of the account wait where WhatsApp does not say. Trying sooner makes 429 and 463 worse: an hour for
 * a lock, a day for a cap of new chats, a quarter of an hour for a limit.
 */
export function restrictionMs(failure: FailureType): number {
  return holdsForMs[failure] ?? 900_000
}

export function isRestriction(state: AccountState): boolean {
  return state === 'limited' || state === 'time_locked'
}
