import { failureAdvice } from '../domain/failures.js'
import type { AccountView } from '../store/views/accounts.js'
import { printable } from './printable.js'

/** Whether the account can send, in words, and what the operator can do where it can't. */
export function accountSituation(account: AccountView): { isFine: boolean; text: string; remedy?: string } {
  const state = account.state.replace('_', ' ')
  if (account.leaving !== null) {
    const what = account.leaving === 'remove' ? 'removed' : 'unlinked'
    return {
      isFine: false,
      text: `${state}, to be ${what}`,
      remedy: account.stateDetail ?? `wait: it is ${what} by itself while a worker runs`,
    }
  }
  if (account.pausedReason !== null)
    return {
      isFine: false,
      text: `${state}, paused`,
      remedy: `${printable(account.pausedReason)}; carillon account resume ${account.id}`,
    }
  const detail = account.stateDetail ?? undefined
  switch (account.state) {
    case 'connected':
      if (account.directHeldUntil === null || account.directHeldBy === null)
        return { isFine: true, text: state }
      return {
        isFine: false,
        text: `${state}, but no messages to people until ${account.directHeldUntil.toISOString()}`,
        remedy: failureAdvice[account.directHeldBy],
      }
    case 'connecting':
    case 'reconnecting':
      return {
        isFine: false,
        text: state,
        remedy: detail ?? 'wait: it connects by itself while a worker runs',
      }
    case 'new':
    case 'pairing':
    case 'logged_out':
    case 'unreadable':
    case 'unlinked':
    case 'removed':
      return { isFine: false, text: state, remedy: detail ?? `carillon account pair ${account.id}` }
    case 'replaced':
    case 'time_locked':
    case 'limited':
    case 'temporarily_banned':
    case 'banned':
    case 'outdated':
      return {
        isFine: false,
        text: account.stateUntil === null ? state : `${state} until ${account.stateUntil.toISOString()}`,
        ...(detail !== undefined && { remedy: detail }),
      }
  }
}
