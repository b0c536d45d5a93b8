import { Temporal } from 'temporal-polyfill'
import { formatWall, msToWall } from '../domain/calendar/local-time.js'
import { momentName } from '../domain/calendar/words/names.js'
import { parseTime } from './input/time.js'
import { say } from '../domain/sentences/say.js'

export type Moment =
  | {
      kind: 'moment'
      instant: string
      /** On the wall clock of the zone, as it was written where it was. */ wall: string
    }
  | { kind: 'invalid'; expected: string }

/** A time for a calendar, which has wall times: what is written as one stays as it is, gap or not. */
export function readMoment({ text, zone, now }: { text: string; zone: string; now: Date }): Moment {
  const time = parseTime({ text, zone, now })
  if (time.kind === 'invalid') return time
  const wall = time.wall ?? formatWall(msToWall(Date.parse(time.at), zone))
  return { kind: 'moment', instant: time.at, wall }
}

/** `2026-12-18`; undefined when it is no date alone. */
export function readDate(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The `expected` of a field that could not be read, where a date alone would do as well as a time. */
export function orDate(expected: string): string {
  return say('dateOr', { other: expected })
}

/** `Thu 26 Nov 2026 at 08:00 (Africa/Nairobi)`: spelled as the words of a schedule are. */
export function formatMoment(instant: string, zone: string): string {
  return `${momentName(msToWall(Date.parse(instant), zone))} (${zone})`
}
