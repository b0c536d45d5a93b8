import * as chrono from 'chrono-node'
import { Temporal } from 'temporal-polyfill'
import { compareWalls, msToWall, type Wall } from '../../domain/calendar/local-time.js'
import { say } from '../../domain/sentences/say.js'

const timeExpected = say('timeExpected')

export type Words =
  | ({ wall: Wall /** True where the words name the year. */; isDateWritten: boolean } & (
      { kind: 'wall' } | { kind: 'instant'; at: Temporal.Instant }
    ))
  | { kind: 'invalid'; expected: string }

type Asked = { text: string; zone: string; now: Date }
type Components = chrono.ParsedComponents

const weekdays = 'mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun'
const pastWords = new RegExp(
  String.raw`\byesterday\b|\bago\b|\b(last|past|previous)\s+(\d+\s+)?((${weekdays})(day)?|minutes?|hours?|days?(?!\s+of)|nights?|mornings?|afternoons?|evenings?|weeks?|weekends?|months?|quarters?|years?)\b`,
  'i',
)

/** English words. A clock time in them is one of the wall; a sum of hours and minutes is exact time from now. */
export function readWords({ text, zone, now }: Asked): Words {
  const asked = text.trim().replace(/^(at|on)\s+/i, '')
  if (pastWords.test(asked)) return { kind: 'invalid', expected: say('timePastByWords', { text }) }
  if (/\b(tonight|this evening)\b/i.test(asked) && /\bnoon\b|\b12(:\d{2})?\s*p\.?m/i.test(asked))
    return {
      kind: 'invalid',
      expected: say('noonOrMidnight'),
    }
  // Of a zone whose clock never changes: the sums of chrono are then sums on the wall.
  const wallNow = msToWall(now.getTime(), zone)
  const found = parse(asked, asUtc(wallNow))
  const [time] = found
  // It is null, whatever its type says, where the words name no second time.
  const isSpan = Boolean(time?.end)
  if (time === undefined || found.length > 1 || isSpan) return { kind: 'invalid', expected: timeExpected }
  // A part that was not understood could have changed the meaning of the part that was.
  if (time.text.trim() !== asked)
    return { kind: 'invalid', expected: say('timePartly', { understood: time.text }) }
  const { start } = time
  if (!start.isCertain('hour'))
    return { kind: 'invalid', expected: say('timeOfDayToo', { example: `${text} 09:00` }) }
  const isDateWritten = new RegExp(String.raw`\b${start.get('year')}\b`).test(asked)
  const isSum = start.isCertain('second') && start.isCertain('timezoneOffset') && !/:\d/.test(asked)
  if (isSum) return sum(asked, { start, zone, now })
  const zoneOffset = start.isCertain('timezoneOffset') ? start.get('timezoneOffset') : null
  if (zoneOffset !== null) return elsewhere(start, { zone, now, offsetMinutes: zoneOffset, isDateWritten })
  return { kind: 'wall', wall: wallMeant(asked, { start, wallNow }), isDateWritten }
}

function parse(text: string, instant: Date): chrono.ParsedResult[] {
  // Not its `forwardDate`, which hangs on the zone of the machine: `toCome` is that.
  return chrono.parse(text, { instant, timezone: 0 })
}

const calendarUnit = /\d\s*(d|w|mo|y)\b|\b(day|week|fortnight|month|quarter|year)s?\b/i

/** "in 3 hours": what has passed is exact, whatever clocks do; with days in it the wall clock is kept. */
function sum(text: string, { start, zone, now }: { start: Components; zone: string; now: Date }): Words {
  if (calendarUnit.test(text)) return { kind: 'wall', wall: wallIn(start), isDateWritten: false }
  const [elapsedMs, again] = references.map((reference) => elapsed(text, reference))
  if (elapsedMs === undefined || elapsedMs !== again) return { kind: 'invalid', expected: timeExpected }
  const ms = now.getTime() + elapsedMs
  const at = Temporal.Instant.fromEpochMilliseconds(ms)
  return { kind: 'instant', at, wall: msToWall(ms, zone), isDateWritten: false }
}

// A sum is the same from both; "2 hours before midnight" is not. No clock changes near them, wherever this runs.
const references = ['2001-01-15T12:00:00Z', '2001-01-15T12:07:00Z'].map((text) => new Date(text))

function elapsed(text: string, reference: Date): number | undefined {
  const [time] = parse(text, reference)
  return time && time.start.date().getTime() - reference.getTime()
}

/** "tomorrow 9am EST": the words name the zone themselves. */
function elsewhere(
  start: Components,
  {
    zone,
    now,
    offsetMinutes,
    isDateWritten,
  }: { zone: string; now: Date; offsetMinutes: number; isDateWritten: boolean },
): Words {
  const offsetMs = offsetMinutes * 60_000
  const wallThere = toCome(start, msToWall(now.getTime() + offsetMs, 'UTC'))
  const ms = asUtc(wallThere).getTime() - offsetMs
  const at = Temporal.Instant.fromEpochMilliseconds(ms)
  return { kind: 'instant', at, wall: msToWall(ms, zone), isDateWritten }
}

function wallMeant(text: string, { start, wallNow }: { start: Components; wallNow: Wall }): Wall {
  const written = wallIn(start)
  if (/\b(tonight|this evening)\b/i.test(text)) return tonight({ written, wallNow })
  if (/\bthis (morning|afternoon)\b/i.test(text)) return onDayOf(wallNow, written)
  return toCome(start, wallNow)
}

/** A clock time alone, a weekday, and a date without a year are the next ones; all else is as it was written. */
function toCome(start: Components, wallNow: Wall): Wall {
  const isNamed = (part: chrono.Component) => start.isCertain(part)
  const written = wallIn(start)
  if (isNamed('year')) return written
  if (isNamed('month')) return nextOf(written, { wallNow, every: { years: 1 } })
  if (isNamed('day')) return written
  if (isNamed('weekday')) return nextOf(written, { wallNow, every: { days: 7 } })
  return nextOf(onDayOf(wallNow, written), { wallNow, every: { days: 1 } })
}

/** The night ends in the morning after: "tonight at 12" and "tonight at 1am" are the ones to come. */
function tonight({ written, wallNow }: { written: Wall; wallNow: Wall }): Wall {
  const hour = written.hour === 12 ? 0 : written.hour
  const today = onDayOf(wallNow, written.with({ hour }))
  return hour < 6 ? nextOf(today, { wallNow, every: { days: 1 } }) : today
}

function onDayOf(day: Wall, time: Wall): Wall {
  return day.toPlainDate().toPlainDateTime(time.toPlainTime())
}

function nextOf(
  wall: Wall,
  { wallNow, every }: { wallNow: Wall; every: { years: 1 } | { days: 7 } | { days: 1 } },
): Wall {
  // A second that has begun is not over: "now" is known to the millisecond, a clock time is not.
  return compareWalls(wall, wallNow.with({ millisecond: 0 })) < 0
    ? wall.add(every, { overflow: 'reject' })
    : wall
}

function wallIn(start: Components): Wall {
  return Temporal.PlainDateTime.from(
    {
      year: start.get('year') ?? 0,
      month: start.get('month') ?? 1,
      day: start.get('day') ?? 1,
      hour: start.get('hour') ?? 0,
      minute: start.get('minute') ?? 0,
      second: start.get('second') ?? 0,
    },
    { overflow: 'reject' },
  )
}

function asUtc(wall: Wall): Date {
  return new Date(`${wall.toString({ smallestUnit: 'millisecond' })}Z`)
}
