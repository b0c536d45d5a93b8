import type { Client } from '@temporalio/client'
import { freshMs, pollersOf } from './pollers.js'

const answerWithinMs = 2_000

/**
 * Whether workers other than this one ask for the tasks of this queue.
 * @param nowMs by the clock of a server: this machine's may be anywhere
 * @throws where Temporal does not say in time
 */
export async function doOthersPoll(
  temporal: Client,
  { taskQueue, identity, nowMs }: { taskQueue: string; identity: string; nowMs: number },
): Promise<boolean> {
  const { namespace } = temporal.options
  const pollers = await temporal.withDeadline(Date.now() + answerWithinMs, () =>
    pollersOf(temporal.workflowService, { namespace, taskQueue, tasks: 'activity' }),
  )
  return pollers.some((poller) => poller.identity !== identity && nowMs - poller.lastAccessMs < freshMs)
}
