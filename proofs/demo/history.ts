import type { Client } from '@temporalio/client'
import { lockWorkflowId, reminderWorkflowId } from '../../src/domain/ids.js'
import { pollUntil } from '../../src/client/waiting.js'

/**
 * Events in the histories of the reminder, its run with every child, and the account's lock: what a reminder costs
 * Temporal. Runs that continued as new are counted whole.
 */
export async function countHistoryEvents(
  temporal: Client,
  {
    runId,
    targets,
    operator,
    key,
    accountId,
  }: { runId: string; targets: number; operator: string; key: string; accountId: string },
): Promise<number> {
  const query = [
    `WorkflowId = "${reminderWorkflowId(operator, key)}"`,
    `WorkflowId STARTS_WITH "${runId}"`,
    `WorkflowId = "${lockWorkflowId(accountId)}"`,
  ].join(' or ')
  // Temporal's list follows the truth by a moment: every child, the run, the reminder and the lock are to be in it.
  const { answer: executions } = await pollUntil({
    ask: async () => await listExecutions(temporal, query),
    isDone: (found) => found.length >= targets + 3,
    timeoutMs: 10_000,
  })
  let events = 0
  for (const { workflowId, runId: execution } of executions) {
    const { historyLength } = await temporal.workflow.getHandle(workflowId, execution).describe()
    events += historyLength
  }
  return events
}

async function listExecutions(
  temporal: Client,
  query: string,
): Promise<{ workflowId: string; runId: string }[]> {
  const found: { workflowId: string; runId: string }[] = []
  for await (const { workflowId, runId } of temporal.workflow.list({ query }))
    found.push({ workflowId, runId })
  return found
}
