import { estimateEta } from '../domain/eta.js'
import { rateLately } from '../domain/progress.js'
import type { Database } from '../store/database.js'
import { progressFacts } from '../store/views-progress.js'
import { queueFacts } from '../store/views-queue.js'
import type { RunEstimate } from './types.js'

/** How fast the run is and when it will have ended, as far as that is known now. */
export async function estimateRun(
  database: Database,
  { runId, accountId }: { runId: string; accountId: string },
): Promise<RunEstimate> {
  const ratePerMinute = rateLately(await progressFacts(database, runId))
  const eta = estimateEta(await queueFacts(database, accountId), runId)
  return {
    ...(ratePerMinute !== undefined && { ratePerMinute: Math.round(ratePerMinute * 10) / 10 }),
    ...(eta && { finishesAt: new Date(eta.finishesAtMs).toISOString() }),
    ...(eta && eta.unsent > 0 && { unsentAtDeadline: eta.unsent }),
  }
}
