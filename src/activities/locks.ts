import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { setAccountPause } from '../store/accounts/accounts.js'
import type { Database } from '../store/database.js'
import * as queue from '../store/accounts/lock-queue.js'
import { wasRetried } from '../store/runs/retry-failed.js'
import type { LockState } from '../protocol/payloads.js'
import { handOverLock } from '../locks/hand-over-lock.js'
import { wakeLock } from '../locks/wake-lock.js'

export type LockActivities = ReturnType<typeof createLockActivities>

/** How many of those that wait are shown: the lock's workflow needs to know none of them. */
const shownWaiting = 20

export function createLockActivities(own: { database: Database; temporal: Client }) {
  const { database, temporal } = own
  return {
    /** Idempotent: asking twice is asking once. Returns the token, where the run has the lock. */
    async askForLock({
      runId,
      accountId,
    }: {
      runId: string
      accountId: string
    }): Promise<number | undefined> {
      const answer = await queue.askForLock(database, runId)
      if (answer.kind === 'held') return answer.token
      if (answer.wakes) await wakeLock(temporal, accountId)
      return undefined
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

    /**
     * A lock that is free goes to the next, and a holder with another token than `told` is told that it has the lock: who
     * granted it may have died before.
     */
    async serveLock({ accountId, told }: { accountId: string; told?: number }): Promise<LockState> {
      await queue.markServed(database, accountId)
      const granted = await queue.grantNext(database, accountId)
      const state = async () => await queue.readLock(database, { accountId, most: shownWaiting })
      if (granted) {
        await handOverLock(own, accountId, granted)
        return await state()
      }
      const found = await state()
      if (!found.holder || found.holder.token === told) return found
      await handOverLock(own, accountId, await queue.holderOf(database, accountId))
      return await state()
    },

    /** It is the next one's when this returns. */
    async releaseLock(release: { accountId: string; runId: string; token?: number }): Promise<void> {
      await handOverLock(own, release.accountId, await queue.releaseLock(database, release))
    },

    async setAccountPause(change: Parameters<typeof setAccountPause>[1]): Promise<void> {
      await setAccountPause(database, change)
    },
  }
}
