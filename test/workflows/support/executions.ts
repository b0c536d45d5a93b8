import type { Client } from '@temporalio/client'

/** The number of events of each execution of a workflow, from this one on: it went on as new in between. */
export async function eventsOfChain(
  client: Client,
  { workflowId, firstRunId }: { workflowId: string; firstRunId: string },
): Promise<number[]> {
  const counts: number[] = []
  for (let runId: string | undefined = firstRunId; runId !== undefined;) {
    const { events }: Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>> =
      await client.workflow.getHandle(workflowId, runId).fetchHistory()
    counts.push(events?.length ?? 0)
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined
  }
  return counts
}
