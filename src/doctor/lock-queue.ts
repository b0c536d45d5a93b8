import { lockWorkflowId } from '../domain/ids.js'
import type { Database } from '../store/database.js'
import { lockQueues } from '../store/views/lock-queue.js'
import { bad, ok, type Check } from './check.js'

/** The runs that wait for an account that another has, and whether anybody hands it over. */
export async function checkLockQueues(database: Database, operator: string): Promise<Check[]> {
  return (await lockQueues(database, operator)).map(({ accountId, waiting, holder, unservedSince }) => {
    const name = 'Queue'
    const runs = waiting === 1 ? '1 run waits' : `${waiting} runs wait`
    const found = `${runs} for account '${accountId}'${holder === null ? '' : `, which ${holder} has`}`
    if (unservedSince === null) return ok(name, found)
    return bad(
      name,
      `${found}; nobody has looked at that queue since ${unservedSince.toISOString()}`,
      `start a worker if none is up; else terminate the workflow ${lockWorkflowId(accountId)} in Temporal: the next run that asks, within 15 minutes, starts it anew`,
    )
  })
}
