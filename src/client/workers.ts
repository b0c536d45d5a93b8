import type { Client } from '@temporalio/client'
import { freshMs, pollersOf } from '../worker/pollers.js'
import { explainTemporalError } from './temporal/temporal-errors.js'

/**
 * True when some worker asks for the tasks of this queue.
 * @param nowMs by the clock of Postgres: this machine's may be anywhere
 */
export async function hasWorkers(
  temporal: Client,
  { taskQueue, nowMs }: { taskQueue: string; nowMs: number },
): Promise<boolean> {
  return isAsking(await lastAskedMs(temporal, taskQueue), nowMs)
}

/** When a worker asked for a task of this queue last, by Temporal's clock; 0 where none did lately. */
export async function lastAskedMs(temporal: Client, taskQueue: string): Promise<number> {
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
  return Math.max(0, ...pollers.flat().map(({ lastAccessMs }) => lastAccessMs))
}

export function isAsking(askedMs: number, nowMs: number): boolean {
  return nowMs - askedMs < freshMs
}
