import { clockShift, offsetAt, type ClockShift } from '../../domain/calendar/shifts.js'
import { occurrencesAfter } from '../../domain/calendar/occurrences.js'
import { formatWall, msToWall } from '../../domain/calendar/local-time.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import type { ReminderView } from '../../store/views/reminders.js'
import { firesOf } from '../reminders/summary.js'

export type PreviewedOccurrence = {
  /** When it fires: an instant in UTC. */
  at: string
  /** The same on the wall clock of the zone: `2026-11-24T09:00:00`. */
  local: string
  /** `+03:00` */
  offset: string
  /** True where the clock was changed since the one before. */
  isOffsetNew: boolean
  shift?: ClockShift
  /** The time that the calendar has, where it is snoozed. */
  snoozedFrom?: string
}

/** The next fires. Of an existing reminder what is snoozed or skipped is taken into account. */
export function previewOccurrences(
  definition: ReminderDefinition,
  { now, limit, existing }: { now: Date; limit: number; existing: ReminderView | undefined },
): PreviewedOccurrence[] {
  const { schedule, catchUpMs } = definition
  const { zone } = schedule
  const lastOffset: { current?: string } = {}
  return fires().map(({ at, snoozedFrom }) => {
    const offset = offsetAt(at, zone)
    const isOffsetNew = lastOffset.current !== undefined && lastOffset.current !== offset
    lastOffset.current = offset
    const shift = snoozedFrom === undefined ? clockShift(schedule, at) : undefined
    return {
      at,
      local: formatWall(msToWall(Date.parse(at), zone)),
      offset,
      isOffsetNew,
      ...(shift && { shift }),
      ...(snoozedFrom !== undefined && { snoozedFrom }),
    }
  })

  function fires(): { at: string; snoozedFrom?: string }[] {
    if (existing === undefined || existing.nextFire === null) {
      // A one-off that is due a little ago fires at once.
      const late = schedule.kind === 'once' ? catchUpMs + 1 : 0
      const after = new Date(now.getTime() - late).toISOString()
      return occurrencesAfter(schedule, { after, limit }).map((at) => ({ at }))
    }
    return firesOf(existing, { policies: definition, now, limit }).map(({ occurrence, dueAt }) => ({
      at: dueAt,
      ...(dueAt !== occurrence && { snoozedFrom: occurrence }),
    }))
  }
}
