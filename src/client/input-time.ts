import * as chrono from 'chrono-node'
import { Temporal } from 'temporal-polyfill'
import { stretchAt } from '../domain/zone-rules.js'
import { formatInstant, localToInstant } from '../domain/zone.js'

const expected =
  'expected a time such as "tomorrow 09:00", "in 10 minutes", 2026-11-24T09:00 or 2026-11-24T06:00:00Z'

const isoLocal = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/
export const isoInstant = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i

export type ParsedTime = { kind: 'instant'; at: string } | { kind: 'invalid'; expected: string }

/**
 * The instant that a person means: ISO 8601 with or without an offset, or English words. What has no offset is the
 * wall clock of `zone`.
 */
export function parseTime({ text, zone, now }: { text: string; zone: string; now: Date }): ParsedTime {
  try {
    if (isoInstant.test(text)) return instant(Temporal.Instant.from(text.replace(' ', 'T')))
    if (isoLocal.test(text)) return instant(localToInstant(text.replace(' ', 'T'), zone))
  } catch (error) {
    if (error instanceof RangeError)
      return { kind: 'invalid', expected: `${expected}; there is no such date or time` }
    throw error
  }
  return parseWords({ text, zone, now })
}

function parseWords({ text, zone, now }: { text: string; zone: string; now: Date }): ParsedTime {
  const offsetMinutes = stretchAt(zone, now.getTime()).offsetMs / 60_000
  const found = chrono.parse(text, { instant: now, timezone: offsetMinutes }, { forwardDate: true })
  const [time] = found
  // It is null, whatever its type says, where the words name no second time.
  const isSpan = Boolean(time?.end)
  if (time === undefined || found.length > 1 || isSpan) return { kind: 'invalid', expected }
  // A part that was not understood could have changed the meaning of the part that was.
  if (time.text.trim() !== text.trim())
    return { kind: 'invalid', expected: `${expected}; only '${time.text}' was understood` }
  const { start } = time
  if (!start.isCertain('hour'))
    return { kind: 'invalid', expected: `expected a time of day too, such as "${text} 09:00"` }
  // It carries an offset where it is relative to now or names its own zone; else it is a wall clock in `zone`.
  if (start.get('timezoneOffset') !== null)
    return instant(Temporal.Instant.fromEpochMilliseconds(start.date().getTime()))
  const wall = Temporal.PlainDateTime.from({
    year: start.get('year') ?? 0,
    month: start.get('month') ?? 1,
    day: start.get('day') ?? 1,
    hour: start.get('hour') ?? 0,
    minute: start.get('minute') ?? 0,
    second: start.get('second') ?? 0,
  })
  return instant(localToInstant(wall.toString(), zone))
}

function instant(value: Temporal.Instant): ParsedTime {
  return { kind: 'instant', at: formatInstant(value) }
}
