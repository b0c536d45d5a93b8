import { say } from '../domain/sentences/say.js'
import { asItStands, type Sentence } from '../domain/sentences/sentence.js'
import type { AccountView } from '../store/views/accounts.js'
import { printable } from './printable.js'

export type AccountSituation = {
  isFine: boolean
  /** With the account by its name. */
  sentence: Sentence
  /** The same without the name. */
  text: string
  remedy?: Sentence
}

/** Whether the account can send, in words, and what the operator can do where it can't. */
export function accountSituation(account: AccountView): AccountSituation {
  const found = situationOf(account)
  return { ...found, text: found.sentence.slice(`'${account.id}' is `.length) }
}

function situationOf(account: AccountView): Omit<AccountSituation, 'text'> {
  const of = { account: account.id, state: account.state.replace('_', ' ') }
  const detail = account.stateDetail === null ? undefined : asItStands(account.stateDetail)
  if (account.leaving === 'remove')
    return {
      isFine: false,
      sentence: say('doctorAccountToBeRemoved', of),
      remedy: detail ?? say('doctorWaitRemoved'),
    }
  if (account.leaving !== null)
    return {
      isFine: false,
      sentence: say('doctorAccountToBeUnlinked', of),
      remedy: detail ?? say('doctorWaitUnlinked'),
    }
  if (account.pausedReason !== null)
    return {
      isFine: false,
      sentence: say('doctorAccountPaused', of),
      remedy: say('doctorResumeAccount', {
        reason: printable(account.pausedReason),
        account: account.id,
      }),
    }
  switch (account.state) {
    case 'connected':
      if (account.directHeldUntil === null || account.directHeldBy === null)
        return { isFine: true, sentence: say('doctorAccount', of) }
      return {
        isFine: false,
        sentence: say('doctorAccountGroupsOnly', { ...of, until: account.directHeldUntil.toISOString() }),
        remedy: say(account.directHeldBy),
      }
    case 'connecting':
    case 'reconnecting':
      return {
        isFine: false,
        sentence: say('doctorAccount', of),
        remedy: detail ?? say('doctorWaitConnects'),
      }
    case 'new':
    case 'pairing':
    case 'logged_out':
    case 'unreadable':
    case 'unlinked':
    case 'removed':
      return {
        isFine: false,
        sentence: say('doctorAccount', of),
        remedy: detail ?? say('doctorPairAccount', { account: account.id }),
      }
    case 'replaced':
    case 'time_locked':
    case 'limited':
    case 'temporarily_banned':
    case 'banned':
    case 'outdated':
      return {
        isFine: false,
        sentence: say('doctorAccount', { ...of, until: account.stateUntil?.toISOString() }),
        ...(detail !== undefined && { remedy: detail }),
      }
  }
}
