import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Database } from '../store/database.js'
import { accountsByState } from '../store/accounts/accounts-by-state.js'
import { cutReceipts } from '../store/jobs/receipts-cut.js'
import { writeReceipts, type ReceiptsReport } from '../store/jobs/receipts.js'
import { rotate, rotationProgress } from '../store/rotation/rotation.js'
import { purge, type PurgeReport } from '../store/jobs/retention.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { reconcile, type ReconcileReport } from '../reconcile/reconcile.js'

/** `receipts`: those that were cut off, where they are not kept. */
export type RetentionReport = PurgeReport & { receipts: number }

export type { ReceiptsReport, ReconcileReport }

export type JobActivities = ReturnType<typeof createJobActivities>

type JobDependencies = {
  database: Database
  temporal: Client
  ring: KeyRing
  logger: Logger
  retentionDays: number
  /** Receipts are kept where it is undefined. */
  receiptsDays: number | undefined
}

/** The jobs that Temporal Schedules run. */
export function createJobActivities({
  database,
  temporal,
  ring,
  logger,
  retentionDays,
  receiptsDays,
}: JobDependencies) {
  const onProgress = () => Context.current().heartbeat()
  return {
    async purge(): Promise<RetentionReport> {
      const purged = await purge({ database, logger }, { days: retentionDays, onProgress })
      const receipts =
        receiptsDays === undefined
          ? 0
          : await cutReceipts({ database, ring, logger }, { days: receiptsDays, onProgress })
      const report = { ...purged, receipts }
      logger.info({ ...report }, 'retention purged')
      return report
    },

    async reconcile(): Promise<ReconcileReport> {
      const report = await reconcile({ database, temporal, logger }, { onProgress })
      logger.info({ ...report }, 'reconciled')
      return report
    },

    async writeReceipts(): Promise<ReceiptsReport> {
      const report = await writeReceipts({ database, ring, logger }, { onProgress })
      if (report.runs + report.actions > 0) logger.info({ ...report }, 'receipts written')
      return report
    },

    /**
     * @throws ApplicationFailure `RotationWaits`, retryable: this worker has not got the key as its current one, or another is at it
     */
    async rotateKeys(): Promise<void> {
      const { cancellationSignal: signal } = Context.current()
      const end = await rotate({ database, logger }, { onProgress, signal })
      if (end === 'done') {
        logger.info({ ...(await rotationProgress(database)) }, 'encryption key rotated')
        return
      }
      throw ApplicationFailure.retryable(
        end === 'busy'
          ? 'Another process puts what is stored under the new key.'
          : 'This worker has another key as its current one: start it with the key ring in which the new key is the first.',
        'RotationWaits',
      )
    },

    /** Those that have a socket, and those that are left out, with their state. */
    async accountsToRefresh(): Promise<{
      connected: string[]
      skipped: { accountId: string; why: string }[]
    }> {
      const accounts = await accountsByState(database)
      const connected = accounts
        .filter(({ state }) => state === 'connected')
        .map(({ accountId }) => accountId)
      const skipped = accounts
        .filter(({ state }) => state !== 'connected')
        .map(({ accountId, state }) => ({ accountId, why: `the account is ${state.replace('_', ' ')}` }))
      for (const account of skipped) logger.warn(account, 'metadata-refresh-skipped')
      return { connected, skipped }
    },
  }
}
