import type { Client } from '@temporalio/client'

type DescribeTaskQueue = Parameters<Client['workflowService']['describeTaskQueue']>[0]

// Activity tasks, as a number of temporal.api.enums.v1.TaskQueueType: the enum itself is in a package that is no dependency of ours.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const activityTasks = 2 as NonNullable<DescribeTaskQueue['taskQueueType']>

/** A live worker asks at least every minute. */
const freshMs = 75_000
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
  const { pollers } = await temporal.withDeadline(Date.now() + answerWithinMs, () =>
    temporal.workflowService.describeTaskQueue({
      namespace: temporal.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: activityTasks,
    }),
  )
  return (pollers ?? []).some(
    (poller) =>
      poller.identity !== identity && nowMs - Number(poller.lastAccessTime?.seconds ?? 0) * 1_000 < freshMs,
  )
}
