import { Temporal } from 'temporal-polyfill'
import { invalid, read, unexpected, type Parsed } from '../issue.js'
import { combinationProblems } from './rrule-combinations.js'
import { firstYear, lastYear } from '../local-time.js'
import { say } from '../../sentences/say.js'

/** The parts of an RFC 5545 RRULE (section 3.3.10), read and checked. */

export const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY'] as const
export type Frequency = (typeof frequencies)[number]

export const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof weekdays)[number]

/** `MO` is every Monday; `-1MO` the last one of the month or year. */
export type WeekdayRef = { day: Weekday; nth?: number }

/** Inclusive. A local end is compared with wall clocks, a UTC end with instants. */
export type Until = { kind: 'local'; wall: string } | { kind: 'utc'; at: string }

export type RruleParts = {
  freq: Frequency
  interval: number
  count?: number
  until?: Until
  /** When weeks start; it matters only with INTERVAL > 1 or BYWEEKNO. */
  weekStart: Weekday
  bySecond?: number[]
  byMinute?: number[]
  byHour?: number[]
  byDay?: WeekdayRef[]
  byMonthDay?: number[]
  byYearDay?: number[]
  byWeekNo?: number[]
  byMonth?: number[]
  bySetPos?: number[]
}

/** Occurrences of a COUNT are counted from the first one on, so it bounds the work of every look-up. */
export const maxCount = 10_000
const maxInterval = 1_000_000

type NumberList =
  'bySecond' | 'byMinute' | 'byHour' | 'byMonthDay' | 'byYearDay' | 'byWeekNo' | 'byMonth' | 'bySetPos'

/** In canonical order. Signed parts also take the same number counted from the end. */
const numberLists: Record<string, { field: NumberList; min: number; max: number; signed: boolean }> = {
  BYMONTH: { field: 'byMonth', min: 1, max: 12, signed: false },
  BYWEEKNO: { field: 'byWeekNo', min: 1, max: 53, signed: true },
  BYYEARDAY: { field: 'byYearDay', min: 1, max: 366, signed: true },
  BYMONTHDAY: { field: 'byMonthDay', min: 1, max: 31, signed: true },
  BYHOUR: { field: 'byHour', min: 0, max: 23, signed: false },
  BYMINUTE: { field: 'byMinute', min: 0, max: 59, signed: false },
  BYSECOND: { field: 'bySecond', min: 0, max: 59, signed: false },
  BYSETPOS: { field: 'bySetPos', min: 1, max: 366, signed: true },
}

const partNames = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', ...Object.keys(numberLists)]

/**
 * `FREQ=WEEKLY;BYDAY=MO,TH` (a leading `RRULE:` is allowed, any case) as its parts, or everything that is wrong with
 * it, each naming the part, what is expected there and what was found.
 */
export function parseRrule(text: string): Parsed<RruleParts> {
  const messages: string[] = []
  const values = new Map<string, string>()
  for (const token of text
    .trim()
    .replace(/^RRULE:/i, '')
    .split(';')) {
    const [name = '', value = '', ...rest] = token.split('=').map((word) => word.trim().toUpperCase())
    if (name === '' && value === '') continue
    if (!partNames.includes(name)) messages.push(unknownPart(name, token))
    else if (value === '' || rest.length > 0)
      messages.push(unexpected(name, say('phraseValueOf', { part: name }), token.trim()))
    else if (values.has(name)) messages.push(say('partTwice', { part: name, got: value }))
    else values.set(name, value)
  }

  const freq = readFrequency(values.get('FREQ'), messages)
  const parts: RruleParts = { freq: freq ?? 'DAILY', interval: 1, weekStart: 'MO' }
  for (const [name, value] of values) readPart({ name, value, parts, messages })
  if (freq !== undefined && messages.length === 0) messages.push(...combinationProblems(parts))
  return messages.length > 0 ? invalid(...messages) : read(parts)
}

/** The one spelling of a rule: fixed order, sorted lists, defaults left out. Without the leading `RRULE:`. */
export function formatRrule(parts: RruleParts): string {
  const words = [`FREQ=${parts.freq}`]
  if (parts.interval > 1) words.push(`INTERVAL=${parts.interval}`)
  for (const [name, { field }] of Object.entries(numberLists)) {
    if (name === 'BYHOUR' && parts.byDay !== undefined)
      words.push(`BYDAY=${parts.byDay.map(({ day, nth }) => `${nth ?? ''}${day}`).join(',')}`)
    const list = parts[field]
    if (list !== undefined) words.push(`${name}=${list.join(',')}`)
  }
  if (parts.weekStart !== 'MO') words.push(`WKST=${parts.weekStart}`)
  if (parts.count !== undefined) words.push(`COUNT=${parts.count}`)
  if (parts.until !== undefined) words.push(`UNTIL=${formatUntil(parts.until)}`)
  return words.join(';')
}

function unknownPart(name: string, token: string): string {
  if (name === 'RSCALE' || name === 'SKIP') return say('notGregorian', { part: name })
  return unexpected(
    name === '' ? 'rule' : name,
    say('phraseParts5545', { list: partNames.join(', ') }),
    token.trim(),
  )
}

function readFrequency(value: string | undefined, messages: string[]): Frequency | undefined {
  const found = frequencies.find((frequency) => frequency === value)
  if (value === 'SECONDLY') messages.push(say('secondly'))
  else if (value === undefined) messages.push(say('freqMissing', { list: frequencies.join(', ') }))
  else if (found === undefined)
    messages.push(unexpected('FREQ', say('phraseOneOf', { list: frequencies.join(', ') }), value))
  return found
}

type PartReading = { name: string; value: string; parts: RruleParts; messages: string[] }

function readPart({ name, value, parts, messages }: PartReading): void {
  const list = numberLists[name]
  if (list !== undefined) {
    const numbers = readNumbers({ name, value, ...list, messages })
    if (numbers !== undefined) parts[list.field] = numbers
  } else if (name === 'INTERVAL') {
    parts.interval = readNumber({ name, value, max: maxInterval, messages }) ?? 1
  } else if (name === 'COUNT') {
    const count = readNumber({ name, value, max: maxCount, messages })
    if (count !== undefined) parts.count = count
  } else if (name === 'UNTIL') {
    const until = parseUntil(value)
    if (until === undefined) messages.push(unexpected(name, say('phraseUntil', { year: lastYear }), value))
    else parts.until = until
  } else if (name === 'WKST') {
    const day = weekdays.find((weekday) => weekday === value)
    if (day === undefined)
      messages.push(unexpected(name, say('phraseOneOf', { list: weekdays.join(', ') }), value))
    else parts.weekStart = day
  } else if (name === 'BYDAY') {
    const days = value.split(',').map((word) => readWeekday(word.trim(), messages))
    parts.byDay = sortedDays(days.filter((day) => day !== undefined))
  }
}

function readNumber({
  name,
  value,
  max,
  messages,
}: Omit<PartReading, 'parts'> & { max: number }): number | undefined {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= 1 && number <= max) return number
  messages.push(unexpected(name, say('phraseNumber', { max }), value))
  return undefined
}

type ListReading = {
  name: string
  value: string
  min: number
  max: number
  signed: boolean
  messages: string[]
}

function readNumbers({ name, value, min, max, signed, messages }: ListReading): number[] | undefined {
  const numbers = value.split(',').map((word) => {
    const number = Number(word.trim())
    const size = signed ? Math.abs(number) : number
    if (/^[+-]?\d+$/.test(word.trim()) && size >= min && size <= max) return number
    const range = signed ? { min, max, from: -max, to: -min } : { min, max }
    messages.push(unexpected(name, say('phraseNumbers', range), word.trim()))
    return undefined
  })
  const known = numbers.filter((number) => number !== undefined)
  return known.length === numbers.length ? [...new Set(known)].toSorted((a, b) => a - b) : undefined
}

function readWeekday(word: string, messages: string[]): WeekdayRef | undefined {
  const [, sign = '', digits, name] = /^([+-]?)(\d{1,2})?([A-Z]{2})$/.exec(word) ?? []
  const day = weekdays.find((weekday) => weekday === name)
  const nth = digits === undefined ? undefined : Number(`${sign}${digits}`)
  const isNumbered = nth !== undefined && Math.abs(nth) >= 1 && Math.abs(nth) <= 53
  if (day !== undefined && (isNumbered || (nth === undefined && sign === '')))
    return nth === undefined ? { day } : { day, nth }
  messages.push(unexpected('BYDAY', say('phraseWeekdays'), word))
  return undefined
}

function sortedDays(days: WeekdayRef[]): WeekdayRef[] {
  const key = ({ day, nth }: WeekdayRef) => (nth ?? 0) * 10 + weekdays.indexOf(day)
  const unique = new Map(days.map((day) => [key(day), day]))
  return [...unique].toSorted(([a], [b]) => a - b).map(([, day]) => day)
}

/** A date alone means to the end of that day, as most programs that write it do. */
function parseUntil(value: string): Until | undefined {
  const [, year, month, day, time, hour, minute, second, utc] =
    /^(\d{4})(\d{2})(\d{2})(T(\d{2})(\d{2})(\d{2})(Z)?)?$/.exec(value) ?? []
  if (year === undefined || Number(year) < firstYear || Number(year) > lastYear) return undefined
  const clock = time === undefined ? '23:59:59' : `${hour}:${minute}:${second}`
  const wall = `${year}-${month}-${day}T${clock}`
  try {
    Temporal.PlainDateTime.from(wall, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return utc === undefined ? { kind: 'local', wall } : { kind: 'utc', at: `${wall}Z` }
}

function formatUntil(until: Until): string {
  return (until.kind === 'utc' ? until.at : until.wall).replaceAll(/[-:]/g, '')
}
