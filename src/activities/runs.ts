import type { Client } from '@temporalio/client'
import type { HeldRun } from '../domain/run-hold.js'
import { halfAMinuteMs } from '../estimates/account-estimates.js'
import { storedEstimates } from '../estimates/stored-estimates.js'
import type { Database } from '../store/database.js'
import * as retries from '../store/runs/retry-failed.js'
import * as holds from '../store/runs/run-holds.js'
import * as store from '../store/runs/runs.js'
import { abandonTarget } from '../store/sends/sends.js'
import { refusal } from '../protocol/refusals.js'
import { handOverLock } from '../locks/hand-over-lock.js'
import { whileHeartbeating } from './heartbeating.js'
import { estimateRun } from './run-estimate.js'
import { findSendingHours } from './sending-hours.js'
import { wakeLock } from '../locks/wake-lock.js'
import type {
  OpenHours,
  PreparedRun,
  Retried,
  RunEstimate,
  RunOutcome,
  TargetOutcome,
} from '../protocol/payloads.js'

export type RunActivities = ReturnType<typeof createRunActivities>

/** Targets that are prepared in a moment. */
const smallAudience = 200

export function createRunActivities({ database, temporal }: { database: Database; temporal: Client }) {
  const estimates = storedEstimates(database, () => halfAMinuteMs)

  async function withLockWoken(
    { accountId }: store.NewRun,
    { wakes, ...prepared }: store.NewlyPrepared,
  ): Promise<PreparedRun> {
    if (wakes) await wakeLock(temporal, accountId)
    return prepared
  }

  return {
    /** `takesLock`: where it is to begin as soon as it can, if nothing holds it up. */
    async prepareRun({
      takesLock = false,
      ...run
    }: store.NewRun & { takesLock?: boolean }): Promise<PreparedRun> {
      const prepared = await whileHeartbeating(() => store.prepareRun(database, run, { takesLock }))
      return await withLockWoken(run, prepared)
    },

    /** Undefined, and nothing done, where that would take longer than a local activity should. */
    async prepareSmallRun(run: store.NewRun): Promise<PreparedRun | undefined> {
      const prepared = await store.prepareRun(database, run, { takesLock: true, most: smallAudience })
      return prepared && (await withLockWoken(run, prepared))
    },

    async sendingHours(asked: { digest: string; at: string }): Promise<OpenHours | undefined> {
      return await findSendingHours(database, asked)
    },

    async estimateRun(run: { runId: string; accountId: string }): Promise<RunEstimate> {
      return await estimateRun({ database, estimates }, run)
    },

    /** Returns how the run is held. */
    async setRunState(change: Parameters<typeof store.setRunState>[1]): Promise<HeldRun> {
      return await store.setRunState(database, change)
    },

    /** Writes what an operator asks of the run. Returns how it is held now; undefined while it has no row. */
    async holdRun(asked: Parameters<typeof holds.holdRun>[1]): Promise<HeldRun | undefined> {
      return await holds.holdRun(database, asked)
    },

    /** How its row holds the run; undefined while it has none. */
    async findHold({ runId }: { runId: string }): Promise<HeldRun | undefined> {
      return await holds.findHold(database, runId)
    },

    /** The lock of the account, where the run had it, is the next one's when this returns. */
    async finishRun({
      accountId,
      ...finish
    }: Parameters<typeof store.finishRun>[1] & { accountId: string }): Promise<RunOutcome> {
      const { outcome, granted } = await store.finishRun(database, finish)
      await handOverLock({ database, temporal }, accountId, granted)
      return outcome
    },

    async retryFailed(request: retries.RetryRequest): Promise<Retried> {
      const { runId } = request
      const retried = await retries.retryFailed(database, request)
      switch (retried.kind) {
        case 'retried':
        case 'nothing':
          return retried
        case 'unknownRun':
          throw refusal('UnknownRun', `There is no run '${runId}' to retry.`)
        case 'underWay':
          if (retried.isRetry) return { kind: 'already' }
          throw refusal(
            'RunUnderWay',
            `The run '${runId}' is still running (${retried.state}): wait for its end, or cancel it.`,
          )
        case 'accountUnlinked':
          throw refusal(
            'AccountUnlinked',
            `The account '${retried.accountId}' is not linked (${retried.state}): link it first with \`carillon account pair ${retried.accountId}\`.`,
          )
      }
    },

    /** Retries of the reminder's runs that are under way, by id. */
    async openRetries(key: { operator: string; dedupeKey: string }): Promise<string[]> {
      return await retries.openRetries(database, key)
    },

    async abandonTarget(target: Parameters<typeof abandonTarget>[1]): Promise<TargetOutcome> {
      const state = await abandonTarget(database, target)
      return state === 'pending' ? { kind: 'held' } : { kind: state }
    },
  }
}
