import { formatWall, msToWall, wallOf } from '../../domain/calendar/local-time.js'
import { parseRecurrence } from '../../domain/calendar/text.js'
import type { Calendar, RecurringCalendar } from '../../domain/calendar/calendar.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import type { Content } from './content.js'
import { timesOn } from './exceptions.js'
import { isTimeOpen } from './recurring.js'
import type { ReminderInput } from './schema.js'

/** A stored definition as its input, so that the fields of an edit or a clone can be laid over it. */

type Fields = Partial<Record<keyof ReminderInput, unknown>>

/** The fields of `changes` over those of the definition. What is sent is not among them: see `keptContent`. */
export function mergedInput(definition: ReminderDefinition, changes: ReminderInput): ReminderInput {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  const base: Fields = Object.assign({}, ...Object.values(inputOf).map((fields) => fields(definition, given)))
  const known = Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined))
  return { ...known, ...given }
}

/** The input of each field of a definition: of every one, or an edit would take what is missing here away. */
const inputOf: Record<keyof ReminderDefinition, (definition: ReminderDefinition, given: Fields) => Fields> = {
  version: () => ({}),
  account: ({ account }) => ({ account }),
  audience: ({ audience }) => ({ to: audience.kind === 'allGroups' ? 'all groups' : audience.recipients }),
  // See `keptContent`.
  parts: () => ({}),
  stepParts: () => ({}),
  schedule: ({ schedule }, given) => ({ ...keptSchedule(schedule, given), zone: schedule.zone }),
  overlap: ({ overlap }) => ({ overlap }),
  window: ({ window }) => ({ window }),
  priority: ({ priority }) => ({ priority }),
  catchUpMs: ({ catchUpMs }) => ({ catchUp: `${catchUpMs / 1_000}s` }),
  deliverWithinMs: ({ deliverWithinMs }) => ({ deliverWithin: `${deliverWithinMs / 1_000}s` }),
  onUncertain: ({ onUncertain }) => ({ onUncertain }),
  groupConcurrency: ({ groupConcurrency }) => ({ groupConcurrency }),
  ratePerMinute: ({ ratePerMinute }) => ({ ratePerMinute }),
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
function keptSchedule(schedule: Calendar, given: Fields): Fields {
  const isGiven = (...names: (keyof ReminderInput)[]) => names.some((name) => given[name] !== undefined)
  const isOtherKind = {
    once: isGiven('repeat', 'cron', 'anchor', 'steps'),
    recurring: isGiven('at', 'anchor', 'steps'),
    steps: isGiven('at', 'repeat', 'cron'),
  }
  if (isOtherKind[schedule.kind]) return {}
  switch (schedule.kind) {
    case 'once': {
      // Another zone moves the time on the wall with it; else it is the very same instant.
      const wall = formatWall(msToWall(Date.parse(schedule.at), schedule.zone))
      return isGiven('at') ? {} : { at: isGiven('zone') ? wall : schedule.at }
    }
    case 'recurring': {
      const { rule, start, until, count, exdates, rdates } = schedule
      const isNewRule = isGiven('repeat', 'cron')
      const bringsStart = /^\s*DTSTART/im.test(typeof given.repeat === 'string' ? given.repeat : '')
      const ruleFields = rule.kind === 'cron' ? { cron: rule.cron } : { repeat: rule.rrule }
      return {
        ...(!isNewRule && ruleFields),
        ...(!bringsStart && !isTimeOfDayMissing(schedule, given) && { start }),
        until,
        count,
        except: isNewRule ? exdates?.map((exdate) => dayOff(schedule, exdate)) : exdates,
        also: rdates,
      }
    }
    case 'steps':
      return { anchor: schedule.anchor, steps: schedule.steps }
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
