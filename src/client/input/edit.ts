import { formatWall, msToWall, wallOf } from '../../domain/calendar/local-time.js'
import { parseRecurrence } from '../../domain/calendar/text.js'
import type { Calendar, RecurringCalendar } from '../../domain/calendar/calendar.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import type { Content } from './content.js'
import { timesOn } from './exceptions.js'
import { rulesOfDefinition, scheduleInput } from './of-definition.js'
import { isTimeOpen } from './recurring.js'
import type { ReminderInput } from './schema/reminder.js'

/** A stored definition as its input, so that the fields of an edit or a clone can be laid over it. */

type Fields = Partial<Record<keyof ReminderInput, unknown>>

/** The fields of `changes` over those of the definition. What is sent is not among them: see `keptContent`. */
export function mergedInput(definition: ReminderDefinition, changes: ReminderInput): ReminderInput {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  return { ...rulesOfDefinition(definition), ...keptSchedule(definition.schedule, given), ...given }
}

/** What is sent stays as it is stored, image by image, where the changes do not say otherwise. */
export function keptContent({ parts, stepParts }: ReminderDefinition, changes: ReminderInput): Content {
  return changes.steps === undefined && stepParts !== undefined ? { parts, stepParts } : { parts }
}

/** True where the changes are about when it is sent. */
export function changesSchedule(changes: ReminderInput): boolean {
  return scheduleNames.some((name) => changes[name] !== undefined)
}

const scheduleNames = [
  ...([
    'at',
    'zone',
    'repeat',
    'cron',
    'start',
    'until',
    'count',
    'except',
    'also',
    'anchor',
    'steps',
  ] as const),
]

/** The fields of the schedule that go on to hold: those of another kind than the changes give are dropped. */
function keptSchedule(schedule: Calendar, given: Fields): ReminderInput {
  const isGiven = (...names: (keyof ReminderInput)[]) => names.some((name) => given[name] !== undefined)
  const isOtherKind = {
    once: isGiven('repeat', 'cron', 'anchor', 'steps'),
    recurring: isGiven('at', 'anchor', 'steps'),
    steps: isGiven('at', 'repeat', 'cron'),
  }
  const { zone } = schedule
  if (isOtherKind[schedule.kind]) return { zone }
  const all = scheduleInput(schedule)
  switch (schedule.kind) {
    case 'once': {
      if (isGiven('at')) return { zone }
      // Another zone moves the time on the wall with it; else it is the very same instant.
      return isGiven('zone') ? { ...all, at: formatWall(msToWall(Date.parse(schedule.at), zone)) } : all
    }
    case 'recurring': {
      if (!isGiven('repeat', 'cron')) return all
      const { cron: _cron, repeat: _repeat, start, ...others } = all
      const { exdates } = schedule
      const bringsStart = /^\s*DTSTART/im.test(typeof given.repeat === 'string' ? given.repeat : '')
      return {
        ...others,
        ...(!bringsStart && !isTimeOfDayMissing(schedule, given) && { start }),
        ...(exdates && { except: exdates.map((exdate) => dayOff(schedule, exdate)) }),
      }
    }
    case 'steps':
      return all
  }
}

/**
 * Whether the new rule takes its time of day from its start, and the rule before it did not: nobody has said that start
 * then, and it may be the minute in which the reminder was created. As in a create, it is to be said.
 */
function isTimeOfDayMissing(schedule: RecurringCalendar, { repeat }: Fields): boolean {
  return leavesTimeOpen(repeat, schedule) && !isTimeOpen(schedule)
}

function leavesTimeOpen(repeat: unknown, { zone, start }: RecurringCalendar): boolean {
  if (typeof repeat !== 'string') return false
  const rule = parseRecurrence(repeat, { zone, start })
  return rule.kind === 'read' && isTimeOpen(rule.value)
}

/** A day that is left out altogether stays so under another rule, whose times of day may be others. */
function dayOff(schedule: RecurringCalendar, exdate: string): string {
  const date = wallOf(exdate).toPlainDate()
  return timesOn(schedule, date).length === 0 ? date.toString() : exdate
}
