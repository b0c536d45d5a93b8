import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import type { LockGrant } from '../domain/lock-queue.js'
import { lockGrantedSignal } from '../protocol/messages.js'
import type { Database } from '../store/database.js'
import { releaseLock } from '../store/accounts/lock-queue.js'

/**
 * Tells the run that it holds the account's lock. One that has closed meanwhile is skipped: its lock goes to the next.
 * Where this dies before, the one who gave the lock back does it again, or the run asks again.
 */
export async function handOverLock(
  { database, temporal }: { database: Database; temporal: Client },
  accountId: string,
  granted: LockGrant | undefined,
): Promise<void> {
  let next = granted
  while (next) {
    const { runId, token, runs } = next
    try {
      await temporal.workflow.getHandle(runId).signal(lockGrantedSignal, { token, runs })
      return
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
      next = await releaseLock(database, { accountId, runId, token })
    }
  }
}
