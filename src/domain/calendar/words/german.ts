import { weekdays, type Weekday } from '../rules/rrule-parts.js'
import type { Wall } from '../local-time.js'
import type { CalendarLanguage, Unit } from './language.js'
import { clockName, rows } from './names.js'

const dayNames = ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag', 'Sonntag']
const monthNames = [
  'Januar',
  'Februar',
  'März',
  'April',
  'Mai',
  'Juni',
  'Juli',
  'August',
  'September',
  'Oktober',
  'November',
  'Dezember',
]
const units: Record<Unit, { one: string; many: string; every: string; of: string }> = {
  year: { one: 'Jahr', many: 'Jahre', every: 'jedes Jahr', of: 'des Jahres' },
  month: { one: 'Monat', many: 'Monate', every: 'jeden Monat', of: 'des Monats' },
  week: { one: 'Woche', many: 'Wochen', every: 'jede Woche', of: 'der Woche' },
  day: { one: 'Tag', many: 'Tage', every: 'jeden Tag', of: 'des Tages' },
  hour: { one: 'Stunde', many: 'Stunden', every: 'jede Stunde', of: 'der Stunde' },
  minute: { one: 'Minute', many: 'Minuten', every: 'jede Minute', of: 'der Minute' },
}
const fromEnd = ['letzten', 'vorletzten', 'drittletzten', 'viertletzten', 'fünftletzten']
const smallOrdinals = ['ersten', 'zweiten', 'dritten', 'vierten', 'fünften']

function listed(words: readonly string[], conjunction: 'und' | 'oder' = 'und'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

const dayName = (day: Weekday): string => dayNames[weekdays.indexOf(day)] ?? day
const monthName = (month: number): string => monthNames[month - 1] ?? String(month)
const date = (wall: Wall): string =>
  `${(dayNames[wall.dayOfWeek - 1] ?? '').slice(0, 2)}, ${wall.day}. ${monthName(wall.month)} ${wall.year}`
const moment = (wall: Wall): string => `${date(wall)} um ${clockName(wall)}`

/** As it stands behind `am`: `ersten`, `22.`, `letzten`, `sechstletzten`. */
function position(nth: number): string {
  if (nth > 0) return smallOrdinals[nth - 1] ?? `${nth}.`
  return fromEnd[-nth - 1] ?? `${-nth}.-letzten`
}

/** `1. und 15.`, `2. bis 8.`, `1., vorletzten und letzten Tag` */
function dayNumbers(days: readonly number[]): string {
  const words = rows(days.filter((day) => day > 0)).flatMap(([first, last]) =>
    last - first > 1 ? [`${first}. bis ${last}.`] : [...new Set([first, last])].map((day) => `${day}.`),
  )
  const last = days.filter((day) => day < 0).map(position)
  return `${listed([...words, ...last])}${last.length > 0 ? ' Tag' : ''}`
}

const every = (interval: number, unit: Unit): string =>
  interval === 1 ? units[unit].every : `alle ${interval} ${units[unit].many}`
const inMonths = (months: readonly number[]): string => `im ${listed(months.map(monthName))}`
const ofMonths = (months: readonly number[] | undefined): string =>
  months === undefined ? 'jedes Monats' : inMonths(months)
const numberedDay = (nth: number, day: Weekday): string => `${position(nth)} ${dayName(day)}`
const minutes = (numbers: readonly string[]): string =>
  `Minute${numbers.length === 1 ? '' : 'n'} ${listed(numbers)}`
const moments = (some: readonly Wall[] | number): string =>
  typeof some === 'number' ? `an ${some} weiteren Terminen` : `am ${listed(some.map(moment))}`

export const german: CalendarLanguage = {
  and: (words) => listed(words),
  or: (words) => listed(words, 'oder'),
  also: 'und außerdem',
  never: 'nie',
  day: dayName,
  date,
  moment,
  every,
  everyWeekday: 'jeden Werktag (Montag bis Freitag)',
  everyOf: (days) => `jeden ${listed(days.map(dayName))}`,
  onDays: (days) => `am ${listed(days.map(dayName))}`,
  weeksFrom: (day) => ` (Wochen beginnen am ${dayName(day)})`,
  inMonths: (months) => ` ${inMonths(months)}`,
  onDaysOf: (days, months) => `am ${dayNumbers(days)} ${ofMonths(months)}`,
  everyMonthsOnDays: (interval, days) => `alle ${interval} Monate am ${dayNumbers(days)}`,
  onOf: (phrase, months) => `am ${phrase} ${ofMonths(months)}`,
  everyMonthsOn: (interval, phrase) => `alle ${interval} Monate am ${phrase}`,
  positions: (positions) => listed(positions.map(position)),
  numberedDay,
  anyDay: 'Tag',
  anyWeekday: 'Werktag (Montag bis Freitag)',
  everyYearOn: (interval, phrase, months) =>
    `${every(interval, 'year')} am ${phrase} ${months === undefined ? 'des Jahres' : inMonths(months)}`,
  everyYearOnDates: (interval, dates) =>
    `${every(interval, 'year')} am ${listed(dates.map(({ day, month }) => `${day}. ${monthName(month)}`))}`,
  whereThatDay: ' (wo der Monat diesen Tag hat)',
  whereOne: ' (wo der Monat einen hat)',
  ifDayIs: (days) => ` (wenn es ein ${listed(days.map(dayName), 'oder')} ist)`,
  leapYears: { alone: ' (nur in Schaltjahren)', among: ' (29. Februar nur in Schaltjahren)' },
  clauses: {
    fromMidnight: 'gezählt von Mitternacht',
    from: (wall) => `gezählt von ${moment(wall)}`,
    months: inMonths,
    weeksOfYear: (weeks) => `in der ${listed(weeks.map(position))} Woche des Jahres`,
    daysOfYear: (days) => `am ${dayNumbers(days)} des Jahres`,
    daysOfMonth: (days) => `am ${dayNumbers(days)} des Monats`,
    days: (plain, numbered, within) => {
      const words = plain.length > 0 ? [`am ${listed(plain.map(dayName))}`] : []
      if (numbered.length > 0)
        words.push(`am ${listed(numbered.map(({ nth, day }) => numberedDay(nth, day)))} ${units[within].of}`)
      return words.join(' und ')
    },
    onlyThese: (positions, unit) =>
      `davon nur den ${listed(positions.map(position))} Termin ${units[unit].of}`,
    weeksFrom: (day) => `mit Wochen, die am ${dayName(day)} beginnen`,
    hours: (hours) => `in ${hours.length === 1 ? 'der Stunde' : 'den Stunden'} ${listed(hours)}`,
    atMinutes: (numbers) => `zu ${minutes(numbers)}`,
    atSecond: (second) => `in Sekunde ${second}`,
  },
  times: {
    at: (clocks) => `um ${listed(clocks)}`,
    span: (from, to) => ` von ${from} bis ${to}`,
    minutesOfHours: (numbers, hours) => `zu ${minutes(numbers)} der Stunden ${listed(hours)}`,
    everyHourAtMinute: (minute) => `jede Stunde zu Minute ${minute}`,
    everyHourAtMinutes: (numbers) => `jede Stunde zu ${minutes(numbers)}`,
    everyMinutesAt: (interval, numbers) => `alle ${interval} Minuten (${minutes(numbers)})`,
  },
  once: (wall) => `einmal am ${moment(wall)}`,
  alsoOn: (some) => `und außerdem ${moments(some)}`,
  exceptOn: (some) => `außer ${moments(some)}`,
  until: (end) => `bis ${'date' in end ? date(end.date) : moment(end.moment)}`,
  timesInAll: (count) => (count === 1 ? 'nur einmal' : `insgesamt ${count}-mal`),
  step: {
    at: 'genau dann',
    onTheDay: (clock) => `am Tag selbst um ${clock}`,
    away: (amounts, isBefore, clock) => {
      const distance = listed(
        amounts.map(([amount, unit]) => `${amount} ${amount === 1 ? units[unit].one : units[unit].many}`),
      )
      return `${distance} ${isBefore ? 'vorher' : 'danach'}${clock === undefined ? '' : ` um ${clock}`}`
    },
    all: (steps, anchor) => `${listed(steps)}, gezählt von ${moment(anchor)}`,
  },
}
