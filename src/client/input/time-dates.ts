import { Temporal } from 'temporal-polyfill'
import { say } from '../../domain/sentences/say.js'

export type SpelledDates = { kind: 'spelled'; text: string } | { kind: 'invalid'; expected: string }

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const numericDate =
  /(?<![\d:./+-])(?:(?<year>\d{4})([/.-])(?<m>\d{1,2})\2(?<d>\d{1,2})|(?<a>\d{1,2})([/.-])(?<b>\d{1,2})(?:\6(?<y>\d{4}|\d{2})|(?<dot>\.))?)(?![\d:/]|[.-]\d)/g

/** What follows a number with a fraction, or a clock time that has a dot. */
const unitOrMeridiem =
  /^\s*([ap]\.?m\b|h\b|hours?|hrs?\b|m\b|min|s\b|sec|d\b|days?|w\b|weeks?|months?|years?)/i
const otherClock = /\d:\d{2}|\d\s*[ap]\.?m\b|\bnoon\b|\bmidnight\b/i

/** The text with each numeric date in words, so that none is read in the order of another country. */
export function spelledDates(text: string): SpelledDates {
  const problems: string[] = []
  const spelled = text.replace(numericDate, (found, ...rest) => {
    const [offset, , groups] = rest.slice(-3) as [number, string, Groups]
    const reading = readNumeric(found, {
      groups,
      before: text.slice(0, offset),
      after: text.slice(offset + found.length),
    })
    if ('expected' in reading) problems.push(reading.expected)
    return 'text' in reading ? reading.text : found
  })
  const [expected] = problems
  return expected === undefined ? { kind: 'spelled', text: spelled } : { kind: 'invalid', expected }
}

type Groups = Record<'year' | 'm' | 'd' | 'a' | 'b' | 'y' | 'dot', string | undefined>
type DateReading = { text: string } | { expected: string } | { isOther: true }

function readNumeric(
  found: string,
  { groups, before, after }: { groups: Groups; before: string; after: string },
): DateReading {
  const { year, m, d, a, b, y, dot } = groups
  if (year !== undefined) return spelled(found, { day: Number(d), month: Number(m), year: Number(year) })
  const [first, second] = [Number(a), Number(b)]
  if (found.includes('.')) {
    if (y === undefined && dot === undefined) {
      const clock = clockOrDate(found, { first, second, before, after })
      if (clock !== undefined) return clock
    }
    const dotted = y === undefined ? undefined : y.length === 2 ? 2_000 + Number(y) : Number(y)
    return spelled(found, { day: first, month: second, ...(dotted !== undefined && { year: dotted }) })
  }
  if (y?.length === 2 || (y === undefined && found.includes('-')))
    return {
      expected: say('dateReadsSeveral', { found }),
    }
  const given = y === undefined ? {} : { year: Number(y) }
  const ways = [
    { day: first, month: second, ...given },
    { day: second, month: first, ...given },
  ].filter(({ day, month }) => month >= 1 && month <= 12 && day >= 1 && day <= 31)
  const [dayFirst, monthFirst] = ways
  if (dayFirst === undefined) return noDate(found)
  if (monthFirst === undefined || first === second) return spelled(found, dayFirst)
  return {
    expected: say('dateReadsBoth', { found, ways: ways.map(howToWrite).join(', or ') }),
  }
}

/** `9.30` is a clock time, `12.11` beside one is a date, and alone it could be either. */
function clockOrDate(
  found: string,
  { first, second, before, after }: { first: number; second: number; before: string; after: string },
): DateReading | undefined {
  if (unitOrMeridiem.test(after)) return { isOther: true }
  const isDate = first >= 1 && first <= 31 && second >= 1 && second <= 12
  const isClock = first < 24 && /\.\d{2}$/.test(found)
  if (isDate && (otherClock.test(before) || otherClock.test(after))) return undefined
  if (!isDate) return isClock ? { text: found.replace('.', ':') } : { isOther: true }
  if (!isClock) return undefined
  return {
    expected: say('clockOrDate', {
      found,
      clock: found.replace('.', ':'),
      date: `${first} ${months[second - 1]}`,
    }),
  }
}

type DateParts = { day: number; month: number; year?: number }

function spelled(found: string, { day, month, year }: DateParts): DateReading {
  try {
    // A leap year where none is named.
    Temporal.PlainDate.from({ day, month, year: year ?? 2_000 }, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return noDate(found)
    throw error
  }
  return { text: `${day} ${months[month - 1]}${year === undefined ? '' : ` ${year}`}` }
}

function noDate(found: string): DateReading {
  return { expected: say('noSuchDate', { found }) }
}

function howToWrite({ day, month, year }: DateParts): string {
  const name = `${day} ${months[month - 1]}`
  if (year === undefined) return `"${name}"`
  const two = (value: number) => String(value).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} or "${name} ${year}"`
}
