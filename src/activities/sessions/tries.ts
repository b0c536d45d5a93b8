import type { Context } from '@temporalio/activity'
import { failureKinds, type FailureType } from '../../domain/failures.js'
import type { Disconnect } from '../../whatsapp/gateway.js'
import { silentCode } from '../../whatsapp/end-when-silent.js'
import { restrictionMs } from './account-restrictions.js'

/**
 * One try's knowledge of those before it. It crosses from one attempt of the activity to the next as the heartbeat's
 * detail: the attempt's number counts all that ended in a month, the good ones too.
 */
type Known = {
  /** Sessions in a row that ended soon. */
  inARow: number
  /** Connections in a row that another program took over. */
  replaced: number
}

export type Ending = {
  failure: Disconnect['failure']
  code: number | undefined
  livedMs: number
  wasOpen: boolean
  /** It was to link a device: that it did not come to that says nothing of the way to WhatsApp. */
  wasPairing?: boolean
  /** It went by way of the account's own proxy, which tells nothing of the way of others. */
  wasProxied?: boolean
  /** When WhatsApp says that it is worth another try. */
  until?: Date | undefined
  /** Of a ban, what it is for. */
  subCode?: number | undefined
}

type Ended = Ending & { failure: FailureType | 'RestartRequired' }

export type Tries = {
  /** Keeps the activity alive, and what the next attempt is to know. */
  remember(): void
  /** How long to wait after this ending, in ms. */
  delayAfter(ending: Ended): number
}

// A session that lived this long was a good one: the next is opened at once.
const goodSessionMs = 60_000
// One that was not taken over for this long, longer than the longest wait, is the only one.
const undisputedMs = 2 * 3_600_000
const longestReplacedMs = 3_600_000
const spreadMs = 60_000

/** What does not mend itself soon. */
const slowMs: Partial<Record<FailureType, { first: number; most: number }>> = {
  ClientOutdated: { first: 2 * 3_600_000, most: 8 * 3_600_000 },
  UnknownRefusal: { first: 60_000, most: 3_600_000 },
}

export function nextTry(context: Context): Tries {
  let known = knownFrom(context.info.heartbeatDetails)
  const remember = (): void => context.heartbeat(known)
  return {
    remember,
    delayAfter(ending) {
      known = after(known, ending)
      remember()
      return delayMs(known, ending)
    },
  }
}

/** Whether WhatsApp was out of reach: it said nothing any more, or could not be connected to. */
export function isCutOff({
  failure,
  code,
  wasOpen,
  wasPairing = false,
  wasProxied = false,
}: Ending): boolean {
  return failure === 'ConnectionLost' && !wasPairing && !wasProxied && (!wasOpen || code === silentCode)
}

function after(known: Known, { failure, livedMs }: Ending): Known {
  const inARow = livedMs < goodSessionMs ? known.inARow + 1 : 1
  const replacedBefore = livedMs < undisputedMs ? known.replaced : 0
  const replaced = replacedBefore + (failure === 'AccountReplaced' ? 1 : 0)
  return { inARow, replaced }
}

/**
 * Jittered, so that accounts that fell together do not come back together. A connection that was taken over (440) is
 * left to the other side for longer each time: two that take it from each other for ever would both send.
 */
function delayMs({ inARow, replaced }: Known, { failure, until }: Ended): number {
  const jitter = 0.5 + Math.random() / 2
  // WhatsApp wants it at once. What it says again and again is no way to go on.
  if (failure === 'RestartRequired')
    return inARow < 3 ? 1 : jitter * Math.min(60_000, 1_000 * 2 ** (inARow - 3))
  if (failure === 'AccountReplaced') return jitter * Math.min(longestReplacedMs, 15_000 * 2 ** replaced)
  if (until !== undefined) return Math.max(1_000, until.getTime() - Date.now()) + jitter * spreadMs
  const slow = slowMs[failure]
  if (slow !== undefined) return jitter * Math.min(slow.most, slow.first * 2 ** (inARow - 1))
  if (failureKinds[failure] === 'account' && failure !== 'KeysUnreadable') return restrictionMs(failure)
  return jitter * Math.min(60_000, 1_000 * 2 ** (inARow - 1))
}

function knownFrom(detail: unknown): Known {
  const count = (name: string): number => {
    const value: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, name) : 0
    return typeof value === 'number' ? value : 0
  }
  return { inARow: count('inARow'), replaced: count('replaced') }
}
