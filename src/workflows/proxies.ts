import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { AccountActivities } from '../activities/accounts.js'
import type { LockActivities } from '../activities/locks.js'
import type { ReminderActivities } from '../activities/reminders/reminders.js'
import type { RunActivities } from '../activities/runs.js'
import type { SessionActivities } from '../activities/sessions/sessions.js'
import type { DeliveryActivities } from '../activities/deliveries/deliveries.js'
import { accountTaskQueue, sessionsTaskQueue } from '../domain/ids.js'
import { oneAtATime } from './one-at-a-time.js'

// Postgres may be away for a while (a restart, a failover): nothing is given up for that.
const untilItWorks = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const

/** One short statement each: a local activity costs one event where a scheduled one costs three. */
const local = {
  startToCloseTimeout: '20s',
  localRetryThreshold: '30s',
  retry: untilItWorks,
} as const

export const reminders = oneAtATime(proxyLocalActivities<ReminderActivities>(local))
export const runs = oneAtATime(proxyLocalActivities<RunActivities>(local))
export const locks = oneAtATime(proxyLocalActivities<LockActivities>(local))

export const accounts = oneAtATime(proxyLocalActivities<AccountActivities>(local))

/** Tell every reminder of an account, of which there may be thousands. */
export const { holdRemindersOf, removeAccount } = proxyActivities<AccountActivities>({
  startToCloseTimeout: '1h',
  heartbeatTimeout: '10s',
  retry: untilItWorks,
})

/**
 * Writes a row for every target: minutes for the largest audiences on a slow disk. A worker that died meanwhile is
 * noticed by the missing heartbeat: the run would wait out those minutes.
 */
export const { prepareRun } = proxyActivities<RunActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: untilItWorks,
})

/**
 * Runs beside the others, which never wait for it, and is not tried again: the run can do without. It is no local
 * activity, since two of those may not be under way at once.
 */
export const { estimateRun } = proxyActivities<RunActivities>({
  startToCloseTimeout: '5s',
  scheduleToCloseTimeout: '30s',
  retry: { maximumAttempts: 1 },
})

/** Describes a workflow through Temporal's frontend, and is asked again where that is away. */
export const { isRunOpen } = proxyActivities<LockActivities>({
  startToCloseTimeout: '30s',
  retry: untilItWorks,
})

/** One is sent every two seconds: three in a row are missing only where the process or its way to Temporal is gone. */
const sessionHeartbeatTimeout = '6s'
/** One is sent every 2.5 s. The death of its process is noticed by the session, and this lets another try begin. */
const deliveryHeartbeatTimeout = '9s'

/**
 * One attempt owns the account's socket for as long as it lives. A dead owner is noticed by the missing heartbeat.
 */
export const { ownSession } = proxyActivities<SessionActivities>({
  taskQueue: sessionsTaskQueue,
  startToCloseTimeout: '30d',
  heartbeatTimeout: sessionHeartbeatTimeout,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // This is for an owner that died only: every other failure says itself when to try again. It must not grow, since the
  // attempts of a month are counted together.
  retry: { initialInterval: '500ms', backoffCoefficient: 1 },
  summary: 'one socket of the account',
})

/** The activities on an account's own queue, which only the owner of its session polls. */
export function accountActivities({
  accountId,
  timeoutMs,
  summary,
}: {
  accountId: string
  /** From scheduling to the end of the last retry: what is not sent by then has expired. */
  timeoutMs: number
  summary: string
}) {
  return proxyActivities<DeliveryActivities>({
    taskQueue: accountTaskQueue(accountId),
    scheduleToCloseTimeout: timeoutMs,
    heartbeatTimeout: deliveryHeartbeatTimeout,
    // A pause is answered when the part that is under way has ended, and not before.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    summary,
  })
}
