import type { Client } from '@temporalio/client'
import { explainTemporalError } from './temporal-errors.js'

type DescribeTaskQueue = Parameters<Client['workflowService']['describeTaskQueue']>[0]
type TaskQueueType = NonNullable<DescribeTaskQueue['taskQueueType']>

// Workflow and activity tasks, as numbers of temporal.api.enums.v1.TaskQueueType: the enum itself is in a package that is no dependency of ours.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const taskTypes = [1, 2] as TaskQueueType[]

/** A poller that Temporal has not heard of for so long is gone. A live one asks at least every minute. */
const freshMs = 75_000

/** True when some worker asks for the tasks of this queue. */
export async function hasWorkers(temporal: Client, taskQueue: string): Promise<boolean> {
  const pollers = await Promise.all(
    taskTypes.map(async (taskQueueType) => {
      try {
        const answer = await temporal.workflowService.describeTaskQueue({
          namespace: temporal.options.namespace,
          taskQueue: { name: taskQueue },
          taskQueueType,
        })
        return answer.pollers ?? []
      } catch (error) {
        throw explainTemporalError(error)
      }
    }),
  )
  return pollers
    .flat()
    .some(({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1_000 < freshMs)
}
