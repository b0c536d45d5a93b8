import { Temporal } from 'temporal-polyfill'
import { weekdays, type Weekday } from '../rules/rrule-parts.js'
import type { Wall } from '../local-time.js'

/** The English names and numbers of calendar words. */

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const smallOrdinals = ['first', 'second', 'third', 'fourth', 'fifth']

/** `a`, `a and b`, `a, b and c` */
export function listed(words: string[], conjunction: 'and' | 'or' = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

export function dayName(day: Weekday): string {
  return dayNames[weekdays.indexOf(day)] ?? day
}

/** @param month 1 for January */
export function monthName(month: number): string {
  return monthNames[month - 1] ?? String(month)
}

/** `1st`, `22nd`, `13th` */
export function ordinal(number: number): string {
  const teens = number % 100 >= 11 && number % 100 <= 13
  const suffix = teens ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')
  return `${number}${suffix}`
}

/** `first`, `22nd`, `last`, `second to last`, `6th to last` */
export function position(nth: number): string {
  if (nth === -1) return 'last'
  const size = smallOrdinals[Math.abs(nth) - 1] ?? ordinal(Math.abs(nth))
  return nth < 0 ? `${size} to last` : size
}

/** Days of a month or year: `1st and 15th`, `2nd to 8th`, `1st, second to last day and last day`. */
export function dayNumbers(days: number[]): string {
  const words = runs(days.filter((day) => day > 0)).flatMap(([first, last]) =>
    last - first > 1
      ? [`${ordinal(first)} to ${ordinal(last)}`]
      : [...new Set([first, last])].map((day) => ordinal(day)),
  )
  // Counted from the end they come last, as they do in the month.
  return listed([...words, ...days.filter((day) => day < 0).map((day) => `${position(day)} day`)])
}

/** Ascending numbers as their unbroken rows, each by its first and last. */
function runs(numbers: number[]): [number, number][] {
  const rows: [number, number][] = []
  for (const number of numbers) {
    const row = rows.at(-1)
    if (row !== undefined && row[1] === number - 1) row[1] = number
    else rows.push([number, number])
  }
  return rows
}

/** `every month`, `every 2 months` */
export function everyUnit(interval: number, unit: string): string {
  return interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`
}

export function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

/** `Thu 26 Nov 2026` */
export function dateName(wall: Wall): string {
  const day = (dayNames[wall.dayOfWeek - 1] ?? '').slice(0, 3)
  return `${day} ${wall.day} ${monthName(wall.month).slice(0, 3)} ${wall.year}`
}

/** `08:00`, with seconds only where there are some */
export function clockName(wall: Wall): string {
  return wall.toPlainTime().toString({ smallestUnit: wall.second === 0 ? 'minute' : 'second' })
}

/** `Thu 26 Nov 2026 at 08:00` */
export function momentName(wall: Wall): string {
  return `${dateName(wall)} at ${clockName(wall)}`
}

export function hasDay(month: number, day: number): boolean {
  // 2024 is a leap year: 29 February exists in some years.
  return day <= Temporal.PlainYearMonth.from({ year: 2024, month }).daysInMonth
}
