import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { Calendar } from '../../../../src/domain/calendar/calendar.js'
import {
  scheduleInput,
  scheduleOf,
  weekdayNames,
  weekdayOf,
  type End,
  type ScheduleDraft,
  type WeekdayName,
} from '../editor/schedule.js'

/** A day and a time on the clock of the reminder's zone. */
export type Wall = { date: string; time: string }

/** Why all of them cannot be moved there by dragging one. */
export type Stays = 'same' | 'daily' | 'week' | 'month' | 'exceptions' | 'steps' | 'rule'

const dayMs = 86_400_000
/** Every month has it. */
const lastOfEveryMonth = 28

/** Those that are not at their own time, or left out: `to` is null. */
type Moves = readonly { from: Date; to: Date | null }[]

/**
 * The edit that moves all of a series as far as one of it was moved; or why there is no simple one.
 * @param moves of single ones: an edit drops those whose own time the calendar has no more
 */
export function movedSeries(
  calendar: Calendar,
  { from, to, moves = [], now = new Date() }: { from: Wall; to: Wall; moves?: Moves; now?: Date },
): { changes: ReminderInput } | { stays: Stays } {
  if (calendar.kind === 'once') return { changes: { at: `${to.date}T${to.time}`, zone: calendar.zone } }
  if (calendar.kind === 'steps') return { stays: 'steps' }
  if (calendar.exdates !== undefined || calendar.rdates !== undefined) return { stays: 'exceptions' }
  if (moves.some((one) => one.from > now || (one.to ?? now) > now)) return { stays: 'exceptions' }
  const schedule = scheduleOf(calendar)
  if (schedule.mode !== 'repeat') return { stays: 'rule' }
  const days = daysBetween(from.date, to.date)
  if (days === 0 && from.time === to.time) return { stays: 'same' }
  const moved = byDays(schedule, { days, to })
  return typeof moved === 'string'
    ? { stays: moved }
    : {
        changes: scheduleInput({
          ...schedule,
          ...moved,
          time: to.time,
          end: movedEnd(schedule.end, from, to),
        }),
      }
}

/** As far as all of them, so that it ends after the same one. Where the whole of its day counts, it does so of another. */
function movedEnd(end: End, from: Wall, to: Wall): End {
  if (end.kind !== 'on') return end
  if (end.time === undefined) return { ...end, date: shifted(end.date, daysBetween(from.date, to.date)) }
  const [date = '', time] = new Date(
    msOf(end.date, end.time) + msOf(to.date, to.time) - msOf(from.date, from.time),
  )
    .toISOString()
    .slice(0, 19)
    .split('T')
  return { kind: 'on', date, ...(time !== undefined && { time }) }
}

function byDays(
  { every, interval, date, days: weekdays, monthBy, monthDay: day }: ScheduleDraft,
  { days, to }: { days: number; to: Wall },
): Partial<ScheduleDraft> | Stays {
  if (days === 0) return {}
  const isEach = interval === '' || interval === 1
  switch (every) {
    case 'day':
      return isEach ? 'daily' : { date: shifted(date, days) }
    case 'week':
      if (isEach && days % 7 === 0) return 'week'
      // The weeks between are counted from that of the first day: one day may not leave its week, and another stay.
      if (!isEach && new Set([...weekdays, weekdayOf(date)].map((one) => weeksMoved(one, days))).size > 1)
        return 'rule'
      return {
        date: shifted(date, days),
        days: weekdays.map((one) => {
          const index = (((weekdayNames.indexOf(one) + days) % 7) + 7) % 7
          return weekdayNames[index] ?? one
        }),
      }
    case 'year':
      return { date: shifted(date, days) }
    case 'month': {
      if (monthBy === 'weekday') return 'rule'
      const monthDay = Number(to.date.slice(8))
      const isInMonth = isSameMonth(shifted(to.date, -days), to.date)
      if (!isInMonth || Math.max(monthDay, Number(day)) > lastOfEveryMonth) return 'month'
      const first = shifted(date, days)
      // The months between are counted from that of the first day.
      return isEach || isSameMonth(date, first) ? { date: first, monthDay } : 'rule'
    }
  }
}

/** How many weeks on, or back, a day of the week comes to be. Weeks begin on Monday: a rule where they do not is no draft. */
function weeksMoved(day: WeekdayName, days: number): number {
  return Math.floor((weekdayNames.indexOf(day) + days) / 7)
}

function isSameMonth(one: string, other: string): boolean {
  return one.slice(0, 7) === other.slice(0, 7)
}

function daysBetween(from: string, to: string): number {
  return Math.round((msOf(to) - msOf(from)) / dayMs)
}

function shifted(date: string, days: number): string {
  return new Date(msOf(date) + days * dayMs).toISOString().slice(0, 10)
}

/** Of a clock that is never changed. */
function msOf(date: string, time = '00:00'): number {
  return Date.parse(`${date}T${time}Z`)
}
