import type { Calendar, RecurringCalendar, StepsCalendar } from '../calendar.js'
import { msToWall, wallOf, type Wall } from '../local-time.js'
import { nextOccurrence } from '../occurrences.js'
import { parseOffset } from '../offset.js'
import { rulesOf } from '../recurring.js'
import type { Until } from '../rules/rrule-parts.js'
import { anchorMs } from '../steps.js'
import { clockName, dateName, listed, momentName } from './names.js'
import { describeRules } from './rule.js'
import { timesOf, timesPerDay } from './times.js'

/**
 * `every Monday and Thursday at 08:00 (Africa/Nairobi), next on Thu 26 Nov 2026`
 *
 * @param now an instant: what the next occurrence comes after
 */
export function describeCalendar(calendar: Calendar, { now }: { now: string }): string {
  const next = nextOccurrence(calendar, { after: now })
  const words = describeSchedule(calendar)
  if (calendar.kind === 'once') return next === undefined ? `${words}, which is past` : words
  if (next === undefined) return `${words}, no more to come`
  const wall = msToWall(Date.parse(next), calendar.zone)
  return `${words}, next on ${isTimeSaid(calendar, wall) ? dateName(wall) : momentName(wall)}`
}

/** The same without what depends on the present. */
export function describeSchedule(calendar: Calendar): string {
  switch (calendar.kind) {
    case 'once':
      return `once on ${momentName(msToWall(Date.parse(calendar.at), calendar.zone))} (${calendar.zone})`
    case 'recurring':
      return describeRecurring(calendar)
    case 'steps':
      return describeSteps(calendar)
  }
}

function describeRecurring(calendar: RecurringCalendar): string {
  const { zone, rdates = [], exdates = [], count } = calendar
  const rules = rulesOf(calendar)
  const words = [`${describeRules(rules, wallOf(calendar.start))} (${zone})`]
  if (rdates.length > 0) words.push(`and also on ${someMoments(rdates)}`)
  if (exdates.length > 0) words.push(`except on ${someMoments(exdates)}`)
  for (const rule of rules) {
    if (rule.count !== undefined) words.push(timesInAll(rule.count))
    if (rule.until !== undefined) words.push(`until ${untilName(rule.until, zone)}`)
  }
  if (calendar.until !== undefined) words.push(`until ${endName(wallOf(calendar.until))}`)
  if (count !== undefined) words.push(timesInAll(count))
  return words.join(', ')
}

function describeSteps(calendar: StepsCalendar): string {
  const steps = calendar.steps.map(({ offset, at }) => {
    const { days = 0, ms = 0 } = parseOffset(offset) ?? {}
    const time = at === undefined ? '' : ` at ${at}`
    if (days === 0 && ms === 0) return at === undefined ? 'at' : `on the day${time} of`
    return `${distance(Math.abs(days), Math.abs(ms))} ${days < 0 || ms < 0 ? 'before' : 'after'}${time}`
  })
  return `${listed(steps)} ${momentName(msToWall(anchorMs(calendar), calendar.zone))} (${calendar.zone})`
}

function distance(days: number, ms: number): string {
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.round((ms % 3_600_000) / 60_000)
  const amounts: [number, string][] = [
    [days, 'day'],
    [hours, 'hour'],
    [minutes, 'minute'],
  ]
  return listed(
    amounts
      .filter(([amount]) => amount > 0)
      .map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? '' : 's'}`),
  )
}

/** The rule's one time of day need not be said again, unless this occurrence has another one. */
function isTimeSaid(calendar: Calendar, next: Wall): boolean {
  if (calendar.kind !== 'recurring') return false
  return rulesOf(calendar).every((rule) => {
    if (rule.freq === 'HOURLY' || rule.freq === 'MINUTELY') return false
    const times = timesOf(rule, wallOf(calendar.start))
    const { hours, minutes, second } = times
    const isOnly = timesPerDay(times) === 1 && hours[0] === next.hour && minutes[0] === next.minute
    return isOnly && second === next.second
  })
}

const maxMoments = 3

function someMoments(locals: string[]): string {
  if (locals.length > maxMoments) return `${locals.length} other times`
  return listed(locals.map((local) => momentName(wallOf(local))))
}

function timesInAll(count: number): string {
  return count === 1 ? 'once only' : `${count} times in all`
}

function untilName(until: Until, zone: string): string {
  return until.kind === 'local' ? endName(wallOf(until.wall)) : endName(msToWall(Date.parse(until.at), zone))
}

function endName(wall: Wall): string {
  return clockName(wall) === '23:59:59' ? dateName(wall) : momentName(wall)
}
