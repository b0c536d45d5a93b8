import { CancellationScope, log } from '@temporalio/workflow'
import type { RunEstimate } from '../../protocol/payloads.js'
import { estimateRun } from '../proxies.js'
import { backoff } from '../waiting.js'

// Each look is some events in the history: the longer it will take, the less a look tells.
const lookAgainMs = { first: 30_000, most: 300_000 }
const lookAgainPart = 0.05

export type LastEstimate = {
  /** The estimate of the last look. */
  readonly known: RunEstimate
  /** Looks again in the background, where the last look is old. */
  refresh(): void
}

/**
 * How fast the run is and when it ends: Postgres knows, since it depends on the account's other runs and their sends.
 * Nothing waits for it: an activity of its own beside what moves the run, and one that fails leaves it not known.
 */
export function lastEstimate(run: { runId: string; accountId: string }): LastEstimate {
  let known: RunEstimate = {}
  let nextLookMs = -Infinity
  let isLooking = false
  const whileUnknown = backoff(lookAgainMs.first, lookAgainMs.most)

  async function look(): Promise<void> {
    try {
      // The scope of what is sent may be canceled meanwhile.
      known = await CancellationScope.nonCancellable(() => estimateRun(run))
    } catch (error) {
      known = {}
      log.info('the end of the run is not known', { runId: run.runId, error })
    } finally {
      isLooking = false
      nextLookMs = Date.now() + restMs()
    }
  }

  function restMs(): number {
    if (known.finishesAt === undefined) return whileUnknown.nextMs()
    whileUnknown.reset()
    const part = lookAgainPart * (Date.parse(known.finishesAt) - Date.now())
    return Math.min(Math.max(part, lookAgainMs.first), lookAgainMs.most)
  }

  return {
    get known() {
      return known
    },
    refresh() {
      if (isLooking || Date.now() < nextLookMs) return
      isLooking = true
      void look()
    },
  }
}
