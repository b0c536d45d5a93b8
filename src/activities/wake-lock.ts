import type { Client } from '@temporalio/client'
import { lockWorkflowId, mainTaskQueue } from '../domain/ids.js'
import { requestLockSignal } from '../protocol/messages.js'
import type { Workflows } from '../protocol/workflows.js'

/** Makes the lock's workflow look at its queue. Starts it where there is none. */
export async function wakeLock(temporal: Client, accountId: string): Promise<void> {
  await temporal.workflow.signalWithStart<Workflows['accountLock']>('accountLock', {
    workflowId: lockWorkflowId(accountId),
    taskQueue: mainTaskQueue,
    args: [{ accountId }],
    signal: requestLockSignal,
    staticSummary: `Lock of account ${accountId}`,
  })
}
