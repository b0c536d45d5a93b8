import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import type { LockHolder } from '../domain/lock-queue.js'
import { setAccountPause } from '../store/accounts.js'
import type { Database } from '../store/database.js'
import * as queue from '../store/lock-queue.js'
import { wasRetried } from '../store/retry-failed.js'
import type { LockAnswer, LockState } from '../protocol/payloads.js'
import { wakeLock } from './wake-lock.js'

export type LockActivities = ReturnType<typeof createLockActivities>

/** How many of those that wait are shown: the lock's workflow needs to know none of them. */
const shownWaiting = 20

export function createLockActivities({ database, temporal }: { database: Database; temporal: Client }) {
  return {
    /** Idempotent: asking twice is asking once. */
    async askForLock({ runId }: { runId: string }): Promise<LockAnswer> {
      return await queue.askForLock(database, runId)
    },

    async wakeLock({ accountId }: { accountId: string }): Promise<void> {
      await wakeLock(temporal, accountId)
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

    /** The queue, for the lock's workflow, and what there is to do. */
    async serveLock({ accountId }: { accountId: string }): Promise<LockState> {
      return await queue.serveLock(database, { accountId, most: shownWaiting })
    },

    /** Grants the lock to the next in the queue. Undefined where there is none, or the lock is not free. */
    async grantLock({ accountId }: { accountId: string }): Promise<LockHolder | undefined> {
      return await queue.grantNext(database, accountId)
    },

    async releaseLock(release: {
      accountId: string
      runId: string
      token?: number
    }): Promise<{ hasOthers: boolean }> {
      return await queue.releaseLock(database, release)
    },

    async setAccountPause(change: Parameters<typeof setAccountPause>[1]): Promise<void> {
      await setAccountPause(database, change)
    },
  }
}
