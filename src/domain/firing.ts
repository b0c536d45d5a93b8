import type { Calendar } from './calendar/calendar.js'
import { beforeAll, occurrencesAfter, occurrencesBetween } from './calendar/occurrences.js'
import type { OverlapPolicy } from './definition.js'
import type { OmittedRunState } from './states.js'
import { say } from './sentences/say.js'

/**
 * Decides what becomes of the occurrences that are due. Pure: the caller does all of it in one transaction. The rules for
 * people are in docs/calendar.md, "What is late".
 */

/** All times are instants in UTC, whole seconds for occurrences. */
export type Pending = {
  /** Occurrences up to here are dealt with, or are among those below. */
  cursor?: string
  /** What is not at its own time, each once, by `from`; missing where there is none. */
  moved?: Move[]
  /** One that is due and waits for the run under way. It may be a moved one. */
  buffered?: string
}

/** The occurrence `from` is at `to` instead; without one, there is none any more: it was left out, or begun early. */
export type Move = { from: string; to?: string }

/** The most of one reminder at a time: they are looked through at every question. */
export const maxMoves = 100

/**
 * A fire that is late by this much is still on time: a timer, a busy worker. Less catch-up time than this would miss
 * every occurrence for nothing.
 */
export const onTimeMs = 10_000

export type Policies = { schedule: Calendar; overlap: OverlapPolicy; catchUpMs: number }

/** `dueAt` is another time than `occurrence` where that was moved. */
export type Due = { occurrence: string; dueAt: string }

export type Omission = Due & { state: OmittedRunState; reason: string }

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
  const due = [...waitingDue(pending, nowMs), ...atTheirTime(calendarDue, pending)]
  due.sort((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))

  const isLate = ({ dueAt }: Due) => lateMs - Date.parse(dueAt) > catchUpMs
  const omitted = due.filter(isLate).map((late) => missed(late, { nowMs: lateMs, catchUpMs }))
  const { fire, buffer, skipped } = share(
    due.filter((one) => !isLate(one)),
    { overlap, isRunOpen, more },
  )
  omitted.push(...skipped)

  const cursor = calendarDue.at(-1) ?? pending.cursor
  const isToCome = ({ from, to }: Move) =>
    to !== undefined && (Date.parse(to) > nowMs || buffer?.occurrence === from)
  return {
    pending: {
      ...(cursor !== undefined && { cursor }),
      ...stillMoved(pending, { cursor, isToCome }),
      ...(buffer && { buffered: buffer.occurrence }),
    },
    omitted,
    ...(fire && { fire }),
    more,
  }
}

/** The next occurrence to deal with, however late it is; undefined where none is to come. */
export function nextPending({ schedule }: Policies, pending: Pending): Due | undefined {
  return firstDue(schedule, pending, { after: pending.cursor ?? beforeAll, limit: 1 })[0]
}

/** All that is due after `nowMs` up to `untilMs`, if nothing changes; of the calendar's own no more than `limit`, unsorted. */
export function upcomingUntil(
  { schedule }: Pick<Policies, 'schedule'>,
  { pending, nowMs, untilMs, limit }: { pending: Pending; nowMs: number; untilMs: number; limit: number },
): Due[] {
  const { cursor, moved = [], buffered } = pending
  const now = new Date(nowMs).toISOString()
  const from = cursor !== undefined && Date.parse(cursor) > nowMs ? cursor : now
  const calendars = occurrencesBetween(schedule, { from, to: new Date(untilMs).toISOString(), limit })
  const coming = moved.flatMap(({ from: occurrence, to }) =>
    to === undefined || occurrence === buffered ? [] : { occurrence, dueAt: to },
  )
  return [
    ...coming.filter(({ dueAt }) => Date.parse(dueAt) > nowMs && Date.parse(dueAt) <= untilMs),
    ...atTheirTime(calendars, pending),
  ]
}

/** Those after `after` that are at their own times, and all that are moved: the first `limit` of them. */
function firstDue(
  schedule: Calendar,
  pending: Pending,
  { after, limit }: { after: string; limit: number },
): Due[] {
  const { moved = [], buffered } = pending
  // Each of the moved ones may be one of those.
  const calendars = occurrencesAfter(schedule, { after, limit: limit + moved.length })
  const coming = moved.flatMap(({ from, to }) =>
    to === undefined || from === buffered ? [] : { occurrence: from, dueAt: to },
  )
  return [...coming, ...atTheirTime(calendars, pending)]
    .toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))
    .slice(0, limit)
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
  const { buffered } = pending
  const cursor = lateCalendar.at(-1) ?? pending.cursor
  const isToCome = ({ from, to }: Move) => to !== undefined && !isLate(from)
  return {
    pending: {
      ...(cursor !== undefined && { cursor }),
      ...stillMoved(pending, { cursor, isToCome }),
      ...(buffered !== undefined && !isLate(buffered) && { buffered }),
    },
    omitted: [...waiting, ...atTheirTime(lateCalendar, pending)].map((late) =>
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
  const { cursor } = pending
  // An occurrence that is later than the catch-up time allows will not fire.
  const latest = new Date(nowMs - catchUpOf(policies) - 1).toISOString()
  const after = cursor !== undefined && Date.parse(cursor) > Date.parse(latest) ? cursor : latest
  return firstDue(policies.schedule, pending, { after, limit })
}

/** What is pending once the occurrence is at another time; at its own again where that is the time. */
export function withMoved(pending: Pending, { from, to }: { from: string; to: string }): Pending {
  const others = otherMoves(pending, from)
  return withMoves(pending, to === from ? others : [...others, { from, to }])
}

/** What is pending once the occurrence is none any more. */
export function withoutOccurrence(pending: Pending, occurrence: string): Pending {
  const others = otherMoves(pending, occurrence)
  const isPassed = isUpTo(pending.cursor, occurrence)
  return withMoves(pending, isPassed ? others : [...others, { from: occurrence }])
}

/** True for one that was begun or left out, and for one that the cursor has passed; not for one that is put off. */
export function isDealtWith({ cursor, moved = [] }: Pending, occurrence: string): boolean {
  const move = moved.find(({ from }) => from === occurrence)
  return move === undefined ? isUpTo(cursor, occurrence) : move.to === undefined
}

function otherMoves({ moved = [] }: Pending, occurrence: string): Move[] {
  return moved.filter(({ from }) => from !== occurrence)
}

function withMoves({ moved: _before, ...rest }: Pending, moved: Move[]): Pending {
  if (moved.length === 0) return rest
  return { ...rest, moved: moved.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from)) }
}

/** What stays of the moves: those to come, and that there is nothing at the times that the cursor will come to. */
function stillMoved(
  { moved = [] }: Pending,
  { cursor, isToCome }: { cursor: string | undefined; isToCome: (move: Move) => boolean },
): Pick<Pending, 'moved'> {
  const kept = moved.flatMap((move) => {
    if (isToCome(move)) return move
    return isUpTo(cursor, move.from) ? [] : { from: move.from }
  })
  return kept.length === 0 ? {} : { moved: kept }
}

function isUpTo(cursor: string | undefined, occurrence: string): boolean {
  return cursor !== undefined && Date.parse(occurrence) <= Date.parse(cursor)
}

/** Of the calendar's own occurrences those that were not moved. */
function atTheirTime(occurrences: readonly string[], { moved = [] }: Pending): Due[] {
  const away = new Set(moved.map(({ from }) => from))
  return occurrences.filter((at) => !away.has(at)).map((at) => ({ occurrence: at, dueAt: at }))
}

function catchUpOf({ catchUpMs }: Policies): number {
  return Math.max(catchUpMs, onTimeMs)
}

function waitingDue({ moved = [], buffered }: Pending, nowMs: number): Due[] {
  const due = moved.flatMap(({ from, to }): Due | [] =>
    to !== undefined && (Date.parse(to) <= nowMs || buffered === from) ? { occurrence: from, dueAt: to } : [],
  )
  if (buffered !== undefined && !due.some(({ occurrence }) => occurrence === buffered))
    due.push({ occurrence: buffered, dueAt: buffered })
  return due
}

function missed(
  { occurrence, dueAt }: Due,
  { nowMs, catchUpMs }: { nowMs: number; catchUpMs: number },
): Omission {
  const late = nowMs - Date.parse(dueAt)
  const reason = say('missedTime', { at: dueAt, late, catchUp: catchUpMs })
  return { occurrence, dueAt, state: 'missed', reason }
}

/** Which of those that are due and not too late is begun, which one waits, and which are left out. */
function share(
  timely: Due[],
  { overlap, isRunOpen, more }: { overlap: OverlapPolicy; isRunOpen: boolean; more: boolean },
): { fire?: Due; buffer?: Due; skipped: Omission[] } {
  const skip = (ones: Due[], reason: string): Omission[] =>
    ones.map((due) => ({ ...due, state: 'skipped', reason }))
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
