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

/** `a`, `a and b`, `a, b and c` */
export function listed(words: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
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

/** Ascending numbers as their unbroken rows, each by its first and last. */
export function rows(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const number of numbers) {
    const row = found.at(-1)
    if (row !== undefined && row[1] === number - 1) row[1] = number
    else found.push([number, number])
  }
  return found
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
