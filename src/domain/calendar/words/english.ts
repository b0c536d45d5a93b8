import type { Weekday } from '../rules/rrule-parts.js'
import type { CalendarLanguage, Unit } from './language.js'
import { dateName, dayName, listed, momentName, monthName, ordinal, rows } from './names.js'
import type { Wall } from '../local-time.js'

const smallOrdinals = ['first', 'second', 'third', 'fourth', 'fifth']

/** `first`, `22nd`, `last`, `second to last`, `6th to last` */
function position(nth: number): string {
  if (nth === -1) return 'last'
  const size = smallOrdinals[Math.abs(nth) - 1] ?? ordinal(Math.abs(nth))
  return nth < 0 ? `${size} to last` : size
}

/** Days of a month or year: `1st and 15th`, `2nd to 8th`, `1st, second to last day and last day`. */
function dayNumbers(days: readonly number[]): string {
  const words = rows(days.filter((day) => day > 0)).flatMap(([first, last]) =>
    last - first > 1
      ? [`${ordinal(first)} to ${ordinal(last)}`]
      : [...new Set([first, last])].map((day) => ordinal(day)),
  )
  // Counted from the end they come last, as they do in the month.
  return listed([...words, ...days.filter((day) => day < 0).map((day) => `${position(day)} day`)])
}

const every = (interval: number, unit: Unit): string =>
  interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`
const ofMonths = (months: readonly number[] | undefined): string =>
  months === undefined ? 'every month' : listed(months.map(monthName))
const numberedDay = (nth: number, day: Weekday): string => `${position(nth)} ${dayName(day)}`
const minutes = (numbers: readonly string[]): string =>
  `minute${numbers.length === 1 ? '' : 's'} ${listed(numbers)}`
const moments = (some: readonly Wall[] | number): string =>
  typeof some === 'number' ? `${some} other times` : listed(some.map(momentName))

export const english: CalendarLanguage = {
  and: (words) => listed(words),
  or: (words) => listed(words, 'or'),
  also: 'and also',
  never: 'never',
  day: dayName,
  date: dateName,
  moment: momentName,
  every,
  everyWeekday: 'every weekday (Monday to Friday)',
  everyOf: (days) => `every ${listed(days.map(dayName))}`,
  onDays: (days) => `on ${listed(days.map(dayName))}`,
  weeksFrom: (day) => ` (weeks start on ${dayName(day)})`,
  inMonths: (months) => ` in ${listed(months.map(monthName))}`,
  onDaysOf: (days, months) => `on the ${dayNumbers(days)} of ${ofMonths(months)}`,
  everyMonthsOnDays: (interval, days) => `every ${interval} months on the ${dayNumbers(days)}`,
  onOf: (phrase, months) => `on the ${phrase} of ${ofMonths(months)}`,
  everyMonthsOn: (interval, phrase) => `every ${interval} months on the ${phrase}`,
  positions: (positions) => listed(positions.map(position)),
  numberedDay,
  anyDay: 'day',
  anyWeekday: 'weekday (Monday to Friday)',
  everyYearOn: (interval, phrase, months) =>
    `${every(interval, 'year')} on the ${phrase} of ${months === undefined ? 'the year' : listed(months.map(monthName))}`,
  everyYearOnDates: (interval, dates) =>
    `${every(interval, 'year')} on ${listed(dates.map(({ day, month }) => `${day} ${monthName(month)}`))}`,
  whereThatDay: ' (where the month has that day)',
  whereOne: ' (where the month has one)',
  ifDayIs: (days) => ` (if it is a ${listed(days.map(dayName), 'or')})`,
  leapYears: { alone: ' (in leap years only)', among: ' (29 February in leap years only)' },
  clauses: {
    fromMidnight: 'counted from midnight',
    from: (wall) => `counted from ${momentName(wall)}`,
    months: (months) => `in ${listed(months.map(monthName))}`,
    weeksOfYear: (weeks) => `in the ${listed(weeks.map((week) => `${position(week)} week`))} of the year`,
    daysOfYear: (days) => `on the ${dayNumbers(days)} of the year`,
    daysOfMonth: (days) => `on the ${dayNumbers(days)} of the month`,
    days: (plain, numbered, within) => {
      const words = plain.length > 0 ? [listed(plain.map(dayName))] : []
      if (numbered.length > 0)
        words.push(`the ${listed(numbered.map(({ nth, day }) => numberedDay(nth, day)))} of the ${within}`)
      return `on ${words.join(' and on ')}`
    },
    onlyThese: (positions, unit) => `of these only the ${listed(positions.map(position))} of each ${unit}`,
    weeksFrom: (day) => `in weeks that start on ${dayName(day)}`,
    hours: (hours) => `in the hour${hours.length === 1 ? '' : 's'} ${listed(hours)}`,
    atMinutes: (numbers) => `at ${minutes(numbers)}`,
    atSecond: (second) => `at second ${second}`,
  },
  times: {
    at: (clocks) => `at ${listed(clocks)}`,
    span: (from, to) => ` from ${from} to ${to}`,
    minutesOfHours: (numbers, hours) => `at ${minutes(numbers)} of the hours ${listed(hours)}`,
    everyHourAtMinute: (minute) => `every hour at minute ${minute}`,
    everyHourAtMinutes: (numbers) => `every hour at ${minutes(numbers)}`,
    everyMinutesAt: (interval, numbers) => `every ${interval} minutes (${minutes(numbers)})`,
  },
  once: (wall) => `once on ${momentName(wall)}`,
  alsoOn: (some) => `and also on ${moments(some)}`,
  exceptOn: (some) => `except on ${moments(some)}`,
  until: (end) => `until ${'date' in end ? dateName(end.date) : momentName(end.moment)}`,
  timesInAll: (count) => (count === 1 ? 'once only' : `${count} times in all`),
  step: {
    at: 'at',
    onTheDay: (clock) => `on the day at ${clock} of`,
    away: (amounts, isBefore, clock) => {
      const distance = listed(amounts.map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? '' : 's'}`))
      return `${distance} ${isBefore ? 'before' : 'after'}${clock === undefined ? '' : ` at ${clock}`}`
    },
    all: (steps, anchor) => `${listed(steps)} ${momentName(anchor)}`,
  },
}
