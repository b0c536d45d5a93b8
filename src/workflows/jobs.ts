import { ActivityFailure, log, proxyActivities } from '@temporalio/workflow'
import type { GroupActivities } from '../activities/groups.js'
import type { JobActivities, ReceiptsReport, ReconcileReport, RetentionReport } from '../activities/jobs.js'
import { accountTaskQueue } from '../domain/ids.js'
import type { AccountArgs } from '../protocol/workflows.js'

/**
 * The jobs that Temporal Schedules start (src/schedules.ts). The next turn does each of them again, so little is retried.
 */

const jobs = proxyActivities<JobActivities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '2m',
  retry: { initialInterval: '10s', maximumAttempts: 3 },
})

// It is asked for once and is to be done, however long it takes: who goes on begins where the one before has come to.
const rotations = proxyActivities<JobActivities>({
  startToCloseTimeout: '7 days',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
})

/** Puts everything that is stored under the encryption key that an operator made the current one. */
export async function keyRotation(): Promise<void> {
  await rotations.rotateKeys()
}

/** Purges what nobody needs any more. */
export async function retention(): Promise<RetentionReport> {
  return await jobs.purge()
}

/** Starts again what Postgres has and Temporal has not. */
export async function reconcile(): Promise<ReconcileReport> {
  return await jobs.reconcile()
}

/** Writes the receipts of what has ended and of what was asked for. */
export async function receipts(): Promise<ReceiptsReport> {
  return await jobs.writeReceipts()
}

export type MetadataRefreshReport = {
  /** Accounts whose groups were read from WhatsApp. */
  refreshed: string[]
  /** Accounts whose groups were read not long ago. */
  fresh: string[]
  skipped: { accountId: string; why: string }[]
}

/** Reads the groups of each account anew where they have aged: on the account's own queue, since its socket is there. */
export async function metadataRefresh(): Promise<MetadataRefreshReport> {
  const { connected, skipped } = await jobs.accountsToRefresh()
  const report: MetadataRefreshReport = { refreshed: [], fresh: [], skipped }
  const refresh = async (accountId: string) => {
    const { refreshGroups } = proxyActivities<GroupActivities>({
      taskQueue: accountTaskQueue(accountId),
      // Nobody there now: the next one finds it, and who opens the session reads the groups too.
      scheduleToStartTimeout: '30s',
      startToCloseTimeout: '2m',
      retry: { maximumAttempts: 1 },
    })
    try {
      const { wasAged } = await refreshGroups()
      report[wasAged ? 'refreshed' : 'fresh'].push(accountId)
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error
      log.warn('metadata-refresh-skipped', { accountId, error })
      report.skipped.push({ accountId, why: error.cause?.message ?? error.message })
    }
  }
  await Promise.all(connected.map(refresh))
  return report
}

/** Reads all groups of one account now, whatever their age: for an operator, who waits for it. */
export async function groupsRefresh({ accountId }: AccountArgs): Promise<void> {
  const { readGroups } = proxyActivities<GroupActivities>({
    taskQueue: accountTaskQueue(accountId),
    scheduleToStartTimeout: '15s',
    startToCloseTimeout: '1m',
    heartbeatTimeout: '6s',
    retry: { maximumAttempts: 1 },
  })
  await readGroups()
}
