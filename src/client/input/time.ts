import { Temporal } from 'temporal-polyfill'
import { formatWall, wallOf } from '../../domain/calendar/local-time.js'
import { formatInstant, localToInstant } from '../../domain/hours/zone.js'
import { spelledDates } from './time-dates.js'
import { readWords } from './time-words.js'
import { say } from '../../domain/sentences/say.js'

const isoLocal = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/
export const isoInstant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i

export type ParsedTime =
  | {
      kind: 'instant'
      at: string
      /** The clock time of the zone as it was written, where one was: a gap may have moved `at` past it. */
      wall?: string
    }
  | { kind: 'invalid'; expected: string }

type Written = { text: string; zone: string; now: Date }

/**
 * The instant that a person means: ISO 8601 with or without an offset, or English words. What has no offset is the
 * wall clock of `zone`. The rules for people are in docs/calendar.md, "Times in words".
 */
export function parseTime({ text, zone, now }: Written): ParsedTime {
  try {
    if (isoInstant.test(text)) return instant(Temporal.Instant.from(text.replace(' ', 'T')))
    if (isoLocal.test(text)) return wall(wallOf(text.replace(' ', 'T')), zone)
    return parseWords({ text, zone, now })
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'invalid', expected: say('timeThereIsNone') }
    throw error
  }
}

function parseWords({ text, zone, now }: Written): ParsedTime {
  const dates = spelledDates(text)
  if (dates.kind === 'invalid') return dates
  const words = readWords({ text: dates.text, zone, now })
  if (words.kind === 'invalid') return words
  const time = words.kind === 'instant' ? instant(words.at) : wall(words.wall, zone)
  if (words.isDateWritten || Date.parse(time.at) >= Math.floor(now.getTime() / 1_000) * 1_000) return time
  const past = formatWall(words.wall).slice(0, 16)
  const expected = say('timePast', { text, at: past })
  return { kind: 'invalid', expected }
}

function instant(value: Temporal.Instant): ParsedTime & { kind: 'instant' } {
  return { kind: 'instant', at: formatInstant(value) }
}

function wall(value: Temporal.PlainDateTime, zone: string): ParsedTime & { kind: 'instant' } {
  const local = formatWall(value)
  return { ...instant(localToInstant(local, zone)), wall: local }
}
