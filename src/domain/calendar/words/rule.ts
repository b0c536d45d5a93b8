import type { Wall } from '../local-time.js'
import { weekdays, type RruleParts } from '../rules/rrule-parts.js'
import { commonDays } from './days.js'
import {
  dayName,
  dayNumbers,
  everyUnit,
  listed,
  momentName,
  monthName,
  position,
  twoDigits,
} from './names.js'
import { describeTimes, minuteWords, timesOf } from './times.js'

/** One rule, or the two of a cron that are one in the times of the day, in words. */
export function describeRules(rules: RruleParts[], start: Wall): string {
  const [rule] = rules
  if (rule === undefined) return 'never'
  const days = rules.map((each) => commonDays(each, start))
  const known = days.filter((day) => day !== undefined)
  if (known.length < rules.length)
    return rules.map((each) => describeAnyRule(each, start)).join(', and also ')
  const times = describeTimes(timesOf(rule, start))
  const text = known.join(' and also ')
  if (times.kind === 'at') return `${text} ${times.text}`
  return text === 'every day' ? times.text : `${text}, ${times.text}`
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
function describeAnyRule(rule: RruleParts, start: Wall): string {
  const parts = withStartsDay(rule, start)
  const { freq, interval, byMonth, byWeekNo, byYearDay, byMonthDay, byDay, bySetPos, weekStart } = parts
  const unit = units[freq]
  const clauses = [everyUnit(interval, unit)]
  clauses.push(phaseClause(parts, start))
  if (byMonth) clauses.push(`in ${listed(byMonth.map(monthName))}`)
  if (byWeekNo) clauses.push(`in the ${listed(byWeekNo.map((week) => `${position(week)} week`))} of the year`)
  if (byYearDay) clauses.push(`on the ${dayNumbers(byYearDay)} of the year`)
  if (byMonthDay) clauses.push(`on the ${dayNumbers(byMonthDay)} of the month`)
  if (byDay) clauses.push(dayClause(parts))
  clauses.push(timeClause(parts, start))
  if (bySetPos) clauses.push(`of these only the ${listed(bySetPos.map(position))} of each ${unit}`)
  if (weekStart !== 'MO' && (byWeekNo || freq === 'WEEKLY'))
    clauses.push(`in weeks that start on ${dayName(weekStart)}`)
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

function dayClause({ freq, byDay = [], byMonth }: RruleParts): string {
  const plain = byDay.filter(({ nth }) => nth === undefined).map(({ day }) => dayName(day))
  const numbered = byDay.flatMap(({ day, nth }) =>
    nth === undefined ? [] : [`${position(nth)} ${dayName(day)}`],
  )
  const within = freq === 'YEARLY' && byMonth === undefined ? 'year' : 'month'
  const words = numbered.length > 0 ? [`the ${listed(numbered)} of the ${within}`] : []
  if (plain.length > 0) words.unshift(listed(plain))
  return `on ${words.join(' and on ')}`
}

/** Where intervals within the day are counted from; nothing where they begin anew with every hour. */
function phaseClause({ freq, interval }: RruleParts, start: Wall): string {
  if (interval === 1 || (freq !== 'HOURLY' && freq !== 'MINUTELY')) return ''
  if (freq === 'MINUTELY' && 60 % interval === 0 && start.minute % interval === 0) return ''
  if (freq === 'HOURLY' && 24 % interval === 0 && start.hour % interval === 0) return 'counted from midnight'
  return `counted from ${momentName(start)}`
}

function timeClause(parts: RruleParts, start: Wall): string {
  const { freq, byHour, byMinute } = parts
  if (freq !== 'HOURLY' && freq !== 'MINUTELY') return describeTimes(timesOf(parts, start)).text
  const clauses: string[] = []
  if (byHour) clauses.push(`in the hour${byHour.length === 1 ? '' : 's'} ${listed(byHour.map(twoDigits))}`)
  if (freq === 'HOURLY') clauses.push(`at ${minuteWords(byMinute ?? [start.minute])}`)
  else if (byMinute) clauses.push(`at ${minuteWords(byMinute)}`)
  const second = parts.bySecond?.[0] ?? start.second
  if (second !== 0) clauses.push(`at second ${second}`)
  return clauses.join(', ')
}
