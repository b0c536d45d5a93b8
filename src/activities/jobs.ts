import { Context } from '@temporalio/activity'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Database } from '../store/database.js'
import { accountsByState } from '../store/accounts/accounts-by-state.js'
import { purge, type PurgeReport } from '../store/jobs/retention.js'
import { reconcile, type ReconcileReport } from '../reconcile/reconcile.js'

export type { PurgeReport, ReconcileReport }

export type JobActivities = ReturnType<typeof createJobActivities>

type JobDependencies = { database: Database; temporal: Client; logger: Logger; retentionDays: number }

/** The jobs that Temporal Schedules run. */
export function createJobActivities({ database, temporal, logger, retentionDays }: JobDependencies) {
  const onProgress = () => Context.current().heartbeat()
  return {
    async purge(): Promise<PurgeReport> {
      const report = await purge({ database, logger }, { days: retentionDays, onProgress })
      logger.info({ ...report }, 'retention purged')
      return report
    },

    async reconcile(): Promise<ReconcileReport> {
      const report = await reconcile({ database, temporal, logger }, { onProgress })
      logger.info({ ...report }, 'reconciled')
      return report
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
