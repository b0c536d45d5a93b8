import { CancellationScope } from '@temporalio/workflow'
import type { RunEstimate } from '../activities/types.js'
import { runs } from './proxies.js'

// Each look is an event in the history: this many of a minute fit into the longest run.
const lookAgainMs = 30_000

export type LastEstimate = {
  /** What was known at the last look. */
  readonly known: RunEstimate
  /** Looks again in the background, where the last look is old. */
  refresh(): void
  /** Before the run ends or goes on as new. */
  settled(): Promise<void>
}

/** How fast the run is and when it ends: Postgres knows, since it depends on the account's other runs and their sends. */
export function lastEstimate(run: { runId: string; accountId: string }): LastEstimate {
  let known: RunEstimate = {}
  let lookedMs = -Infinity
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    // The scope of what is sent may be canceled meanwhile.
    known = await CancellationScope.nonCancellable(() => runs.estimateRun(run))
    looking = undefined
  }

  return {
    get known() {
      return known
    },
    refresh() {
      if (looking !== undefined || Date.now() - lookedMs < lookAgainMs) return
      lookedMs = Date.now()
      looking = look()
    },
    async settled() {
      await looking
    },
  }
}
