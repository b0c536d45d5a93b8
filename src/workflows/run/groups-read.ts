import { ActivityFailure, CancellationScope, proxyActivities } from '@temporalio/workflow'
import type { GroupActivities } from '../../activities/groups.js'
import { accountTaskQueue } from '../../domain/ids.js'
import { isCanceled, isOutOfTime } from './group-delivery.js'

/**
 * Waits until the account's session has read all groups, without an event for each look: one activity, on the queue
 * of the account, where it lies while no session is there. Returns false where it was not to be had in time.
 */
export async function untilGroupsAreRead({
  accountId,
  deadlineMs,
  onScope,
}: {
  accountId: string
  deadlineMs: number
  /** Given what ends the wait when it is canceled. */
  onScope: (scope: CancellationScope) => void
}): Promise<boolean> {
  const { groupsWereRead } = proxyActivities<GroupActivities>({
    taskQueue: accountTaskQueue(accountId),
    scheduleToCloseTimeout: Math.max(1, deadlineMs - Date.now()),
    startToCloseTimeout: '20s',
    heartbeatTimeout: '6s',
    // Each failure says itself when to look again.
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
    summary: 'all groups of the account were read',
  })
  const scope = new CancellationScope()
  onScope(scope)
  try {
    await scope.run(() => groupsWereRead())
    return true
  } catch (error) {
    if (isCanceled(error)) return false
    if (error instanceof ActivityFailure && isOutOfTime(error)) return false
    throw error
  }
}
