import type { Client } from '@temporalio/client'
import { keyIdsIn } from '../codec/key-ids.js'
import { inLanes } from '../in-lanes.js'
import { pause } from '../pause.js'
import type { KeyRing } from '../store/encryption/key-ring.js'

const lanes = 10
/** What a workflow was started with is first, and it was sealed by the keys of that day. */
const eventsToRead = 100
const visibilityMs = 30_000
const lookEveryMs = 200

const reason = 'its payloads are under a key that is lost: it begins anew from Postgres'

/**
 * Closes the workflows whose payloads no key of the ring opens: none of them could do a step any more. Whatever they knew is in
 * Postgres, from where a reconcile starts them anew. Reminders go first, so that none of them takes its run for one that
 * somebody ended. Resolves once Temporal's lists show that they are closed, since a reconcile believes those.
 * @returns how many were closed
 */
export async function closeUnreadable(temporal: Client, ring: KeyRing): Promise<number> {
  const closed = new Set<string>()
  for (const type of [`WorkflowType = 'reminder'`, `WorkflowType != 'reminder'`])
    await inLanes(running(temporal, type), {
      lanes,
      work: async (execution) => {
        const ids = await keysOf(temporal, execution)
        if ([...ids].every((id) => ring.ids.includes(id))) return
        const { workflowId, runId } = execution
        await temporal.workflow.getHandle(workflowId, runId).terminate(reason)
        closed.add(runId)
      },
    })
  const endsMs = Date.now() + visibilityMs
  while (closed.size > 0 && Date.now() < endsMs && (await anyShown(temporal, closed)))
    await pause(lookEveryMs)
  return closed.size
}

type Execution = { workflowId: string; runId: string }

function running(temporal: Client, also: string): AsyncIterator<Execution> {
  const query = `ExecutionStatus = 'Running' and ${also}`
  return temporal.workflow.list({ query, pageSize: 1_000 })[Symbol.asyncIterator]()
}

async function keysOf(temporal: Client, { workflowId, runId }: Execution): Promise<Set<string>> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
    namespace: temporal.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: eventsToRead,
  })
  return keyIdsIn(history?.events)
}

async function anyShown(temporal: Client, closed: ReadonlySet<string>): Promise<boolean> {
  for await (const { runId } of temporal.workflow.list({
    query: `ExecutionStatus = 'Running'`,
    pageSize: 1_000,
  }))
    if (closed.has(runId)) return true
  return false
}
