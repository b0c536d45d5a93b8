import type { Client } from '@temporalio/client'
import { lockStart } from '../protocol/account-starts.js'
import { requestLockSignal } from '../protocol/messages.js'
import type { Workflows } from '../protocol/workflows.js'

/** Makes the lock's workflow look at its queue. Starts it where there is none. */
export async function wakeLock(temporal: Client, accountId: string): Promise<void> {
  await temporal.workflow.signalWithStart<Workflows['accountLock']>('accountLock', {
    ...lockStart(accountId),
    signal: requestLockSignal,
  })
}
