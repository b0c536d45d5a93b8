import { formatDuration, fromNow, parseDuration, parseRoughly, roughly } from '../duration.js'

/** `2026-11-26T08:00:00` on the clock of a zone. */
export type WallMoment = { local: string; zone: string }

/** What a value is for who writes a sentence … */
export type Written = {
  text: string
  /** Of small letters: `logged out`. */
  word: string
  /** Another sentence, as it was written. */
  sentence: string
  number: number
  /** ms */
  duration: number
  /** ms, in one unit: `3 min` */
  rough: number
  /** ms from now, those that are past below 0: `in 3 min`, `2 h ago` */
  relative: number
  /** Without spaces: `2026f`, `1.4.0`. */
  version: string
  /** `Thu 26 Nov 2026 at 08:00 (Africa/Nairobi)` */
  moment: string
  /** An instant in UTC. */
  instant: string
  /** `3 groups`: with the word behind it, in one or many. */
  counted: number
  /** A sentence that begins with "expected", without that word. */
  expectation: string
}

type Kind = {
  write: (value: never, argument: string) => string
  /** As a regular expression. */
  pattern: string
  read: (text: string) => string | number | WallMoment
}

const same = (value: string): string => value
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const rough = String.raw`\d+ (?:d|h|min|s)`
const moment = String.raw`\w{3} \d{1,2} \w{3} \d{4}(?: at|,) \d{2}:\d{2}(?::\d{2})? \([\w/+-]+\)`

export const valueKinds: Record<keyof Written, Kind> = {
  text: { write: same, pattern: '.+?', read: same },
  word: { write: same, pattern: '[a-z_ ]+', read: same },
  sentence: { write: same, pattern: '.+?', read: same },
  number: { write: (value: number) => String(value), pattern: String.raw`-?\d+`, read: Number },
  duration: {
    write: (ms: number) => formatDuration(ms),
    pattern: String.raw`\d+ms|(?:\d+[dhms])+`,
    read: (text) => (text.endsWith('ms') ? Number(text.slice(0, -2)) : (parseDuration(text) ?? Number.NaN)),
  },
  rough: { write: (ms: number) => roughly(ms) ?? '0 s', pattern: rough, read: parseRoughly },
  relative: {
    write: (ms: number) => fromNow(ms),
    pattern: `in ${rough}|${rough} ago|now`,
    read: readRelative,
  },
  version: { write: same, pattern: String.raw`[\w.-]+`, read: same },
  moment: { write: same, pattern: moment, read: readMoment },
  instant: { write: same, pattern: String.raw`\d{4}-\d{2}-\d{2}T[\d:.]+Z`, read: same },
  expectation: {
    write: (sentence: string) => sentence.replace(/^expected /, ''),
    pattern: '.+?',
    read: (text) => `expected ${text}`,
  },
  counted: {
    write: (count: number, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`,
    pattern: String.raw`\d+ `,
    read: (text) => Number.parseInt(text, 10),
  },
}

/** The kind of a place, and what is behind its name: `counted group`. */
export function kindOf(kind: string): Kind & { name: string; argument: string } {
  const [name = '', ...words] = kind.split(' ')
  const found = valueKinds[name as keyof Written]
  const argument = words.join(' ')
  return name === 'counted'
    ? { ...found, name, argument, pattern: `${found.pattern}${argument}s?` }
    : { ...found, name, argument }
}

function readRelative(text: string): number {
  if (text === 'now') return 0
  return text.startsWith('in ') ? parseRoughly(text.slice(3)) : -parseRoughly(text.replace(/ ago$/, ''))
}

function readMoment(text: string): WallMoment {
  const [, day = '', month = '', year = '', clock = '', zone = ''] =
    /^\w+ (\d+) (\w+) (\d+)(?: at|,) ([\d:]+) \((.+)\)$/.exec(text) ?? []
  const two = (number: number): string => String(number).padStart(2, '0')
  const local = `${year}-${two(months.indexOf(month) + 1)}-${two(Number(day))}T${clock.padEnd(8, ':00')}`
  return { local, zone }
}
