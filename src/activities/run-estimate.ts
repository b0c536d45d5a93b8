import type { AccountEstimates } from '../estimates/account-estimates.js'
import { rateLately } from '../domain/progress.js'
import { pause } from '../pause.js'
import type { Database } from '../store/database.js'
import { ackedLately } from '../store/views/progress.js'
import type { RunEstimate } from '../protocol/payloads.js'

/** The caller goes on without; the estimate that was begun serves the next one. */
const patienceMs = 3_000

/** How fast the run is and when it will have ended, as far as that is known now. */
export async function estimateRun(
  { database, estimates }: { database: Database; estimates: AccountEstimates },
  run: { runId: string; accountId: string },
): Promise<RunEstimate> {
  const ratePerMinute = rateLately(await ackedLately(database, run.runId))
  const done = new AbortController()
  const eta = await Promise.race([estimates.of(run), pause(patienceMs, done.signal)])
  done.abort()
  return {
    ...(ratePerMinute !== undefined && { ratePerMinute: Math.round(ratePerMinute * 10) / 10 }),
    ...(eta && { finishesAt: new Date(eta.finishesAtMs).toISOString() }),
    ...(eta && eta.unsent > 0 && { unsentAtDeadline: eta.unsent }),
  }
}
