import { etaTable } from '../../src/estimates/eta-table.js'
import { aFiftieth } from '../../src/estimates/account-estimates.js'
import { storedEstimates } from '../../src/estimates/stored-estimates.js'
import { queueFactsText } from '../../src/store/views/queue.js'
import type { System } from '../../test/support/system.js'
import { waitingRunId } from '../../test/support/waiting-runs.js'

/** What the estimate of all of an account's runs takes, in ms. */
export type EstimateCost = {
  runs: number
  /** Postgres' statement, as JSON that nobody has parsed. */
  statementMs: number
  /** Parsing and one pass for all of them, on a thread of its own where there are many. */
  passMs: number
  /** From the question of one of them to its answer, the first time and while the pass is kept. */
  firstMs: number
  keptMs: number
}

async function timed(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** The quickest of three: what else the machine does makes the others longer, by chance. */
export async function estimateCost(
  { database, operator }: Pick<System, 'database' | 'operator'>,
  { accountId, lastRun }: { accountId: string; lastRun: number },
): Promise<EstimateCost> {
  const costs: EstimateCost[] = []
  for (let i = 0; i < 3; i++) {
    const estimates = storedEstimates(database, aFiftieth)
    const run = { accountId, runId: waitingRunId(operator, lastRun) }
    const first = async () => {
      if ((await estimates.of(run)) === undefined) throw new Error(`the end of ${run.runId} is not known`)
    }
    let facts = { facts: '', runs: 0, sends: 0 }
    const statementMs = await timed(async () => (facts = await queueFactsText(database, accountId)))
    costs.push({
      runs: facts.runs,
      statementMs,
      passMs: await timed(() => etaTable(facts.facts)),
      firstMs: await timed(first),
      keptMs: await timed(first),
    })
  }
  const least = (of: (cost: EstimateCost) => number) => Math.min(...costs.map(of))
  return {
    runs: costs[0]?.runs ?? 0,
    statementMs: least((cost) => cost.statementMs),
    passMs: least((cost) => cost.passMs),
    firstMs: least((cost) => cost.firstMs),
    keptMs: least((cost) => cost.keptMs),
  }
}
