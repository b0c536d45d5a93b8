import { pause } from '../../pause.js'

/** Whether this process reaches WhatsApp, as far as its sessions tell. */
export type WhatsAppReachability = {
  /** True while other workers are to take the sessions, because this one could not reach WhatsApp just before. */
  isAway(): boolean
  /** Resolves when it is not away, at once or later; or with `signal`. */
  untilBack(signal: AbortSignal): Promise<void>
  /** A session was open. */
  reached(): void
  /** A connection was silent or could not be opened. */
  lost(): Promise<void>
}

const awayMs = { first: 5_000, most: 20_000 }

/**
 * A worker that lost WhatsApp leaves the sessions to others for a while, longer after each loss, until a session is open
 * again. A worker that is alone has nobody to leave them to.
 */
export function whatsAppReachability({
  doOthersPoll,
}: {
  doOthersPoll: () => Promise<boolean>
}): WhatsAppReachability {
  let nextMs = awayMs.first
  let backAtMs = 0
  const leftMs = (): number => Math.max(0, backAtMs - performance.now())

  return {
    isAway: () => leftMs() > 0,
    async untilBack(signal) {
      while (leftMs() > 0 && !signal.aborted) await pause(leftMs(), signal)
    },
    reached() {
      nextMs = awayMs.first
    },
    async lost() {
      // All its sessions are lost at the same time, which is one loss.
      if (leftMs() > 0 || !(await doOthersPoll()) || leftMs() > 0) return
      backAtMs = performance.now() + nextMs
      nextMs = Math.min(awayMs.most, 2 * nextMs)
    },
  }
}
