import type { Client } from '@temporalio/client'
import { freshMs, pollersOf } from '../worker/pollers.js'
import { explainTemporalError } from './temporal/temporal-errors.js'

/** True when some worker asks for the tasks of this queue. */
export async function hasWorkers(temporal: Client, taskQueue: string): Promise<boolean> {
  const { namespace } = temporal.options
  const pollers = await Promise.all(
    (['workflow', 'activity'] as const).map(async (tasks) => {
      try {
        return await pollersOf(temporal.workflowService, { namespace, taskQueue, tasks })
      } catch (error) {
        throw explainTemporalError(error)
      }
    }),
  )
  return pollers.flat().some(({ lastAccessMs }) => Date.now() - lastAccessMs < freshMs)
}
