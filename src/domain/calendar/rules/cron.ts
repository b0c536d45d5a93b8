import { invalid, read, unexpected, type Parsed } from '../issue.js'
import { weekdays, type RruleParts, type Weekday } from './rrule-parts.js'
import { say } from '../../sentences/say.js'

/** Five-field cron, as Vixie cron reads it, turned into RRULEs: one engine computes and describes both. */

export type CronFields = {
  minutes: number[]
  hours: number[]
  /** Undefined where every day is meant. */
  monthDays?: number[]
  months?: number[]
  weekDays?: Weekday[]
  /** Both kinds of days are restricted, so that either of them is enough: cron's own rule. */
  eitherDay: boolean
}

type Field = { name: string; min: number; max: number; names: Record<string, number> }

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const byName = (names: string[], first: number) =>
  Object.fromEntries(names.map((name, index) => [name, first + index]))

const minuteField: Field = { name: 'minute', min: 0, max: 59, names: {} }
const hourField: Field = { name: 'hour', min: 0, max: 23, names: {} }
const monthDayField: Field = { name: 'day of month', min: 1, max: 31, names: {} }
const monthField: Field = { name: 'month', min: 1, max: 12, names: byName(monthNames, 1) }
// 7 is Sunday too, so that SAT-SUN and 5-7 are ranges.
const weekDayField: Field = { name: 'day of week', min: 0, max: 7, names: byName(dayNames, 0) }

const macros: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** `30 8 * * MON,THU` or a macro such as `@daily`, or everything that is wrong with it. */
export function parseCron(text: string): Parsed<CronFields> {
  const trimmed = text.trim()
  if (trimmed.startsWith('@') && macros[trimmed.toLowerCase()] === undefined)
    return invalid(unexpected('cron', say('phraseOneOf', { list: Object.keys(macros).join(', ') }), trimmed))
  const words = fieldsOf(trimmed)
  const [minute, hour, monthDay, month, weekDay] = words
  if (words.length === 6) return invalid(say('cronSixFields', { got: trimmed }))
  if (
    words.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    monthDay === undefined ||
    month === undefined ||
    weekDay === undefined
  )
    return invalid(unexpected('cron', say('phraseFiveFields'), trimmed))

  const messages: string[] = []
  const minutes = readField(minute, minuteField, messages)
  const hours = readField(hour, hourField, messages)
  const monthDays = readField(monthDay, monthDayField, messages)
  const months = readField(month, monthField, messages)
  const dayNumbers = readField(weekDay, weekDayField, messages)
  if (messages.length > 0) return invalid(...messages)
  const weekDays = weekdays.filter((_, index) => dayNumbers.some((number) => (number + 6) % 7 === index))
  return read({
    minutes,
    hours,
    ...(monthDays.length < 31 && { monthDays }),
    ...(months.length < 12 && { months }),
    ...(weekDays.length < 7 && { weekDays }),
    // A field that begins with a star does not count as restricted, even `*/2` (Vixie cron, crontab(5)).
    eitherDay: !monthDay.startsWith('*') && !weekDay.startsWith('*'),
  })
}

/** One spelling: single spaces, capitals, no macro. For text that `parseCron` has read. */
export function canonicalCron(text: string): string {
  return fieldsOf(text.trim()).join(' ')
}

/** The cron as one RRULE, or as two where either kind of day is enough. */
export function cronToRrules(cron: CronFields): RruleParts[] {
  const { minutes, hours, monthDays, months, weekDays, eitherDay } = cron
  const base: RruleParts = {
    freq: 'DAILY',
    interval: 1,
    weekStart: 'MO',
    bySecond: [0],
    byMinute: minutes,
    byHour: hours,
    ...(months && { byMonth: months }),
  }
  const onMonthDays = monthDays && { byMonthDay: monthDays }
  const onWeekDays = weekDays && { byDay: weekDays.map((day) => ({ day })) }
  if (!eitherDay) return [{ ...base, ...onMonthDays, ...onWeekDays }]
  // A list of all days is every day, and so is either that or something else.
  if (onMonthDays === undefined || onWeekDays === undefined) return [base]
  return [
    { ...base, ...onMonthDays },
    { ...base, ...onWeekDays },
  ]
}

function fieldsOf(text: string): string[] {
  const fields = macros[text.toLowerCase()] ?? text
  return fields.split(/\s+/).map((field) => field.toUpperCase())
}

function readField(text: string, field: Field, messages: string[]): number[] {
  const numbers = new Set<number>()
  for (const item of text.split(',')) {
    const values = readItem(item, field)
    if (values === undefined) messages.push(unexpected(field.name, expectedItem(item, field), item))
    for (const value of values ?? []) numbers.add(value)
  }
  return [...numbers].toSorted((a, b) => a - b)
}

/** `*`, `5`, `1-5`, each with an optional `/step`; a number with a step goes on to the field's end. */
function readItem(item: string, field: Field): number[] | undefined {
  const [range = '', stepText, ...more] = item.split('/')
  const step = stepText === undefined ? 1 : /^\d+$/.test(stepText) ? Number(stepText) : 0
  if (more.length > 0 || step < 1 || step > field.max) return undefined
  const [firstText = '', lastText, ...others] = range.split('-')
  if (others.length > 0) return undefined
  // `*` ends at 6 in weekdays, else Sunday would be in it twice and shift the step.
  const end = field === weekDayField ? 6 : field.max
  if (range === '*') return series(field.min, end, step)
  const first = readValue(firstText, field)
  const last = lastText === undefined ? (stepText === undefined ? first : end) : readValue(lastText, field)
  if (first === undefined || last === undefined) return undefined
  // SAT-SUN: as the end of a range Sunday is 7.
  const endsOnSunday = field === weekDayField && last === 0 && lastText !== undefined && first > 0
  const upTo = endsOnSunday ? 7 : last
  return first > upTo ? undefined : series(first, upTo, step)
}

function readValue(text: string, field: Field): number | undefined {
  const named = field.names[text]
  if (named !== undefined) return named
  const number = Number(text)
  return /^\d+$/.test(text) && number >= field.min && number <= field.max ? number : undefined
}

function series(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)
}

function expectedItem(item: string, field: Field): string {
  const names = Object.keys(field.names)
  const usual = say('phraseCronItem', {
    min: field.min,
    max: field.max,
    names: names.length > 0 ? `${names[0]}–${names.at(-1)}` : undefined,
  })
  if (/[LW#?]/.test(item) && !names.some((name) => item.includes(name)))
    return say('phraseCronNoMore', { usual })
  return usual
}
