import type { Calendar } from './calendar/calendar.js'
import { beforeAll, nextOccurrence, occurrencesAfter, occurrencesBetween } from './calendar/occurrences.js'
import type { OverlapPolicy } from './definition.js'
import type { OmittedRunState } from './states.js'
import { say } from './sentences/say.js'

/**
 * Decides what becomes of the occurrences that are due. Pure: the caller does all of it in one transaction. The rules for
 * people are in docs/calendar.md, "What is late".
 */

/** All times are instants in UTC, whole seconds for occurrences. */
export type Pending = {
  /** Occurrences up to here are dealt with, or are one of the two below. */
  cursor?: string
  /** An occurrence that fires at another time than its own. */
  snoozed?: { from: string; to: string }
  /** One that is due and waits for the run under way. It may be the snoozed one. */
  buffered?: string
}

/**
 * A fire that is late by this much is still on time: a timer, a busy worker. Less catch-up time than this would miss
 * every occurrence for nothing.
 */
export const onTimeMs = 10_000

export type Policies = { schedule: Calendar; overlap: OverlapPolicy; catchUpMs: number }

/** `dueAt` is later than `occurrence` where that was snoozed. */
export type Due = { occurrence: string; dueAt: string }

export type Omission = { occurrence: string; state: OmittedRunState; reason: string }

export type Decision = {
  pending: Pending
  omitted: Omission[]
  fire?: Due
  /** There are more than `limit`: decide again. */
  more: boolean
}

export function decide(
  policies: Policies,
  {
    pending,
    isRunOpen,
    nowMs,
    lateMs = nowMs,
    limit,
  }: {
    pending: Pending
    isRunOpen: boolean
    /** Due is whatever is due by then. */
    nowMs: number
    /** Late is whatever is late by then: not before `nowMs`. */
    lateMs?: number
    limit: number
  },
): Decision {
  const { schedule, overlap } = policies
  const catchUpMs = catchUpOf(policies)
  const calendarDue = occurrencesBetween(schedule, {
    from: pending.cursor ?? beforeAll,
    to: new Date(nowMs).toISOString(),
    limit,
  })
  const more = calendarDue.length === limit
  const due = [...waitingDue(pending, nowMs), ...calendarDue.map((at) => ({ occurrence: at, dueAt: at }))]
  due.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))

  const isLate = ({ dueAt }: Due) => lateMs - Date.parse(dueAt) > catchUpMs
  const omitted = due.filter(isLate).map((late) => missed(late, { nowMs: lateMs, catchUpMs }))
  const { fire, buffer, skipped } = share(
    due.filter((one) => !isLate(one)),
    { overlap, isRunOpen, more },
  )
  omitted.push(...skipped)

  const { snoozed } = pending
  const isSnoozeKept = snoozed && (Date.parse(snoozed.to) > nowMs || buffer?.occurrence === snoozed.from)
  const cursor = calendarDue.at(-1) ?? pending.cursor
  return {
    pending: {
      ...(cursor !== undefined && { cursor }),
      ...(isSnoozeKept && { snoozed }),
      ...(buffer && { buffered: buffer.occurrence }),
    },
    omitted,
    ...(fire && { fire }),
    more,
  }
}

/** The next occurrence to deal with, however late it is; undefined where none is to come. */
export function nextPending({ schedule }: Policies, { cursor, snoozed, buffered }: Pending): Due | undefined {
  const next = nextOccurrence(schedule, { after: cursor ?? beforeAll })
  const calendars = next === undefined ? undefined : { occurrence: next, dueAt: next }
  if (!snoozed || snoozed.from === buffered) return calendars
  const isFirst = calendars === undefined || Date.parse(snoozed.to) <= Date.parse(calendars.dueAt)
  return isFirst ? { occurrence: snoozed.from, dueAt: snoozed.to } : calendars
}

/** Decides for a paused reminder: what is too late already, whenever it is resumed. The rest stays as it is. */
export function decideLate(
  policies: Policies,
  { pending, nowMs, limit }: { pending: Pending; nowMs: number; limit: number },
): Decision {
  const { schedule } = policies
  const catchUpMs = catchUpOf(policies)
  const lateCalendar = occurrencesBetween(schedule, {
    from: pending.cursor ?? beforeAll,
    to: new Date(nowMs - catchUpMs - 1).toISOString(),
    limit,
  })
  const waiting = waitingDue(pending, nowMs).filter(({ dueAt }) => nowMs - Date.parse(dueAt) > catchUpMs)
  const isLate = (occurrence: string | undefined) => waiting.some((late) => late.occurrence === occurrence)
  const { snoozed, buffered } = pending
  const cursor = lateCalendar.at(-1) ?? pending.cursor
  return {
    pending: {
      ...(cursor !== undefined && { cursor }),
      ...(snoozed && !isLate(snoozed.from) && { snoozed }),
      ...(buffered !== undefined && !isLate(buffered) && { buffered }),
    },
    omitted: [...waiting, ...lateCalendar.map((at) => ({ occurrence: at, dueAt: at }))].map((late) =>
      missed(late, { nowMs, catchUpMs }),
    ),
    more: lateCalendar.length === limit,
  }
}

/** The next fires if nothing changes, without a buffered one, which waits for a run and not for a time. */
export function upcoming(
  policies: Policies,
  { pending, nowMs, limit }: { pending: Pending; nowMs: number; limit: number },
): Due[] {
  const { schedule } = policies
  const { cursor, snoozed, buffered } = pending
  // An occurrence that is later than the catch-up time allows will not fire.
  const latest = new Date(nowMs - catchUpOf(policies) - 1).toISOString()
  const after = cursor !== undefined && Date.parse(cursor) > Date.parse(latest) ? cursor : latest
  const coming = occurrencesAfter(schedule, { after, limit }).map((at) => ({ occurrence: at, dueAt: at }))
  if (snoozed && snoozed.from !== buffered) coming.push({ occurrence: snoozed.from, dueAt: snoozed.to })
  return coming.toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt)).slice(0, limit)
}

function catchUpOf({ catchUpMs }: Policies): number {
  return Math.max(catchUpMs, onTimeMs)
}

function waitingDue({ snoozed, buffered }: Pending, nowMs: number): Due[] {
  const isDue = snoozed && (Date.parse(snoozed.to) <= nowMs || buffered === snoozed.from)
  const due: Due[] = isDue ? [{ occurrence: snoozed.from, dueAt: snoozed.to }] : []
  if (buffered !== undefined && buffered !== snoozed?.from)
    due.push({ occurrence: buffered, dueAt: buffered })
  return due
}

function missed(
  { occurrence, dueAt }: Due,
  { nowMs, catchUpMs }: { nowMs: number; catchUpMs: number },
): Omission {
  const late = nowMs - Date.parse(dueAt)
  const reason = say('missedTime', { at: dueAt, late, catchUp: catchUpMs })
  return { occurrence, state: 'missed', reason }
}

/** Which of those that are due and not too late is begun, which one waits, and which are left out. */
function share(
  timely: Due[],
  { overlap, isRunOpen, more }: { overlap: OverlapPolicy; isRunOpen: boolean; more: boolean },
): { fire?: Due; buffer?: Due; skipped: Omission[] } {
  const skip = (ones: Due[], reason: string): Omission[] =>
    ones.map(({ occurrence }) => ({ occurrence, state: 'skipped', reason }))
  const first = isRunOpen ? undefined : timely[0]
  const rest = isRunOpen ? timely : timely.slice(1)
  const fired = first && { fire: first }
  switch (overlap) {
    case 'skip':
      return { ...fired, skipped: skip(rest, say('earlierUnderWay')) }
    case 'bufferOne': {
      const buffer = rest.at(-1)
      return {
        ...fired,
        ...(buffer && { buffer }),
        skipped: skip(rest.slice(0, -1), say('laterWaits')),
      }
    }
    case 'cancelOther': {
      // No run is begun only to be canceled by the next one that is due already.
      const superseded = more ? timely : timely.slice(0, -1)
      const fire = more ? undefined : timely.at(-1)
      return { ...(fire && { fire }), skipped: skip(superseded, say('laterDue')) }
    }
  }
}

/**
 * A recurring calendar counts from the moment it is asked for, that second included: the Mondays before were never
 * promised. A time that was named (once, or a step) is late when it is past, and is treated as such.
 */
export function cursorFor({ schedule }: { schedule: Calendar }, since: string): string | undefined {
  if (schedule.kind !== 'recurring') return undefined
  const seconds = Math.floor(Date.parse(since) / 1_000)
  return new Date((seconds - 1) * 1_000).toISOString()
}
