import type { Client } from '@temporalio/client'

type WorkflowService = Client['workflowService']

/** Numbers of temporal.api.enums.v1.TaskQueueType: the enum itself is in a package that is no dependency of ours. */
const taskTypes = { workflow: 1, activity: 2 } as const

/** A worker that asks for the tasks of a queue, as Temporal knows it. */
export type Poller = { identity: string; lastAccessMs: number }

/** A live worker asks anew at least every minute: one that Temporal has not heard of for longer than this is gone. */
export const freshMs = 75_000

/** The workers that asked for tasks of this kind in the last minutes. */
export async function pollersOf(
  workflowService: WorkflowService,
  { namespace, taskQueue, tasks }: { namespace: string; taskQueue: string; tasks: keyof typeof taskTypes },
): Promise<Poller[]> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- see taskTypes
    taskQueueType: taskTypes[tasks],
  })
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastAccessMs: Number(lastAccessTime?.seconds ?? 0) * 1_000,
  }))
}
