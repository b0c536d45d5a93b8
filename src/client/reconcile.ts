import { reconcile, type ReconcileReport } from '../reconcile/reconcile.js'
import { ensureSchedules } from '../schedules.js'
import { insertAsked } from '../store/audit.js'
import { askerOf, type ClientContext } from './context.js'
import { explainTemporalError } from './temporal/temporal-errors.js'

export type { ReconcileCounts, ReconcileProblem, ReconcileReport } from '../reconcile/reconcile.js'

export type ReconcileOptions = {
  /** Only says what it would do. */
  dryRun?: boolean
  /** Takes what is logged: that another one is under way. */
  onBusy?: (event: string) => void
}

export type Reconcile = (options?: ReconcileOptions) => Promise<ReconcileReport>

/**
 * Compares Postgres with Temporal for all operators, and starts again what is missing in Temporal: reminders, runs,
 * sessions, the schedules of the jobs. With a token it is what the operator has, and no schedules. Doing it twice changes
 * nothing.
 */
export function createReconcile(context: ClientContext): Reconcile {
  const { temporal, database, operator, access } = context
  return async ({ dryRun = false, onBusy } = {}) => {
    const logger = { warn: (_fields: object, event: string) => onBusy?.(event) }
    try {
      if (!dryRun)
        await insertAsked(
          database,
          { operator, subject: 'job:reconcile', action: 'reconcile' },
          askerOf(context),
        )
      const only = access === undefined ? undefined : operator
      const report = await reconcile({ database, temporal, logger }, { dryRun, operator: only })
      if (!dryRun && only === undefined) await ensureSchedules(temporal)
      return report
    } catch (error) {
      throw explainTemporalError(error)
    }
  }
}
