import type { Wall } from '../local-time.js'
import { weekdays, type RruleParts } from '../rules/rrule-parts.js'
import { commonDays } from './days.js'
import type { CalendarLanguage } from './language.js'
import { twoDigits } from './names.js'
import { describeTimes, timesOf } from './times.js'

/** One rule, or the two of a cron that are one in the times of the day, in words. */
export function describeRules(rules: RruleParts[], start: Wall, language: CalendarLanguage): string {
  const [rule] = rules
  if (rule === undefined) return language.never
  const days = rules.map((each) => commonDays(each, start, language))
  const known = days.filter((day) => day !== undefined)
  if (known.length < rules.length)
    return rules.map((each) => describeAnyRule(each, start, language)).join(`, ${language.also} `)
  const times = describeTimes(timesOf(rule, start), language)
  const text = known.join(` ${language.also} `)
  if (times.kind === 'at') return `${text} ${times.text}`
  return text === language.every(1, 'day') ? times.text : `${text}, ${times.text}`
}

const units = {
  YEARLY: 'year',
  MONTHLY: 'month',
  WEEKLY: 'week',
  DAILY: 'day',
  HOURLY: 'hour',
  MINUTELY: 'minute',
} as const

/** Plainer: the period, then every part of the rule as a condition of its own, all of which hold. */
function describeAnyRule(rule: RruleParts, start: Wall, language: CalendarLanguage): string {
  const parts = withStartsDay(rule, start)
  const { freq, interval, byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos, weekStart } = parts
  const unit = units[freq]
  const say = language.clauses
  const clauses = [language.every(interval, unit)]
  clauses.push(phaseClause(parts, start, language))
  if (byMonth) clauses.push(say.months(byMonth))
  if (byWeekNo) clauses.push(say.weeksOfYear(byWeekNo))
  if (byYearDay) clauses.push(say.daysOfYear(byYearDay))
  if (byMonthDay) clauses.push(say.daysOfMonth(byMonthDay))
  if (byDay) clauses.push(dayClause(parts, language))
  clauses.push(timeClause(parts, start, language))
  if (bySetPos) clauses.push(say.onlyThese(bySetPos, unit))
  if (weekStart !== 'MO' && (byWeekNo || freq === 'WEEKLY')) clauses.push(say.weeksFrom(weekStart))
  return clauses.filter((clause) => clause !== '').join(', ')
}

/** With the days that the rule leaves to DTSTART (RFC 5545, 3.3.10) written out. */
function withStartsDay(rule: RruleParts, start: Wall): RruleParts {
  const { freq, byDay, byMonthDay, byYearDay, byWeekNo, byMonth } = rule
  const startDay = { day: weekdays[start.dayOfWeek - 1] ?? 'MO' }
  if (byDay || byMonthDay || byYearDay) return rule
  if (freq === 'WEEKLY' || byWeekNo) return { ...rule, byDay: [startDay] }
  if (freq === 'MONTHLY') return { ...rule, byMonthDay: [start.day] }
  if (freq === 'YEARLY') return { ...rule, byMonthDay: [start.day], byMonth: byMonth ?? [start.month] }
  return rule
}

function dayClause({ freq, byDay = [], byMonth }: RruleParts, language: CalendarLanguage): string {
  const plain = byDay.filter(({ nth }) => nth === undefined).map(({ day }) => day)
  const numbered = byDay.flatMap(({ day, nth }) => (nth === undefined ? [] : [{ day, nth }]))
  const within = freq === 'YEARLY' && byMonth === undefined ? 'year' : 'month'
  return language.clauses.days(plain, numbered, within)
}

/** Where intervals within the day are counted from; nothing where they begin anew with every hour. */
function phaseClause({ freq, interval }: RruleParts, start: Wall, language: CalendarLanguage): string {
  if (interval === 1 || (freq !== 'HOURLY' && freq !== 'MINUTELY')) return ''
  if (freq === 'MINUTELY' && 60 % interval === 0 && start.minute % interval === 0) return ''
  if (freq === 'HOURLY' && 24 % interval === 0 && start.hour % interval === 0)
    return language.clauses.fromMidnight
  return language.clauses.from(start)
}

function timeClause(parts: RruleParts, start: Wall, language: CalendarLanguage): string {
  const { freq, byHour, byMinute } = parts
  if (freq !== 'HOURLY' && freq !== 'MINUTELY') return describeTimes(timesOf(parts, start), language).text
  const say = language.clauses
  const clauses: string[] = []
  if (byHour) clauses.push(say.hours(byHour.map(twoDigits)))
  if (freq === 'HOURLY') clauses.push(say.atMinutes((byMinute ?? [start.minute]).map(twoDigits)))
  else if (byMinute) clauses.push(say.atMinutes(byMinute.map(twoDigits)))
  const second = parts.bySecond?.[0] ?? start.second
  if (second !== 0) clauses.push(say.atSecond(second))
  return clauses.join(', ')
}
