import type { Client } from '@temporalio/client'
import { say } from '../domain/sentences/say.js'
import { postgresNowMs, type Database } from '../store/database.js'
import { checkAccounts } from './accounts.js'
import { checkBots } from './bots.js'
import { checked, type Check } from './check.js'
import { checkClock } from './clock.js'
import { checkRing } from './encryption.js'
import { checkGroups } from './groups.js'
import { checkLockQueues } from './lock-queue.js'
import { checkReceipts } from './receipts.js'
import { checkWebhooks } from './webhooks.js'
import { checkWorkers } from './workers.js'
import { checkZoneData, checkZoneDataOfWorkers } from './zone-data.js'

/** What concerns one operator, and what all have in common; nothing of others, nor of the machine. */
export async function examineOperator({
  temporal,
  database,
  operator,
  now,
}: {
  temporal: Client
  database: Database
  operator: string
  now: Date
}): Promise<Check[]> {
  const found = [
    await checked('Zone data', checkZoneData),
    await checked('Zone data', async () => await checkZoneDataOfWorkers(database)),
    await checked('Clock', async () => await checkClock(database)),
    await checked('Encryption', async () => await checkRing(database)),
    await checkWorkers(temporal, {
      remedy: say('doctorStartWorker'),
      nowMs: async () => await postgresNowMs(database),
    }),
    await checked('Account', async () => await checkAccounts(database, operator)),
    await checked('Groups', async () => await checkGroups(database, operator)),
    await checked('Queue', async () => await checkLockQueues(database, operator)),
    await checked('Bots', async () => await checkBots(database, operator)),
    await checked('Receipts', async () => await checkReceipts({ database, operator }, temporal)),
    await checked('Webhooks', async () => await checkWebhooks({ database, operator, now }, temporal)),
  ]
  return found.flat()
}
