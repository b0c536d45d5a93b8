import type { Client } from '@temporalio/client'

export type Histories = {
  /** Executions of the run's workflow: one more than it went on as new. */
  lives: number
  executions: number
  longest: { workflowType: string; events: number }
  /** Of the run itself, the longest of its lives. */
  longestOfRun: number
}

/** The histories of everything in the namespace, each life of those that went on as new for itself. */
export async function lookAtHistories(temporal: Client, runWorkflowId: string): Promise<Histories> {
  const found: Histories = {
    lives: 0,
    executions: 0,
    longest: { workflowType: '', events: 0 },
    longestOfRun: 0,
  }
  for await (const { workflowId, runId, type, status, historyLength } of temporal.workflow.list()) {
    // What is open has its length with its state only.
    const isOpen = status.name === 'RUNNING'
    const events =
      (isOpen
        ? (await temporal.workflow.getHandle(workflowId, runId).describe()).historyLength
        : historyLength) ?? 0
    if (events === 0) throw new Error(`Temporal does not say how long the history of a ${type} is`)
    found.executions += 1
    if (events > found.longest.events) found.longest = { workflowType: type, events }
    if (workflowId !== runWorkflowId) continue
    found.lives += 1
    found.longestOfRun = Math.max(found.longestOfRun, events)
  }
  return found
}
