import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { InboxActivities } from '../../activities/telegram/inbox.js'
import type { HandlingActivities } from '../../activities/telegram/handling.js'
import type { ProgressActivities } from '../../activities/telegram/progress.js'
import { telegramTaskQueue } from '../../domain/telegram.js'
import { oneAtATime } from '../one-at-a-time.js'

const untilItWorks = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const

/** One short statement each. */
export const inbox = oneAtATime(
  proxyLocalActivities<InboxActivities>({
    startToCloseTimeout: '20s',
    localRetryThreshold: '30s',
    retry: untilItWorks,
  }),
)

/**
 * One try. A beat is sent every two seconds: of a process that died none comes for ten, and a second later another has the
 * try. Its own failures are no failures of the activity: they are rows, with a schedule of their own.
 */
export const { tryUpdate } = proxyActivities<HandlingActivities>({
  taskQueue: telegramTaskQueue,
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
})

export const { showProgress } = proxyActivities<ProgressActivities>({
  taskQueue: telegramTaskQueue,
  startToCloseTimeout: '1m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
})
