import type { FailureType } from '../../domain/failures.js'
import type { AccountState } from '../../domain/states.js'

const heldStates: Partial<Record<FailureType, AccountState>> = {
  AccountTimeLocked: 'time_locked',
  AccountLimited: 'limited',
  AccountReplaced: 'replaced',
  AccountLoggedOut: 'logged_out',
  AccountBanned: 'banned',
  KeysUnreadable: 'unreadable',
}

/** What the operator sees of an account after this failure; any other than WhatsApp's own holds mends itself. */
export function accountStateOf(failure: FailureType): AccountState {
  return heldStates[failure] ?? 'reconnecting'
}

/**
 * How long sends of the account wait where WhatsApp does not say. Trying sooner makes 429 and 463 worse: an hour for
 * a time lock, a quarter of one for a limit.
 */
export function accountHoldMs(failure: FailureType): number {
  return failure === 'AccountTimeLocked' ? 3_600_000 : 900_000
}

/** A state that ends by itself at a known time, with the session alive meanwhile. */
export function isWhatsAppsHold(state: AccountState): boolean {
  return state === 'limited' || state === 'time_locked'
}
