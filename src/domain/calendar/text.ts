import { calendarWarnings, checkCalendar, startWarnings } from './check.js'
import { parseCalendar, type RecurringCalendar } from './calendar.js'
import { unexpected, type CalendarIssue } from './issue.js'
import { contentLines, readDates, type ContentLine, type LocalDates } from './text-lines.js'
import { isZone } from '../hours/zone.js'
import { say } from '../sentences/say.js'

/**
 * A recurrence as people have it: lines copied out of a calendar (`DTSTART…`, `RRULE:…`, `EXDATE:…`, `RDATE:…`), a bare
 * rule (`FREQ=WEEKLY;BYDAY=MO`), or a cron.
 */

export type RecurrenceReading =
  | { kind: 'read'; value: RecurringCalendar; warnings: string[] }
  | { kind: 'invalid'; issues: CalendarIssue[] }

export type RecurrenceDefaults = {
  /** For texts that name no zone. */
  zone: string
  /** For texts without DTSTART: a wall time, usually the present one. */
  start?: string
}

/** The calendar of a text, with warnings, or everything that is wrong with the text. Paths are into the calendar. */
export function parseRecurrence(text: string, defaults: RecurrenceDefaults): RecurrenceReading {
  const trimmed = text.trim()
  const draft = isCron(trimmed)
    ? { zone: defaults.zone, start: defaults.start, rule: { kind: 'cron', cron: trimmed } }
    : readBlock(trimmed, defaults)
  if ('messages' in draft)
    return { kind: 'invalid', issues: draft.messages.map((message) => ({ path: [], message })) }
  if (draft.start === undefined)
    return {
      kind: 'invalid',
      issues: [{ path: ['start'], message: say('dtstartMissing') }],
    }
  const reading = parseCalendar({ kind: 'recurring', ...draft })
  if (reading.kind === 'invalid') return reading
  const calendar = reading.value
  if (calendar.kind !== 'recurring') throw new TypeError('a recurrence was read as something else')
  const issues = checkCalendar(calendar)
  if (issues.length > 0) return { kind: 'invalid', issues }
  const hasStart = /^DTSTART/im.test(trimmed)
  const warnings = [...calendarWarnings(calendar), ...(hasStart ? startWarnings(calendar) : [])]
  return { kind: 'read', value: calendar, warnings }
}

/** Cron has neither `=` nor `:` anywhere. */
function isCron(text: string): boolean {
  return text !== '' && !/[=:]/.test(text)
}

type Draft = {
  zone: string
  start: string | undefined
  rule: { kind: string; rrule: string }
  exdates?: string[]
  rdates?: string[]
}

function readBlock(text: string, defaults: RecurrenceDefaults): Draft | { messages: string[] } {
  const messages: string[] = []
  const lines = contentLines(text, messages)
  const rule = single('RRULE', lines, messages)
  const start = single('DTSTART', lines, messages)
  if (rule === undefined && !messages.some((message) => message.startsWith('RRULE')))
    messages.push(say('rruleMissing'))

  const zone = zoneOf(start, defaults.zone, messages)
  const dates = (line: ContentLine): LocalDates => readDates(line, zone, messages)
  const starts = start === undefined ? [] : dates(start)
  if (starts.length > 1) messages.push(unexpected('DTSTART', say('phraseOneTime'), start?.value ?? ''))
  const exdates = lines.filter(({ name }) => name === 'EXDATE').flatMap(dates)
  const rdates = lines.filter(({ name }) => name === 'RDATE').flatMap(dates)
  if (messages.length > 0) return { messages }
  return {
    zone,
    start: starts[0] ?? defaults.start,
    rule: { kind: 'rrule', rrule: rule?.value ?? '' },
    ...(exdates.length > 0 && { exdates }),
    ...(rdates.length > 0 && { rdates }),
  }
}

function single(name: string, lines: ContentLine[], messages: string[]): ContentLine | undefined {
  const [first, second] = lines.filter((line) => line.name === name)
  if (second !== undefined) messages.push(say('partTwice', { part: name, got: second.value }))
  return first
}

/** The zone of DTSTART, which is the calendar's: a time that ends in Z is on the wall clock of UTC. */
function zoneOf(start: ContentLine | undefined, fallback: string, messages: string[]): string {
  if (start === undefined) return fallback
  const { tzid } = start
  if (tzid === undefined) return start.value.toUpperCase().endsWith('Z') ? 'UTC' : fallback
  if (isZone(tzid)) return tzid
  messages.push(unexpected('DTSTART', say('phraseZoneAsTzid'), tzid))
  return fallback
}
