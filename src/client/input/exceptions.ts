import type { Temporal } from 'temporal-polyfill'
import { formatMs, formatWall, msToWall, wallToMs } from '../../domain/calendar/local-time.js'
import { occurrencesBetween } from '../../domain/calendar/occurrences.js'
import type { RecurringCalendar } from '../../domain/calendar/calendar.js'
import { describeValue } from './issues.js'
import { orDate, readDate, readMoment } from '../moments.js'
import type { FieldReading } from './field-reading.js'
import { say } from '../../domain/sentences/say.js'

/** More than a day has minutes, in which nothing repeats more than once. */
const maxInDay = 1_600

/** The calendar without the times in `except`; a date alone takes away everything on that day. */
export function readExceptions(
  { fields, context, issues, warnings }: FieldReading,
  calendar: RecurringCalendar,
  checked: (draft: RecurringCalendar) => RecurringCalendar | undefined,
): RecurringCalendar | undefined {
  if (fields.except === undefined) return calendar
  const { zone } = calendar
  const exdates: string[] = []
  const before = issues.length
  for (const [index, text] of fields.except.entries()) {
    const date = readDate(text)
    if (date !== undefined) {
      const found = timesOn(calendar, date)
      if (found.length === 0) warnings.push(say('nothingLeftOutOn', { day: text }))
      exdates.push(...found)
      continue
    }
    const moment = readMoment({ text, zone, now: context.now })
    if (moment.kind === 'moment') exdates.push(moment.wall)
    else
      issues.push({
        field: `except[${index}]`,
        got: describeValue(text),
        expected: orDate(moment.expected),
      })
  }
  if (issues.length > before) return undefined
  if (exdates.length === 0) return calendar
  return checked({ ...calendar, exdates: [...(calendar.exdates ?? []), ...exdates] })
}

/** What the calendar has on a day, as wall times. */
export function timesOn(calendar: RecurringCalendar, date: Temporal.PlainDate): string[] {
  const { zone } = calendar
  const beforeDay = (day: Temporal.PlainDate) => formatMs(wallToMs(day.toPlainDateTime(), zone) - 1_000)
  const from = beforeDay(date)
  const to = beforeDay(date.add({ days: 1 }))
  return occurrencesBetween(calendar, { from, to, limit: maxInDay }).map((at) =>
    formatWall(msToWall(Date.parse(at), zone)),
  )
}
