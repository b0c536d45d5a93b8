import { lockWorkflowId } from '../domain/ids.js'
import { say } from '../domain/sentences/say.js'
import type { Database } from '../store/database.js'
import { lockQueues } from '../store/views/lock-queue.js'
import { bad, ok, type Check } from './check.js'

/** The runs that wait for an account that another has, and whether anybody hands it over. */
export async function checkLockQueues(database: Database, operator: string): Promise<Check[]> {
  return (await lockQueues(database, operator)).map(({ accountId, waiting, holder, unservedSince }) => {
    const name = 'Queue'
    const of = {
      account: accountId,
      holder: holder ?? undefined,
      since: unservedSince?.toISOString(),
    }
    const found = waiting === 1 ? say('doctorRunWaits', of) : say('doctorRunsWait', { ...of, runs: waiting })
    return unservedSince === null
      ? ok(name, found)
      : bad(name, found, say('doctorServeQueue', { workflow: lockWorkflowId(accountId) }))
  })
}
