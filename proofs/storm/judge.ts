import type { Sent } from './deliveries.js'

export type Judged = {
  /** Updates that were handled at all. */
  handled: number
  /** Times that one was handled more than once. */
  twice: number
  lost: number
  /** Updates that were handled before one of their chat that had been accepted when they were first sent. */
  outOfOrder: number
}

/** @param handledByChat the updates of each chat, in the order in which they were handled */
export function judge(sent: readonly Sent[], handledByChat: ReadonlyMap<number, readonly number[]>): Judged {
  const all = [...handledByChat.values()].flat()
  const handled = new Set(all).size
  const byId = new Map(sent.map((one) => [one.updateId, one]))
  let outOfOrder = 0
  for (const ids of handledByChat.values()) {
    const first = [...new Set(ids)].flatMap((id) => byId.get(id) ?? [])
    // From behind: the earliest that any of those that came later was accepted.
    let earliestLaterMs = Infinity
    for (const { firstSentMs, firstAcceptedMs } of first.toReversed()) {
      if (earliestLaterMs < firstSentMs) outOfOrder += 1
      earliestLaterMs = Math.min(earliestLaterMs, firstAcceptedMs)
    }
  }
  return { handled, twice: all.length - handled, lost: sent.length - handled, outOfOrder }
}
