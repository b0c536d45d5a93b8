import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'
import type { Calendar, RecurringCalendar, StepsCalendar } from '../../../../src/domain/calendar/calendar.js'
import type { Part } from '../../../../src/domain/definition.js'
import { stepsAtFirst, stepsInput, stepsOf, type StepDraft } from './steps.js'

export const weekdayNames = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type WeekdayName = (typeof weekdayNames)[number]

/** `time`: where the last day ends before midnight. */
export type End =
  { kind: 'never' } | { kind: 'on'; date: string; time?: string } | { kind: 'after'; count: number | '' }

export const nths = [1, 2, 3, 4, -1] as const
export type Nth = (typeof nths)[number]

/** All that can be said of when; what another mode says stays, so that one can go to and fro. */
export type ScheduleDraft = {
  mode: 'once' | 'repeat' | 'steps' | 'rule'
  zone: string
  /** `2026-12-01`: the day, or the first. */
  date: string
  /** `08:00`. */
  time: string
  every: 'day' | 'week' | 'month' | 'year'
  interval: number | ''
  days: WeekdayName[]
  /** `weekday`: on the nth of one, and -1 is the last. */
  monthBy: 'day' | 'weekday'
  monthDay: number | ''
  nth: Nth
  nthDay: WeekdayName
  /** Left out: days, or times where a day has several. */
  except: string[]
  /** Beside the rule. */
  also: string[]
  end: End
  /** An RRULE, or cron. */
  text: string
  steps: StepDraft[]
  /** What the steps were counted from, to the second: it holds until the day, the time or the zone is another one. */
  anchor?: string
}

const dayMs = 86_400_000
/** Where a last day is given, and no time. */
const endOfDay = 'T23:59:59'

/** @param on a day and a time, `2026-12-24T08:00`; tomorrow when not given, or not such a one */
export function emptySchedule(zone: string, on = ''): ScheduleDraft {
  const tomorrow = wallIn(new Date(Date.now() + dayMs), zone).date
  const [date, time] = isDayAndTime(on) ? [on.slice(0, 10), on.slice(11)] : [tomorrow, '08:00']
  return {
    mode: 'once',
    zone,
    date,
    time,
    every: 'week',
    interval: 1,
    days: [weekdayOf(date)],
    monthBy: 'day',
    monthDay: Number(date.slice(8)),
    nth: 1,
    nthDay: weekdayOf(date),
    except: [],
    also: [],
    end: { kind: 'never' },
    text: '',
    steps: stepsAtFirst(),
  }
}

function isDayAndTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}Z`))
}

export function scheduleInput(schedule: ScheduleDraft): ReminderInput {
  const { mode, zone, date, time, text } = schedule
  switch (mode) {
    case 'once':
      return { at: `${date}T${time}`, zone }
    case 'steps':
      return { anchor: anchorOf(schedule), steps: stepsInput(schedule.steps), zone }
    case 'repeat':
      return { repeat: ruleOf(schedule), start: `${date}T${time}`, zone, ...restInput(schedule) }
    case 'rule':
      return {
        ...(isCron(text) ? { cron: text.trim() } : { repeat: text.trim() }),
        start: `${date}T${time}`,
        zone,
        ...restInput(schedule),
      }
  }
}

function anchorOf({ anchor, zone, date, time }: ScheduleDraft): string {
  const was = anchor === undefined ? undefined : anchorFields(anchor, zone)
  return anchor !== undefined && was?.date === date && was.time === time ? anchor : `${date}T${time}`
}

/** @param anchor a wall time, or an instant */
function anchorFields(anchor: string, zone: string): { date: string; time: string } {
  return anchor.endsWith('Z')
    ? wallIn(new Date(anchor), zone)
    : { date: anchor.slice(0, 10), time: anchor.slice(11, 16) }
}

function restInput({
  end,
  except,
  also,
}: ScheduleDraft): Pick<ReminderInput, 'until' | 'count' | 'except' | 'also'> {
  const lastDay = end.kind === 'on' && end.date !== '' ? end : undefined
  return {
    until: lastDay ? `${lastDay.date}${lastDay.time === undefined ? '' : `T${lastDay.time}`}` : null,
    count: end.kind === 'after' && end.count !== '' ? end.count : null,
    except: except.length > 0 ? except : null,
    also: also.length > 0 ? also : null,
  }
}

/** Five fields, and no `=`. */
export function isCron(text: string): boolean {
  return !text.includes('=') && text.trim().split(/\s+/).length === 5
}

function ruleOf({ every, interval, days, date, monthBy, monthDay, nth, nthDay }: ScheduleDraft): string {
  const frequency = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY', year: 'YEARLY' }[every]
  const sorted = weekdayNames.filter((day) => days.includes(day))
  return [
    `FREQ=${frequency}`,
    ...(interval !== 1 ? [`INTERVAL=${interval}`] : []),
    ...(every === 'week' ? [`BYDAY=${sorted.join(',')}`] : []),
    ...(every === 'month' && monthBy === 'day' ? [`BYMONTHDAY=${monthDay}`] : []),
    ...(every === 'month' && monthBy === 'weekday' ? [`BYDAY=${nth}${nthDay}`] : []),
    // On the day that is the first.
    ...(every === 'year'
      ? [`BYMONTH=${Number(date.slice(5, 7))}`, `BYMONTHDAY=${Number(date.slice(8))}`]
      : []),
  ].join(';')
}

/**
 * What can be said in words here is, and the rest stays the rule that it is.
 * @param stepParts of a calendar of steps, what each says where it has its own
 */
export function scheduleOf(calendar: Calendar, stepParts?: readonly (readonly Part[])[]): ScheduleDraft {
  const base = emptySchedule(calendar.zone)
  switch (calendar.kind) {
    case 'once':
      return { ...base, mode: 'once', ...wallIn(new Date(calendar.at), calendar.zone) }
    case 'steps':
      return { ...base, mode: 'steps', ...anchoredOf(calendar), steps: stepsOf(calendar, stepParts) }
    case 'recurring':
      return { ...base, ...recurringOf(calendar, base) }
  }
}

function anchoredOf({ anchor, zone }: StepsCalendar): Pick<ScheduleDraft, 'date' | 'time' | 'anchor'> {
  return { ...anchorFields(anchor, zone), anchor }
}

function recurringOf(calendar: RecurringCalendar, base: ScheduleDraft): Partial<ScheduleDraft> {
  const { rule, start, until, count, exdates = [], rdates = [] } = calendar
  const end: End =
    count !== undefined
      ? { kind: 'after', count }
      : until === undefined
        ? { kind: 'never' }
        : {
            kind: 'on',
            date: until.slice(0, 10),
            ...(!until.endsWith(endOfDay) && { time: until.slice(11) }),
          }
  const time = start.slice(11, 16)
  const common = { date: start.slice(0, 10), time, end, except: exdates, also: rdates }
  if (rule.kind === 'cron') return { ...common, mode: 'rule', text: rule.cron }
  const words = start.endsWith(':00') ? wordsOf(rule.rrule, base, common) : undefined
  if (words === undefined) return { ...common, mode: 'rule', text: rule.rrule }
  // One a day: the day says it all, whatever time is chosen later.
  return {
    ...words,
    except: exdates.map((one) => (one.slice(11) === start.slice(11) ? one.slice(0, 10) : one)),
  }
}

/** Undefined for a rule that has more in it than the fields here. */
function wordsOf(
  rrule: string,
  base: ScheduleDraft,
  common: Pick<ScheduleDraft, 'date' | 'time' | 'end' | 'except' | 'also'>,
): Partial<ScheduleDraft> | undefined {
  const fields = new Map(rrule.split(';').map((field): [string, string] => split(field)))
  const every = ({ DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const)[
    fields.get('FREQ') ?? ''
  ]
  const nthWeekday = every === 'month' ? readNth(fields.get('BYDAY')) : undefined
  const allowed = {
    day: [],
    week: ['BYDAY'],
    month: nthWeekday ? ['BYDAY'] : ['BYMONTHDAY'],
    year: ['BYMONTH', 'BYMONTHDAY'],
  }[every ?? 'day']
  const isKnown = [...fields.keys()].every((name) => ['FREQ', 'INTERVAL', ...allowed].includes(name))
  if (every === undefined || !isKnown) return undefined
  const [, month, day] = common.date.split('-').map(Number)
  const isSameDay =
    Number(fields.get('BYMONTH') ?? month) === month && Number(fields.get('BYMONTHDAY') ?? day) === day
  if (every === 'year' && !isSameDay) return undefined
  const days = (
    every === 'week' ? (fields.get('BYDAY') ?? weekdayOf(common.date)) : weekdayOf(common.date)
  ).split(',')
  const monthDay = Number(fields.get('BYMONTHDAY') ?? common.date.slice(8))
  if (!days.every(isWeekday) || !(monthDay >= 1 && monthDay <= 31)) return undefined
  return {
    ...common,
    mode: 'repeat',
    every,
    interval: Number(fields.get('INTERVAL') ?? 1),
    days: every === 'week' ? days : base.days,
    monthDay,
    ...(nthWeekday && { monthBy: 'weekday' as const, ...nthWeekday }),
  }
}

/** `-1FR`, or undefined. */
function readNth(text = ''): Pick<ScheduleDraft, 'nth' | 'nthDay'> | undefined {
  const [, number = '', day = ''] = /^(-?\d)([A-Z]{2})$/.exec(text) ?? []
  const nth = nths.find((one) => one === Number(number))
  return nth !== undefined && isWeekday(day) ? { nth, nthDay: day } : undefined
}

function split(field: string): [string, string] {
  const [name = '', value = ''] = field.split('=')
  return [name, value]
}

function isWeekday(name: string): name is WeekdayName {
  return (weekdayNames as readonly string[]).includes(name)
}

/** Of a day such as `2026-12-01`. */
export function weekdayOf(date: string): WeekdayName {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay()
  return weekdayNames[(day + 6) % 7] ?? 'MO'
}

/** What the clocks of the zone show, as fields for a day and a time take it. */
export function wallIn(date: Date, zone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(date)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  }
}
