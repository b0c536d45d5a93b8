import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheckFilled,
  IconClockPause,
  IconDeviceMobileOff,
  IconLinkOff,
  IconLoader2,
  IconPlayerPauseFilled,
  IconQrcode,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react'
import type { AccountState } from '../../../../src/domain/states.js'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import type { Tone } from '../../parts/state-mark.js'
import type { Catalogue } from '../../text/en/index.js'
import type { Format } from '../../text/format.js'

/** Whether an account can send, what to do where it cannot, and the button that does it. */
export type Situation = {
  tone: Tone
  icon: Icon
  word: string
  advice: string
  action: 'link' | 'resume' | undefined
}

const looks: Record<AccountState, { tone: Tone; icon: Icon; action?: 'link' }> = {
  new: { tone: 'wait', icon: IconQrcode, action: 'link' },
  pairing: { tone: 'live', icon: IconQrcode, action: 'link' },
  connecting: { tone: 'live', icon: IconLoader2 },
  connected: { tone: 'ok', icon: IconCircleCheckFilled },
  reconnecting: { tone: 'live', icon: IconLoader2 },
  replaced: { tone: 'bad', icon: IconLinkOff, action: 'link' },
  logged_out: { tone: 'bad', icon: IconDeviceMobileOff, action: 'link' },
  time_locked: { tone: 'live', icon: IconClockPause },
  limited: { tone: 'live', icon: IconClockPause },
  temporarily_banned: { tone: 'bad', icon: IconBan },
  banned: { tone: 'bad', icon: IconBan },
  outdated: { tone: 'bad', icon: IconAlertTriangle },
  unreadable: { tone: 'bad', icon: IconAlertTriangle, action: 'link' },
  unlinked: { tone: 'wait', icon: IconLinkOff, action: 'link' },
  removed: { tone: 'quiet', icon: IconLinkOff },
}

export function situationOf(account: AccountView, text: Catalogue, format: Format): Situation {
  const { accounts } = text
  const [word = account.state, advice = ''] = accounts.states[account.state] ?? []
  const { action, ...look } = looks[account.state]
  if (account.leaving !== null)
    return {
      tone: 'live',
      icon: IconLoader2,
      word: account.leaving === 'remove' ? accounts.leavingRemove : accounts.leavingUnlink,
      advice: accounts.leavingHelp,
      action: undefined,
    }
  if (account.pausedReason !== null)
    return {
      tone: 'wait',
      icon: IconPlayerPauseFilled,
      word: accounts.paused,
      advice: accounts.pausedHelp,
      action: 'resume',
    }
  if (account.state === 'connected' && account.directHeldUntil !== null)
    return {
      tone: 'live',
      icon: IconUsersGroup,
      word: accounts.peopleHeld,
      advice: accounts.peopleHeldHelp(format.moment(account.directHeldUntil)),
      action: undefined,
    }
  const until = account.stateUntil === null ? '' : ` (${accounts.until(format.moment(account.stateUntil))})`
  return { ...look, word: `${word}${until}`, advice, action }
}
