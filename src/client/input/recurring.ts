import { Temporal } from 'temporal-polyfill'
import { calendarWarnings, checkCalendar } from '../../domain/calendar/check.js'
import type { CalendarIssue } from '../../domain/calendar/issue.js'
import { formatWall, msToWall } from '../../domain/calendar/local-time.js'
import { parseRrule } from '../../domain/calendar/rules/rrule-parts.js'
import { parseRecurrence } from '../../domain/calendar/text.js'
import { parseCalendar, type RecurringCalendar } from '../../domain/calendar/calendar.js'
import { readExceptions } from './exceptions.js'
import { describeValue } from './issues.js'
import { orDate, readDate, readMoment } from '../moments.js'
import type { FieldReading } from './field-reading.js'
import type { ReadSchedule } from './schedule.js'
import { say } from '../../domain/sentences/say.js'

type RuleField = 'repeat' | 'cron'

/** `repeat` (an RRULE, or lines of a calendar) or `cron`, with its start, its end, its exceptions and extra times. */
export function readRecurring(reading: FieldReading): ReadSchedule | undefined {
  const { fields, context, issues, warnings } = reading
  const field: RuleField = reading.wasGiven('repeat') ? 'repeat' : 'cron'
  const text = fields[field]
  if (text === undefined) return undefined
  const hasDtstart = /^\s*DTSTART/im.test(text)
  if (hasDtstart && reading.wasGiven('start')) {
    issues.push({ field: 'start', expected: say('startOrDtstart') })
    return undefined
  }
  const before = issues.length
  const asked = fields.zone ?? context.zone
  const start = readStart(reading, asked)
  const rule = readRule({ field, text, zone: asked, start: start ?? nowIn(asked, context.now) })
  if (rule.kind === 'invalid') {
    issues.push(...rule.issues.map((issue) => toInputIssue(issue, field)))
    return undefined
  }
  const { zone } = rule.value
  if (fields.zone !== undefined && fields.zone !== zone)
    issues.push({
      field: 'zone',
      got: describeValue(fields.zone),
      expected: say('zoneOfDtstart', { zone }),
    })
  if (!reading.wasGiven('start') && !hasDtstart && isTimeOpen(rule.value))
    issues.push({
      field: 'start',
      expected: say('startMissing'),
    })
  const until = readUntil(reading, zone)
  const also = readTimes(reading, { field: 'also', zone })
  if (issues.length > before) return undefined
  const draft = {
    ...rule.value,
    ...(until !== undefined && { until }),
    ...(fields.count !== undefined && { count: fields.count }),
    ...(also.length > 0 && { rdates: [...(rule.value.rdates ?? []), ...also] }),
  }
  const schedule = checked(reading, { draft, field })
  const complete =
    schedule && readExceptions(reading, schedule, (excepted) => checked(reading, { draft: excepted, field }))
  if (complete === undefined) return undefined
  const idle = new Set([...rule.warnings, ...calendarWarnings(complete)])
  warnings.push(...idle)
  return { schedule: complete, hasOwnStart: hasDtstart || start !== undefined }
}

function readRule({
  field,
  text,
  zone,
  start,
}: {
  field: RuleField
  text: string
  zone: string
  start: string
}): ReturnType<typeof parseRecurrence> {
  if (field === 'repeat') return parseRecurrence(text, { zone, start })
  const reading = parseCalendar({ kind: 'recurring', zone, start, rule: { kind: 'cron', cron: text } })
  if (reading.kind === 'invalid') return reading
  if (reading.value.kind !== 'recurring') throw new TypeError('a cron was read as something else')
  return { kind: 'read', value: reading.value, warnings: [] }
}

/** The canonical calendar, or undefined where an issue tells why not. */
function checked(
  { issues }: FieldReading,
  { draft, field }: { draft: RecurringCalendar; field: RuleField },
): RecurringCalendar | undefined {
  const reading = parseCalendar(draft)
  const found = reading.kind === 'invalid' ? reading.issues : checkCalendar(reading.value)
  issues.push(...found.map((issue) => toInputIssue(issue, field)))
  return found.length === 0 && reading.kind === 'read' && reading.value.kind === 'recurring'
    ? reading.value
    : undefined
}

/** A calendar's issue under the name of the field that it was written in. */
function toInputIssue({ path, message }: CalendarIssue, field: RuleField) {
  const names: Record<string, string> = {
    start: 'start',
    until: 'until',
    count: 'count',
    exdates: 'except',
    rdates: 'also',
    zone: 'zone',
  }
  const [first] = path
  const name = (typeof first === 'string' ? names[first] : undefined) ?? field
  // What reads a cron names it, as one part among others.
  const prefix = `${name}: `
  return { field: name, expected: message.startsWith(prefix) ? message.slice(prefix.length) : message }
}

/** The next whole minute on the wall clock: nothing that is past is ever due. */
function nowIn(zone: string, now: Date): string {
  return formatWall(msToWall(Math.ceil(now.getTime() / 60_000) * 60_000, zone))
}

/** An RRULE takes the time of day from its start where it names none: "now" is hardly what is meant. */
export function isTimeOpen({ rule }: RecurringCalendar): boolean {
  if (rule.kind === 'cron') return false
  const reading = parseRrule(rule.rrule)
  if (reading.kind === 'invalid') return false
  const { freq, byHour, byMinute } = reading.value
  if (freq === 'MINUTELY') return false
  return byMinute === undefined || (freq !== 'HOURLY' && byHour === undefined)
}

function readStart({ fields, context, issues }: FieldReading, zone: string): string | undefined {
  if (fields.start === undefined) return undefined
  const moment = readMoment({ text: fields.start, zone, now: context.now })
  if (moment.kind === 'moment') return moment.wall
  issues.push({ field: 'start', got: describeValue(fields.start), expected: moment.expected })
  return undefined
}

/** The last time, inclusive: a date alone means its end. */
function readUntil({ fields, context, issues }: FieldReading, zone: string): string | undefined {
  if (fields.until === undefined) return undefined
  const date = readDate(fields.until)
  if (date !== undefined) return formatWall(date.toPlainDateTime(new Temporal.PlainTime(23, 59, 59)))
  const moment = readMoment({ text: fields.until, zone, now: context.now })
  if (moment.kind === 'moment') return moment.wall
  issues.push({
    field: 'until',
    got: describeValue(fields.until),
    expected: orDate(moment.expected),
  })
  return undefined
}

function readTimes(
  { fields, context, issues }: FieldReading,
  { field, zone }: { field: 'also'; zone: string },
): string[] {
  return (fields[field] ?? []).flatMap((text, index) => {
    const moment = readMoment({ text, zone, now: context.now })
    if (moment.kind === 'moment') return [moment.wall]
    issues.push({ field: `${field}[${index}]`, got: describeValue(text), expected: moment.expected })
    return []
  })
}
