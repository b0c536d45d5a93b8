import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { lockWorkflowId, mainTaskQueue } from '../domain/ids.js'
import type { LockHolder } from '../domain/lock-queue.js'
import * as accounts from '../store/accounts.js'
import type { Database } from '../store/database.js'
import { wasRetried } from '../store/retry-failed.js'
import { requestLockSignal, type LockRequest } from '../workflows/messages.js'
import type { accountLock } from '../workflows/account-lock.js'

export type LockActivities = ReturnType<typeof createLockActivities>

export function createLockActivities({ database, temporal }: { database: Database; temporal: Client }) {
  return {
    /** Idempotent by run id: asking twice is asking once. Starts the lock's workflow where there is none. */
    async askForLock({ accountId, request }: { accountId: string; request: LockRequest }): Promise<void> {
      await temporal.workflow.signalWithStart<typeof accountLock, [LockRequest]>('accountLock', {
        workflowId: lockWorkflowId(accountId),
        taskQueue: mainTaskQueue,
        args: [{ accountId }],
        signal: requestLockSignal,
        signalArgs: [request],
        staticSummary: `Lock of account ${accountId}`,
      })
    },

    /**
     * Whether the run may still be holding its lock; a run that continued as new is open.
     * @param unlessRetry one that had ended and is open again for a retry is not
     */
    async isRunOpen({
      runId,
      unlessRetry = false,
    }: {
      runId: string
      unlessRetry?: boolean
    }): Promise<boolean> {
      try {
        if (unlessRetry && (await wasRetried(database, runId))) return false
        const { status } = await temporal.workflow.getHandle(runId).describe()
        return status.name === 'RUNNING'
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false
        throw error
      }
    },

    async lockState({ accountId }: { accountId: string }): Promise<accounts.LockState> {
      return await accounts.lockState(database, accountId)
    },

    async grantLock(grant: { accountId: string; runId: string }): Promise<LockHolder | undefined> {
      return await accounts.grantLock(database, grant)
    },

    async releaseLock(release: { accountId: string; runId: string; token?: number }): Promise<boolean> {
      return await accounts.releaseLock(database, release)
    },

    async setAccountPause(change: { accountId: string; reason: string | null }): Promise<void> {
      await accounts.setAccountPause(database, change)
    },
  }
}
