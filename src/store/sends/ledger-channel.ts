import { channel } from 'node:diagnostics_channel'
import type { SendState } from './sends.js'

/**
 * The changes that this process makes to the ledger, for whoever counts them. A channel and not a dependency: the statements of the ledger
 * work the same whether anybody listens or not.
 */
export const transitionChannel = channel('carillon:ledger-transition')

export type Transition = {
  from: SendState
  to: SendState
  sends: number
  /** Given only where one send begins. */
  begun?: { runId: string; ordinal: number; part: number; attempt: number }
}

/** Said once the statement has run; one whose transaction fails at its very commit is said all the same. */
export function tellTransition(transition: Transition): void {
  if (transition.sends > 0) transitionChannel.publish(transition)
}

// A send ends as acked, failed or unknown only after it was begun, and as expired or skipped only if it never was.
const fromState = { failed: 'sending', unknown: 'sending', expired: 'pending', skipped: 'pending' } as const

/** @param rows the sends that a statement has ended, as they are now */
export function tellEnded(rows: { state: keyof typeof fromState }[]): void {
  for (const to of ['failed', 'unknown', 'expired', 'skipped'] as const)
    tellTransition({ from: fromState[to], to, sends: rows.filter(({ state }) => state === to).length })
}

/** The outcome of one try at WhatsApp. */
export const sendChannel = channel('carillon:send')

export type SendTried = {
  accountId: string
  outcome: 'acked' | 'refused' | 'unknown'
  /** Missing for `acked`. */
  failure?: string
  elapsedMs: number
}

export function tellSend(send: SendTried): void {
  sendChannel.publish(send)
}
