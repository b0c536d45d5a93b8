import { z } from 'zod'
import {
  maxCalendarCount,
  maxDates,
  maxSteps,
  offsetExpected,
  timeOfDayExpected,
} from '../../../domain/calendar/calendar.js'
import { parseOffset, parseTimeOfDay } from '../../../domain/calendar/offset.js'
import { overlapPolicies } from '../../../domain/definition.js'
import { isZone } from '../../../domain/hours/zone.js'
import { contentFields, shape } from './content.js'
import { listOf, wholeNumber } from './values.js'
import { windowInput } from '../window.js'
import { alsoWritten, asText, removable, windowForms, writtenAs } from '../written-forms.js'
import { say } from '../../../domain/sentences/say.js'

/** When a reminder is sent. Times are read later, when the zone and the present are known. */

const clock = '09:00'
const time = z
  .string({ error: say('timeShort', { clock, quotes: say('phraseQuotes') }) })
  .trim()
  .min(1, { error: say('timeShort', { clock }) })

/** The calendar's own limit. */
const dates = removable(listOf(time, { of: 'phraseTimes', one: 'phraseTime', max: maxDates }))

const stepInput = alsoWritten(
  z.preprocess(
    (value) => (typeof value === 'string' ? stepOfText(value) : value),
    z.strictObject(
      {
        offset: z
          .string({ error: offsetExpected })
          .refine((text) => parseOffset(text) !== undefined, { error: offsetExpected }),
        at: z
          .string({ error: say('timeOfDayQuoted') })
          .refine((text) => parseTimeOfDay(text) !== undefined, { error: timeOfDayExpected })
          .optional(),
        ...contentFields,
      },
      { error: shape(say('stepForm')) },
    ),
  ),
  asText,
)

/** `-3d`, `-3d 09:00`: a step without content of its own. */
function stepOfText(text: string): { offset: string; at?: string } {
  const [offset = '', at] = text.trim().split(/\s+(.*)/)
  return at === undefined || at === '' ? { offset } : { offset, at }
}

const zoneText = say('zoneExpected')
const cronText = say('cronForm')
const ruleText = say('ruleForm')

export const calendarFields = {
  at: z
    .string({ error: say('timeShort', { clock }) })
    .trim()
    .optional()
    .meta({
      description:
        'When, once: `tomorrow 09:00`, `in 10 minutes`, 2026-11-24T18:00, or an ISO time with its own offset. One of `at`, `repeat`, `cron`, or `anchor` with `steps`, is needed.',
    }),
  zone: z.string({ error: zoneText }).refine(isZone, { error: zoneText }).optional().meta({
    description:
      'The clock that times are of, as an IANA zone such as Africa/Nairobi; that of the machine when not given.',
  }),
  repeat: z.string({ error: ruleText }).trim().min(1, { error: ruleText }).optional().meta({
    description: 'Again and again, by an RRULE (RFC 5545) or lines copied out of a calendar.',
  }),
  cron: z.string({ error: cronText }).trim().min(1, { error: cronText }).optional().meta({
    description: 'Again and again, by five fields such as `0 8 * * MON,THU`.',
  }),
  start: time.optional().meta({ description: 'Of `repeat` or `cron`: the first time.' }),
  until: removable(time.optional()).meta({
    description: 'Of `repeat` or `cron`: the end, inclusive; a day or a time.',
  }),
  count: removable(wholeNumber(1, maxCalendarCount).optional()).meta({
    description: 'Of `repeat` or `cron`: so many times in all.',
  }),
  except: dates.meta({ description: 'Of `repeat` or `cron`: days or times to leave out.' }),
  also: dates.meta({ description: 'Of `repeat` or `cron`: times beside the rule.' }),
  anchor: time
    .optional()
    .meta({ description: 'The time that `steps` count from, such as 2026-12-18 09:00.' }),
  steps: listOf(stepInput, { of: 'phraseSteps', one: 'phraseStep', max: maxSteps }).meta({
    description:
      'Around `anchor`: each an `offset` such as `-3d`, `at` a time of day, with a content of its own or without.',
  }),
  window: removable(writtenAs(windowInput.optional(), ...windowForms)).meta({
    description:
      'The hours in which messages may leave: `07:00-18:00 mo-fr`. What is not out by their end goes on when they begin again.',
  }),
  overlap: z
    .enum(overlapPolicies, { error: say('oneOf', { list: overlapPolicies.join(', ') }) })
    .optional()
    .meta({
      description:
        'A time that comes while the run of an earlier one is under way waits for it (`bufferOne`, when not given), is left out (`skip`), or ends that run (`cancelOther`).',
    }),
}

export type StepInput = z.output<typeof stepInput>
