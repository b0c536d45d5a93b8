import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { parseCron, canonicalCron } from './rules/cron.js'
import type { CalendarIssue } from './issue.js'
import { firstYear, formatWall, lastYear, localTimeExpected, parseWall, wallOf } from './local-time.js'
import { formatRrule, parseRrule } from './rules/rrule-parts.js'
import { parseOffset, parseTimeOfDay } from './offset.js'
import { formatInstant, isZone } from '../hours/zone.js'
import { say } from '../sentences/say.js'

/**
 * When a reminder is sent, in the form that is stored and compared. Parsing makes the canonical spelling of what it
 * accepts (whole seconds, sorted lists, rules without defaults), so that equal calendars are equal JSON. The rules
 * for people are in docs/calendar.md.
 */

/** Exceptions and extra times are looked through at every question. */
export const maxDates = 1_000
export const maxSteps = 100
/** A calendar's `count` is counted from its start at every question. */
export const maxCalendarCount = 10_000

const zone = z.string().refine(isZone, say('zoneExpected'))

const localTime = z
  .string()
  .refine((text) => parseWall(text) !== undefined, { error: localTimeExpected, abort: true })
  .overwrite((text) => formatWall(wallOf(text)))

const localTimes = z
  .array(localTime)
  .max(maxDates)
  .overwrite((times) => [...new Set(times)].toSorted())

const instant = z.iso
  .datetime({ error: say('instantUtc'), abort: true })
  .overwrite((text) => formatInstant(Temporal.Instant.from(text)))

/** Every message of a text's reading becomes an issue of its own. */
function textOf<T>(
  reads: (text: string) => { kind: 'read'; value: T } | { kind: 'invalid'; messages: string[] },
) {
  return z.string().superRefine((text, context) => {
    const reading = reads(text)
    if (reading.kind === 'read') return
    for (const message of reading.messages) context.addIssue({ code: 'custom', message, continue: false })
  })
}

const rrule = textOf(parseRrule).overwrite((text) => {
  const reading = parseRrule(text)
  return reading.kind === 'read' ? formatRrule(reading.value) : text
})

const cron = textOf(parseCron).overwrite(canonicalCron)

export const onceCalendar = z.strictObject({
  kind: z.literal('once'),
  at: instant,
  zone,
})

export const recurringCalendar = z.strictObject({
  kind: z.literal('recurring'),
  zone,
  /** RFC 5545's DTSTART, on the wall clock. It sets the phase, and the times that the rule leaves open. */
  start: localTime,
  rule: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rrule'), rrule }),
    z.strictObject({ kind: z.literal('cron'), cron }),
  ]),
  /** Wall times at which nothing is sent after all. */
  exdates: localTimes.optional(),
  /** Wall times beside the rule. */
  rdates: localTimes.optional(),
  /** The last wall time at which it may be sent, inclusive, whatever the rule says. */
  until: localTime.optional(),
  /** How many times it is sent in all, exceptions not counted, from `start` on. */
  count: z.int().min(1).max(maxCalendarCount).optional(),
})

export const offsetExpected = say('offsetForm')
export const timeOfDayExpected = say('timeOfDay', { example: '09:00' })

const step = z
  .strictObject({
    /** `at`, or a signed sum such as `-3d`, `+1w`, `-1h30m`: days and weeks by the calendar, the rest in exact time. */
    offset: z.string().refine((text) => parseOffset(text) !== undefined, offsetExpected),
    /** The time of day, `09:00`, instead of the anchor's. */
    at: z
      .string()
      .refine((text) => parseTimeOfDay(text) !== undefined, timeOfDayExpected)
      .optional(),
  })
  .refine(({ offset, at }) => at === undefined || (parseOffset(offset)?.ms ?? 0) === 0, {
    path: ['at'],
    error: say('offsetWholeDays'),
  })

export const stepsCalendar = z.strictObject({
  kind: z.literal('steps'),
  zone,
  /** The steps count from it: a wall time, or an instant (`…Z`), such as the creation of a drip. */
  anchor: z.union([localTime, instant], {
    error: say('localTimeOrInstant', { first: firstYear, last: lastYear }),
  }),
  steps: z.array(step).min(1).max(maxSteps),
})

export const calendar = z.discriminatedUnion('kind', [onceCalendar, recurringCalendar, stepsCalendar])

export type OnceCalendar = z.infer<typeof onceCalendar>
export type RecurringCalendar = z.infer<typeof recurringCalendar>
export type StepsCalendar = z.infer<typeof stepsCalendar>
export type Calendar = z.infer<typeof calendar>

export type CalendarReading = { kind: 'read'; value: Calendar } | { kind: 'invalid'; issues: CalendarIssue[] }

/** The canonical calendar, or everything about its form that is wrong. `checkCalendar` asks whether it ever occurs. */
export function parseCalendar(input: unknown): CalendarReading {
  const result = calendar.safeParse(input)
  if (result.success) return { kind: 'read', value: result.data }
  return {
    kind: 'invalid',
    issues: result.error.issues.flatMap((issue) => {
      const path = issue.path.filter((key) => typeof key !== 'symbol')
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({ path: [...path, key], message: say('unknownField', {}) }))
      return [{ path, message: issue.message }]
    }),
  }
}
