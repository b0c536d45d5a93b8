import type { ReminderStatus } from '../../protocol/messages.js'
import type { FollowedRuns } from './runs.js'
import type { KnownSituation } from './situation.js'

export type ReminderQueries = {
  status(): ReminderStatus
  upcoming(): string[]
}

/** The answers to a reminder's queries. */
export function reminderQueries(
  situation: Pick<KnownSituation, 'isKnown' | 'now'>,
  followed: Pick<FollowedRuns, 'last'>,
): ReminderQueries {
  return {
    status() {
      if (!situation.isKnown) return { state: 'scheduled' }
      const { state, reason, nextFire, snoozedFrom, buffered, pausedUntil, runs } = situation.now
      const runId = runs.at(-1)?.runId ?? followed.last?.runId
      return {
        state,
        ...(nextFire !== undefined && { nextFire }),
        ...(snoozedFrom !== undefined && { snoozedFrom }),
        ...(runId !== undefined && { runId }),
        ...(state === 'paused' && { pausedBecause: reason ?? 'paused' }),
        ...(pausedUntil !== undefined && { pausedUntil }),
        ...(buffered !== undefined && { buffered }),
      }
    },
    upcoming() {
      return situation.isKnown && situation.now.state !== 'paused' ? situation.now.upcoming : []
    },
  }
}
