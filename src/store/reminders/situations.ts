import type { ReminderDefinition } from '../../domain/definition.js'
import { cursorFor, nextPending, upcoming } from '../../domain/firing.js'
import { isFinalReminder } from '../../domain/states.js'
import { formatInZone } from '../../domain/hours/zone.js'
import type { DueRun, Situation } from '../../protocol/payloads.js'
import type { OpenRun, ReminderRow } from './reminders.js'

const shownUpcoming = 10

/** How a reminder of that row and those open runs stands. */
export function situationOf({
  row,
  runs,
  nowMs,
}: {
  row: ReminderRow
  runs: OpenRun[]
  nowMs: number
}): Situation {
  const { state, pausedUntil, ending, pending, definition } = row
  const isOver = isFinalReminder(state) || ending !== undefined
  const coming = isOver ? [] : upcoming(definition, { pending, nowMs, limit: shownUpcoming })
  const [next] = coming
  const wakeAt = isOver ? undefined : wakeTime(row, runs)
  return {
    state,
    reason: row.reason,
    accountId: row.accountId,
    ...(next && {
      nextFire: next.dueAt,
      nextFireText: formatInZone(next.dueAt, definition.schedule.zone),
      ...(next.dueAt !== next.occurrence && { snoozedFrom: next.occurrence }),
    }),
    upcoming: coming.map(({ dueAt }) => dueAt),
    ...(pending.buffered !== undefined && { buffered: pending.buffered }),
    ...(state === 'paused' && pausedUntil !== undefined && { pausedUntil }),
    ...(ending && { endingBecause: ending.reason }),
    ...(wakeAt !== undefined && { wakeAt }),
    runs: runs.map((run, index) => dueRun(run, runs.slice(index + 1))),
  }
}

/** The time to wake at; in the past where something is due already. */
function wakeTime(
  { state, pausedUntil, pending, definition }: ReminderRow,
  runs: OpenRun[],
): string | undefined {
  if (state === 'paused') return pausedUntil
  const isRunAwaited = runs.some(({ trigger }) => trigger === 'schedule')
  if (pending.buffered !== undefined && !isRunAwaited) return pending.buffered
  return nextPending(definition, pending)?.dueAt
}

function dueRun(run: OpenRun, later: OpenRun[]): DueRun {
  const isSuperseded = run.trigger === 'schedule' && later.some(({ trigger }) => trigger === 'schedule')
  return {
    ...run,
    ...(isSuperseded && { isSuperseded: true }),
  }
}

/** Of a reminder that nothing has happened to: the cursor of its row, and what its workflow goes on from. */
export function situationOfNew({
  definition,
  digest,
  since,
}: {
  definition: ReminderDefinition
  digest: string
  since: string
}): { cursor: string | undefined; situation: Situation } {
  const cursor = cursorFor(definition, since)
  const nowMs = Date.parse(since)
  const row: ReminderRow = {
    accountId: definition.account,
    state: 'scheduled',
    reason: null,
    digest,
    definition,
    revision: 0,
    pending: cursor === undefined ? {} : { cursor },
    endedAt: null,
    deletedAt: null,
    runs: [],
    readAtMs: nowMs,
  }
  return { cursor, situation: situationOf({ row, runs: [], nowMs }) }
}
