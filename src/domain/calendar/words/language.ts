import type { Wall } from '../local-time.js'
import type { Weekday } from '../rules/rrule-parts.js'

export type Unit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute'

/** What a language says of calendars. The rules for when which phrase says exactly what a calendar does are the same in all. */
export type CalendarLanguage = {
  /** `a, b and c` */
  and: (words: readonly string[]) => string
  /** `a, b or c` */
  or: (words: readonly string[]) => string
  also: string
  never: string
  day: (day: Weekday) => string
  /** `Thu 26 Nov 2026` */
  date: (wall: Wall) => string
  /** `Thu 26 Nov 2026 at 08:00` */
  moment: (wall: Wall) => string

  /** `every 2 months` */
  every: (interval: number, unit: Unit) => string
  everyWeekday: string
  /** `every Monday and Thursday` */
  everyOf: (days: readonly Weekday[]) => string
  /** `on Monday and Thursday` */
  onDays: (days: readonly Weekday[]) => string
  weeksFrom: (day: Weekday) => string
  /** ` in March`, behind a phrase. */
  inMonths: (months: readonly number[]) => string
  /** `on the 1st and last day of every month`, or of these months. */
  onDaysOf: (days: readonly number[], months: readonly number[] | undefined) => string
  /** `every 2 months on the 15th` */
  everyMonthsOnDays: (interval: number, days: readonly number[]) => string
  /** `on the first weekday of every month`: what `position`, `numbered` and `kindOf` made. */
  onOf: (phrase: string, months: readonly number[] | undefined) => string
  everyMonthsOn: (interval: number, phrase: string) => string
  /** `first and last` */
  positions: (positions: readonly number[]) => string
  /** `first Monday` */
  numberedDay: (nth: number, day: Weekday) => string
  anyDay: string
  anyWeekday: string
  everyYearOn: (interval: number, phrase: string, months: readonly number[] | undefined) => string
  everyYearOnDates: (interval: number, dates: readonly { day: number; month: number }[]) => string
  whereThatDay: string
  whereOne: string
  ifDayIs: (days: readonly Weekday[]) => string
  leapYears: { alone: string; among: string }

  /** Of a rule that no phrase above is for. */
  clauses: {
    fromMidnight: string
    from: (wall: Wall) => string
    months: (months: readonly number[]) => string
    weeksOfYear: (weeks: readonly number[]) => string
    daysOfYear: (days: readonly number[]) => string
    daysOfMonth: (days: readonly number[]) => string
    /** `on Monday and on the first Friday of the month` */
    days: (
      plain: readonly Weekday[],
      numbered: readonly { nth: number; day: Weekday }[],
      within: Unit,
    ) => string
    onlyThese: (positions: readonly number[], unit: Unit) => string
    weeksFrom: (day: Weekday) => string
    hours: (hours: readonly string[]) => string
    atMinutes: (minutes: readonly string[]) => string
    atSecond: (second: number) => string
  }

  times: {
    at: (clocks: readonly string[]) => string
    span: (from: string, to: string) => string
    minutesOfHours: (minutes: readonly string[], hours: readonly string[]) => string
    everyHourAtMinute: (minute: string) => string
    everyHourAtMinutes: (minutes: readonly string[]) => string
    everyMinutesAt: (interval: number, minutes: readonly string[]) => string
  }

  once: (wall: Wall) => string
  alsoOn: (moments: readonly Wall[] | number) => string
  exceptOn: (moments: readonly Wall[] | number) => string
  until: (end: { date: Wall } | { moment: Wall }) => string
  timesInAll: (count: number) => string
  step: {
    at: string
    onTheDay: (clock: string) => string
    /** `3 days before at 09:00` */
    away: (amounts: readonly [number, Unit][], isBefore: boolean, clock: string | undefined) => string
    all: (steps: readonly string[], anchor: Wall) => string
  }
}
