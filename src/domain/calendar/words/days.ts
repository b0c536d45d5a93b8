import type { Wall } from '../local-time.js'
import { weekdays, type RruleParts, type Weekday, type WeekdayRef } from '../rules/rrule-parts.js'
import type { CalendarLanguage } from './language.js'
import { hasDay } from './names.js'
import { timesOf, timesPerDay } from './times.js'

/**
 * The days of the common rules, daily to yearly, as people say them: `every Monday`, `on the last day of every month`.
 * Undefined where no such phrase says exactly what the rule does.
 */
export function commonDays(parts: RruleParts, start: Wall, language: CalendarLanguage): string | undefined {
  // Positions among the times of a day are nothing that people say.
  if (parts.bySetPos !== undefined && timesPerDay(timesOf(parts, start)) > 1) return undefined
  switch (parts.freq) {
    case 'DAILY':
      return parts.bySetPos === undefined ? dailyDays(parts, language) : undefined
    case 'WEEKLY':
      return parts.bySetPos === undefined ? weeklyDays(parts, start, language) : undefined
    case 'MONTHLY':
      return monthlyDays(parts, start, language)
    case 'YEARLY':
      return parts.bySetPos === undefined ? yearlyDays(parts, start, language) : undefined
    case 'HOURLY':
    case 'MINUTELY':
      return undefined
  }
}

function dailyDays(
  { interval, byDay, byMonthDay, byMonth }: RruleParts,
  language: CalendarLanguage,
): string | undefined {
  if (interval > 1) return byDay || byMonthDay || byMonth ? undefined : language.every(interval, 'day')
  const days = byDay?.map(({ day }) => day)
  if (byMonthDay === undefined)
    return `${days === undefined ? language.every(1, 'day') : everyDays(days, language)}${inMonths(byMonth, language)}`
  return `${language.onDaysOf(byMonthDay, byMonth)}${existing(byMonthDay, language)}${onlyIf(days, language)}`
}

function weeklyDays(
  { interval, byDay, byMonth, weekStart }: RruleParts,
  start: Wall,
  language: CalendarLanguage,
): string {
  const days = byDay?.map(({ day }) => day) ?? [startDay(start)]
  if (interval === 1) return `${everyDays(days, language)}${inMonths(byMonth, language)}`
  const from = weekStart === 'MO' || days.length === 1 ? '' : language.weeksFrom(weekStart)
  return `${language.every(interval, 'week')}${from} ${language.onDays(days)}${inMonths(byMonth, language)}`
}

function monthlyDays(parts: RruleParts, start: Wall, language: CalendarLanguage): string | undefined {
  const { interval, byDay, byMonthDay, byMonth, bySetPos } = parts
  if (interval > 1 && byMonth !== undefined) return undefined
  // `every 2 months on the 15th`, but `on the 15th of every month`
  const onDays = (days: number[]) =>
    `${interval > 1 ? language.everyMonthsOnDays(interval, days) : language.onDaysOf(days, byMonth)}${existing(days, language)}`
  const place = (phrase: string) =>
    interval > 1 ? language.everyMonthsOn(interval, phrase) : language.onOf(phrase, byMonth)
  if (byDay === undefined) return bySetPos === undefined ? onDays(byMonthDay ?? [start.day]) : undefined
  const days = byDay.map(({ day }) => day)
  if (byMonthDay !== undefined) {
    if (bySetPos !== undefined || byDay.some(({ nth }) => nth !== undefined)) return undefined
    return `${onDays(byMonthDay)}${onlyIf(days, language)}`
  }
  if (bySetPos !== undefined) {
    if (byDay.some(({ nth }) => nth !== undefined)) return undefined
    return place(`${language.positions(bySetPos)} ${kindOfDay(days, language)}`)
  }
  const numbered = numberedDays(byDay, language)
  if (numbered.length === byDay.length) {
    const isSometimes = byDay.some(({ nth }) => Math.abs(nth ?? 0) > 4)
    return `${place(language.and(numbered))}${isSometimes ? language.whereOne : ''}`
  }
  if (numbered.length > 0 || interval > 1) return undefined
  return `${everyDays(days, language)}${inMonths(byMonth, language)}`
}

function yearlyDays(parts: RruleParts, start: Wall, language: CalendarLanguage): string | undefined {
  const { interval, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = parts
  if (byYearDay !== undefined || byWeekNo !== undefined) return undefined
  if (byDay !== undefined) {
    if (byMonthDay !== undefined) return undefined
    const numbered = numberedDays(byDay, language)
    if (numbered.length === byDay.length)
      return language.everyYearOn(interval, language.and(numbered), byMonth)
    if (numbered.length > 0 || interval > 1) return undefined
    return `${everyDays(
      byDay.map(({ day }) => day),
      language,
    )}${inMonths(byMonth, language)}`
  }
  if (byMonthDay !== undefined && byMonth === undefined)
    return interval === 1
      ? `${language.onDaysOf(byMonthDay, undefined)}${existing(byMonthDay, language)}`
      : undefined
  const days = byMonthDay ?? [start.day]
  if (days.some((day) => day < 0)) return undefined
  const dates = (byMonth ?? [start.month]).flatMap((month) =>
    days.filter((day) => hasDay(month, day)).map((day) => ({ day, month })),
  )
  if (dates.length === 0 || dates.length > 12) return undefined
  const isLeapDay = dates.some(({ day, month }) => day === 29 && month === 2)
  const { alone, among } = language.leapYears
  return `${language.everyYearOnDates(interval, dates)}${isLeapDay ? (dates.length === 1 ? alone : among) : ''}`
}

function numberedDays(days: WeekdayRef[], language: CalendarLanguage): string[] {
  return days.flatMap(({ day, nth }) => (nth === undefined ? [] : [language.numberedDay(nth, day)]))
}

const workDays: Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']

function everyDays(days: Weekday[], language: CalendarLanguage): string {
  if (days.length === 7) return language.every(1, 'day')
  if (areWorkDays(days)) return language.everyWeekday
  return language.everyOf(weekdays.filter((day) => days.includes(day)))
}

function kindOfDay(days: Weekday[], language: CalendarLanguage): string {
  if (days.length === 7) return language.anyDay
  if (areWorkDays(days)) return language.anyWeekday
  return language.or(days.map(language.day))
}

function areWorkDays(days: Weekday[]): boolean {
  return days.length === workDays.length && workDays.every((day) => days.includes(day))
}

/** Not every month has a 29th, 30th and 31st, and those that have none are passed over. */
function existing(days: number[], language: CalendarLanguage): string {
  return days.some((day) => Math.abs(day) > 28) ? language.whereThatDay : ''
}

function onlyIf(days: Weekday[] | undefined, language: CalendarLanguage): string {
  return days === undefined ? '' : language.ifDayIs(days)
}

function inMonths(months: number[] | undefined, language: CalendarLanguage): string {
  return months === undefined ? '' : language.inMonths(months)
}

function startDay(start: Wall): Weekday {
  return weekdays[start.dayOfWeek - 1] ?? 'MO'
}
