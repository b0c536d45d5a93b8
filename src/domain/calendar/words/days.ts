import type { Wall } from '../local-time.js'
import { weekdays, type RruleParts, type Weekday } from '../rules/rrule-parts.js'
import { dayName, everyUnit, hasDay, listed, dayNumbers, monthName, position } from './names.js'
import { timesOf, timesPerDay } from './times.js'

/**
 * The days of the common rules, daily to yearly, as people say them: `every Monday`, `on the last day of every month`.
 * Undefined where no such phrase says exactly what the rule does.
 */
export function commonDays(parts: RruleParts, start: Wall): string | undefined {
  // Positions among the times of a day are nothing that people say.
  if (parts.bySetPos !== undefined && timesPerDay(timesOf(parts, start)) > 1) return undefined
  switch (parts.freq) {
    case 'DAILY':
      return parts.bySetPos === undefined ? dailyDays(parts) : undefined
    case 'WEEKLY':
      return parts.bySetPos === undefined ? weeklyDays(parts, start) : undefined
    case 'MONTHLY':
      return monthlyDays(parts, start)
    case 'YEARLY':
      return parts.bySetPos === undefined ? yearlyDays(parts, start) : undefined
    case 'HOURLY':
    case 'MINUTELY':
      return undefined
  }
}

function dailyDays({ interval, byDay, byMonthDay, byMonth }: RruleParts): string | undefined {
  if (interval > 1) return byDay || byMonthDay || byMonth ? undefined : `every ${interval} days`
  const days = byDay?.map(({ day }) => day)
  if (byMonthDay === undefined)
    return `${days === undefined ? 'every day' : everyDays(days)}${inMonths(byMonth)}`
  return `on the ${dayNumbers(byMonthDay)} of ${ofMonths(byMonth)}${existing(byMonthDay)}${onlyIf(days)}`
}

function weeklyDays({ interval, byDay, byMonth, weekStart }: RruleParts, start: Wall): string {
  const days = byDay?.map(({ day }) => day) ?? [startDay(start)]
  if (interval === 1) return `${everyDays(days)}${inMonths(byMonth)}`
  const from = weekStart === 'MO' || days.length === 1 ? '' : ` (weeks start on ${dayName(weekStart)})`
  return `every ${interval} weeks${from} on ${listed(days.map(dayName))}${inMonths(byMonth)}`
}

function monthlyDays(parts: RruleParts, start: Wall): string | undefined {
  const { interval, byDay, byMonthDay, byMonth, bySetPos } = parts
  if (interval > 1 && byMonth !== undefined) return undefined
  // `every 2 months on the 15th`, but `on the 15th of every month`
  const place = (phrase: string) =>
    interval > 1 ? `every ${interval} months on the ${phrase}` : `on the ${phrase} of ${ofMonths(byMonth)}`
  if (byDay === undefined) {
    if (bySetPos !== undefined) return undefined
    const days = byMonthDay ?? [start.day]
    return `${place(dayNumbers(days))}${existing(days)}`
  }
  if (byMonthDay !== undefined) {
    if (bySetPos !== undefined || byDay.some(({ nth }) => nth !== undefined)) return undefined
    return `${place(dayNumbers(byMonthDay))}${existing(byMonthDay)}${onlyIf(byDay.map(({ day }) => day))}`
  }
  if (bySetPos !== undefined) {
    if (byDay.some(({ nth }) => nth !== undefined)) return undefined
    return place(`${listed(bySetPos.map(position))} ${kindOfDay(byDay.map(({ day }) => day))}`)
  }
  const numbered = byDay.flatMap(({ day, nth }) =>
    nth === undefined ? [] : [`${position(nth)} ${dayName(day)}`],
  )
  if (numbered.length === byDay.length) {
    const isSometimes = byDay.some(({ nth }) => Math.abs(nth ?? 0) > 4)
    return `${place(listed(numbered))}${isSometimes ? ' (where the month has one)' : ''}`
  }
  if (numbered.length > 0 || interval > 1) return undefined
  return `${everyDays(byDay.map(({ day }) => day))}${inMonths(byMonth)}`
}

function yearlyDays(parts: RruleParts, start: Wall): string | undefined {
  const { interval, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = parts
  if (byYearDay !== undefined || byWeekNo !== undefined) return undefined
  const every = everyUnit(interval, 'year')
  if (byDay !== undefined) {
    if (byMonthDay !== undefined) return undefined
    const numbered = byDay.flatMap(({ day, nth }) =>
      nth === undefined ? [] : [`${position(nth)} ${dayName(day)}`],
    )
    const where = byMonth === undefined ? 'the year' : listed(byMonth.map(monthName))
    if (numbered.length === byDay.length) return `${every} on the ${listed(numbered)} of ${where}`
    if (numbered.length > 0 || interval > 1) return undefined
    return `${everyDays(byDay.map(({ day }) => day))}${inMonths(byMonth)}`
  }
  if (byMonthDay !== undefined && byMonth === undefined)
    return interval === 1
      ? `on the ${dayNumbers(byMonthDay)} of every month${existing(byMonthDay)}`
      : undefined
  const days = byMonthDay ?? [start.day]
  if (days.some((day) => day < 0)) return undefined
  const dates = (byMonth ?? [start.month]).flatMap((month) =>
    days.filter((day) => hasDay(month, day)).map((day) => `${day} ${monthName(month)}`),
  )
  if (dates.length === 0 || dates.length > 12) return undefined
  return `${every} on ${listed(dates)}${dates.includes('29 February') ? leapYearsOnly(dates) : ''}`
}

function leapYearsOnly(dates: string[]): string {
  return dates.length === 1 ? ' (in leap years only)' : ' (29 February in leap years only)'
}

const workDays: Weekday[] = ['MO', 'TU', 'WE', 'TH', 'FR']

function everyDays(days: Weekday[]): string {
  if (days.length === 7) return 'every day'
  if (areWorkDays(days)) return 'every weekday (Monday to Friday)'
  return `every ${listed(weekdays.filter((day) => days.includes(day)).map(dayName))}`
}

function kindOfDay(days: Weekday[]): string {
  if (days.length === 7) return 'day'
  if (areWorkDays(days)) return 'weekday (Monday to Friday)'
  return listed(days.map(dayName), 'or')
}

function areWorkDays(days: Weekday[]): boolean {
  return days.length === workDays.length && workDays.every((day) => days.includes(day))
}

/** Not every month has a 29th, 30th and 31st, and those that have none are passed over. */
function existing(days: number[]): string {
  return days.some((day) => Math.abs(day) > 28) ? ' (where the month has that day)' : ''
}

function onlyIf(days: Weekday[] | undefined): string {
  return days === undefined ? '' : ` (if it is a ${listed(days.map(dayName), 'or')})`
}

function inMonths(months: number[] | undefined): string {
  return months === undefined ? '' : ` in ${listed(months.map(monthName))}`
}

function ofMonths(months: number[] | undefined): string {
  return months === undefined ? 'every month' : listed(months.map(monthName))
}

function startDay(start: Wall): Weekday {
  return weekdays[start.dayOfWeek - 1] ?? 'MO'
}
