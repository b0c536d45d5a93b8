import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { Calendar } from '../../../../src/domain/calendar/calendar.js'
import { scheduleInput, scheduleOf, weekdayNames, type ScheduleDraft } from '../editor/schedule.js'

/** A day and a time on the clock of the reminder's zone. */
export type Wall = { date: string; time: string }

/** Why all of them cannot be moved there by dragging one. */
export type Stays = 'same' | 'daily' | 'week' | 'month' | 'exceptions' | 'steps' | 'rule'

const dayMs = 86_400_000
/** Every month has it. */
const lastOfEveryMonth = 28

/** The edit that moves all of a series as far as one of it was moved; or why there is no simple one. */
export function movedSeries(
  calendar: Calendar,
  from: Wall,
  to: Wall,
): { changes: ReminderInput } | { stays: Stays } {
  if (calendar.kind === 'once') return { changes: { at: `${to.date}T${to.time}`, zone: calendar.zone } }
  if (calendar.kind === 'steps') return { stays: 'steps' }
  if (calendar.exdates !== undefined || calendar.rdates !== undefined) return { stays: 'exceptions' }
  const schedule = scheduleOf(calendar)
  if (schedule.mode !== 'repeat') return { stays: 'rule' }
  const days = daysBetween(from.date, to.date)
  if (days === 0 && from.time === to.time) return { stays: 'same' }
  const moved = byDays(schedule, { days, to })
  return typeof moved === 'string'
    ? { stays: moved }
    : { changes: scheduleInput({ ...schedule, ...moved, time: to.time }) }
}

function byDays(
  { every, interval, date, days: weekdays, monthBy }: ScheduleDraft,
  { days, to }: { days: number; to: Wall },
): Partial<ScheduleDraft> | Stays {
  if (days === 0) return {}
  const isEach = interval === '' || interval === 1
  switch (every) {
    case 'day':
      return isEach ? 'daily' : { date: shifted(date, days) }
    case 'week':
      if (isEach && days % 7 === 0) return 'week'
      return {
        date: shifted(date, days),
        days: weekdays.map((day) => {
          const index = (((weekdayNames.indexOf(day) + days) % 7) + 7) % 7
          return weekdayNames[index] ?? day
        }),
      }
    case 'year':
      return { date: shifted(date, days) }
    case 'month': {
      if (monthBy === 'weekday') return 'rule'
      const monthDay = Number(to.date.slice(8))
      const isInMonth = shifted(to.date, -days).slice(0, 7) === to.date.slice(0, 7)
      if (!isInMonth || monthDay > lastOfEveryMonth) return 'month'
      return { date: `${date.slice(0, 8)}${to.date.slice(8)}`, monthDay }
    }
  }
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
}

function shifted(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}
