import type { ReminderStatus } from '../../protocol/messages.js'
import type { Life } from './life.js'

/** The answer to the `status` query. */
export function reminderStatus(life: Life): ReminderStatus {
  if (!life.isKnown()) return { state: 'scheduled' }
  const { state, reason, nextFire, snoozedFrom, buffered, pausedUntil, runs } = life.situation()
  const runId = runs.at(-1)?.runId ?? life.lastRun?.runId
  return {
    state,
    ...(nextFire !== undefined && { nextFire }),
    ...(snoozedFrom !== undefined && { snoozedFrom }),
    ...(runId !== undefined && { runId }),
    ...(state === 'paused' && { pausedBecause: reason ?? 'paused' }),
    ...(pausedUntil !== undefined && { pausedUntil }),
    ...(buffered !== undefined && { buffered }),
  }
}
