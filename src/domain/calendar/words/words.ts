import type { Calendar, RecurringCalendar, StepsCalendar } from '../calendar.js'
import { msToWall, wallOf, type Wall } from '../local-time.js'
import { nextOccurrence } from '../occurrences.js'
import { parseOffset } from '../offset.js'
import { rulesOf } from '../recurring.js'
import type { Until } from '../rules/rrule-parts.js'
import { anchorMs } from '../steps.js'
import { english } from './english.js'
import type { CalendarLanguage, Unit } from './language.js'
import { clockName, dateName, momentName } from './names.js'
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

/** The same without what depends on the present, in any of the languages. */
export function describeSchedule(calendar: Calendar, language: CalendarLanguage = english): string {
  switch (calendar.kind) {
    case 'once':
      return `${language.once(msToWall(Date.parse(calendar.at), calendar.zone))} (${calendar.zone})`
    case 'recurring':
      return describeRecurring(calendar, language)
    case 'steps':
      return describeSteps(calendar, language)
  }
}

function describeRecurring(calendar: RecurringCalendar, language: CalendarLanguage): string {
  const { zone, rdates = [], exdates = [], count } = calendar
  const rules = rulesOf(calendar)
  const words = [`${describeRules(rules, wallOf(calendar.start), language)} (${zone})`]
  if (rdates.length > 0) words.push(language.alsoOn(someMoments(rdates)))
  if (exdates.length > 0) words.push(language.exceptOn(someMoments(exdates)))
  for (const rule of rules) {
    if (rule.count !== undefined) words.push(language.timesInAll(rule.count))
    if (rule.until !== undefined) words.push(language.until(endOf(untilWall(rule.until, zone))))
  }
  if (calendar.until !== undefined) words.push(language.until(endOf(wallOf(calendar.until))))
  if (count !== undefined) words.push(language.timesInAll(count))
  return words.join(', ')
}

function describeSteps(calendar: StepsCalendar, language: CalendarLanguage): string {
  const { step } = language
  const steps = calendar.steps.map(({ offset, at }) => {
    const { days = 0, ms = 0 } = parseOffset(offset) ?? {}
    if (days === 0 && ms === 0) return at === undefined ? step.at : step.onTheDay(at)
    return step.away(amountsOf(Math.abs(days), Math.abs(ms)), days < 0 || ms < 0, at)
  })
  return `${step.all(steps, msToWall(anchorMs(calendar), calendar.zone))} (${calendar.zone})`
}

function amountsOf(days: number, ms: number): [number, Unit][] {
  const amounts: [number, Unit][] = [
    [days, 'day'],
    [Math.floor(ms / 3_600_000), 'hour'],
    [Math.round((ms % 3_600_000) / 60_000), 'minute'],
  ]
  return amounts.filter(([amount]) => amount > 0)
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

function someMoments(locals: string[]): Wall[] | number {
  return locals.length > maxMoments ? locals.length : locals.map(wallOf)
}

function untilWall(until: Until, zone: string): Wall {
  return until.kind === 'local' ? wallOf(until.wall) : msToWall(Date.parse(until.at), zone)
}

/** The end of a day is said as that day. */
function endOf(wall: Wall): { date: Wall } | { moment: Wall } {
  return clockName(wall) === '23:59:59' ? { date: wall } : { moment: wall }
}
