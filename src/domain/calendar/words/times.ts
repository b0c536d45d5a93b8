import type { RruleParts } from '../rules/rrule-parts.js'
import type { Wall } from '../local-time.js'
import type { CalendarLanguage } from './language.js'
import { twoDigits } from './names.js'

/** The times of a day of a rule that is daily or slower. */
export type Times = {
  hours: number[]
  minutes: number[]
  second: number
}

export function timesOf(parts: RruleParts, start: Wall): Times {
  return {
    hours: parts.byHour ?? [start.hour],
    minutes: parts.byMinute ?? [start.minute],
    second: parts.bySecond?.[0] ?? start.second,
  }
}

export function timesPerDay({ hours, minutes }: Times): number {
  return hours.length * minutes.length
}

/** More are a pattern, if they are one, rather than a list. */
const maxListed = 6

/** `at` is a list of times, `through` a repetition within the day. */
export function describeTimes(
  times: Times,
  language: CalendarLanguage,
): { kind: 'at' | 'through'; text: string } {
  const { hours, minutes, second } = times
  const seconds = second === 0 ? '' : `:${twoDigits(second)}`
  const clocks = hours.flatMap((hour) =>
    minutes.map((minute) => `${twoDigits(hour)}:${twoDigits(minute)}${seconds}`),
  )
  const pattern = describePattern(times, language)
  if (clocks.length <= maxListed && !(hours.length > 1 && minutes.length > 1))
    return { kind: 'at', text: language.times.at(clocks) }
  const atSecond = second === 0 ? '' : `, ${language.clauses.atSecond(second)}`
  if (pattern !== undefined) {
    const isAllDay = hours.length === 24
    const span = isAllDay ? '' : language.times.span(clocks[0] ?? '', clocks.at(-1) ?? '')
    return { kind: 'through', text: `${pattern}${span}${isAllDay ? atSecond : ''}` }
  }
  if (clocks.length <= maxListed) return { kind: 'at', text: language.times.at(clocks) }
  const text = language.times.minutesOfHours(minutes.map(twoDigits), hours.map(twoDigits))
  return { kind: 'through', text: `${text}${atSecond}` }
}

/** The words for hours in a row that all look alike. */
function describePattern({ hours, minutes }: Times, language: CalendarLanguage): string | undefined {
  const isRow = hours.every((hour, index) => index === 0 || hour === (hours[index - 1] ?? 0) + 1)
  if (!isRow || hours.length < 2) return undefined
  const [first = 0, second] = minutes
  const numbers = minutes.map(twoDigits)
  if (second === undefined)
    return first === 0 ? language.every(1, 'hour') : language.times.everyHourAtMinute(twoDigits(first))
  const step = second - first
  const isEven = minutes.every((minute, index) => minute === first + index * step)
  if (isEven && first < step && step * minutes.length === 60)
    return step === 1 || first === 0
      ? language.every(step, 'minute')
      : language.times.everyMinutesAt(step, numbers)
  return language.times.everyHourAtMinutes(numbers)
}
