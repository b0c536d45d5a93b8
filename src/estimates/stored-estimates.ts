import type { Database } from '../store/database.js'
import { queueFactsText } from '../store/views/queue.js'
import { accountEstimates, type AccountEstimates } from './account-estimates.js'
import { etaTable, readEtaTable } from './eta-table.js'
import { etaTableOffThread } from './off-the-thread.js'

/** Fewer are parsed and played through in some milliseconds, less than it costs to start a thread. */
const most = { runs: 100, sends: 10_000 }

/** Estimates by what Postgres has of the account. */
export function storedEstimates(database: Database, keepMs: (tookMs: number) => number): AccountEstimates {
  return accountEstimates({
    keepMs,
    async estimate(accountId) {
      const { facts, runs, sends } = await queueFactsText(database, accountId)
      const isLong = runs > most.runs || sends > most.sends
      return readEtaTable(isLong ? await etaTableOffThread(facts) : etaTable(facts))
    },
  })
}
