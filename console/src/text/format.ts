/** Times and numbers as the viewer's locale writes them. */
export type Format = ReturnType<typeof createFormat>

export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How the time of day is written: as the locale does it, or always by 24 or by 12 hours. */
export const clocks = ['auto', 'h23', 'h12'] as const
export type Clock = (typeof clocks)[number]

export function createFormat(locale: string, clock: Clock = 'auto') {
  const number = new Intl.NumberFormat(locale)
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const relativeMonths = new Intl.RelativeTimeFormat(locale)
  const list = new Intl.ListFormat(locale)
  const formats = new Map<string, Intl.DateTimeFormat>()

  function dateFormat(wanted: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const options = clock === 'auto' ? wanted : { ...wanted, hourCycle: clock }
    const id = JSON.stringify(options)
    const known = formats.get(id) ?? new Intl.DateTimeFormat(locale, options)
    formats.set(id, known)
    return known
  }

  const unit = (name: string, value: number): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(value)

  const long = (name: string, value: number) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).formatToParts(value)

  return {
    locale,
    /** `3 days` */
    amount: (name: 'week' | 'day' | 'hour' | 'minute', value: number) =>
      long(name, value)
        .map((part) => part.value)
        .join(''),
    /** `days`, as it stands beside that number. */
    unit: (name: 'week' | 'day' | 'hour' | 'minute', value: number) =>
      long(name, value).find(({ type }) => type === 'unit')?.value ?? name,
    number: (value: number) => number.format(value),
    /** Of a share from 0 to 1: `40%`. */
    percent: (share: number) => percent.format(share),
    list: (texts: readonly string[]) => list.format(texts),
    /** `Mon, 30 Nov, 08:00`; with the year where it is another one. In the zone, or in that of the viewer. */
    moment(date: Date, zone?: string, now = new Date()): string {
      const inZone = zone === undefined ? {} : { timeZone: zone }
      const year = dateFormat({ year: 'numeric', ...inZone })
      return dateFormat({
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        ...(year.format(date) !== year.format(now) && { year: 'numeric' }),
        hour: '2-digit',
        minute: '2-digit',
        ...inZone,
      }).format(date)
    },
    /** A wall time as `moment` writes it; the zone is named where it is not the viewer's. */
    wall({ local, zone }: { local: string; zone: string }, inZone: (zone: string) => string): string {
      const written = dateFormat({
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZone: 'UTC',
      }).format(new Date(`${local}Z`))
      return zone === viewerZone ? written : `${written} (${inZone(zone)})`
    },
    day: (date: Date, zone?: string) =>
      dateFormat({
        weekday: 'long',
        day: 'numeric',
        month: 'long',
        ...(zone !== undefined && { timeZone: zone }),
      }).format(date),
    time: (date: Date, zone?: string) =>
      dateFormat({
        hour: '2-digit',
        minute: '2-digit',
        ...(zone !== undefined && { timeZone: zone }),
      }).format(date),
    /** `in 3 hours`, `yesterday`: by the days of the zone, or of the viewer's. */
    relative(date: Date, now: Date, zone = viewerZone): string {
      const ms = date.getTime() - now.getTime()
      const size = Math.abs(ms)
      if (size < minuteMs) return relative.format(Math.round(ms / 1_000), 'second')
      if (size < hourMs) return relative.format(Math.round(ms / minuteMs), 'minute')
      const days = dayIn(date, zone) - dayIn(now, zone)
      // A day on which the clocks go back has 25 hours.
      if (size < dayMs || days === 0) return relative.format(Math.round(ms / hourMs), 'hour')
      if (size < 45 * dayMs) return relative.format(days, 'day')
      // They are about so many: "last month" is one of the calendar.
      return relativeMonths.format(Math.round(ms / (30.4 * dayMs)), 'month')
    },
    /** `1h 5m`, `12s`: in two units at most. */
    duration(ms: number): string {
      const seconds = Math.max(0, Math.round(ms / 1_000))
      const [days, hours, minutes] = [
        Math.floor(seconds / 86_400),
        Math.floor(seconds / 3_600) % 24,
        Math.floor(seconds / 60) % 60,
      ]
      if (days > 0) return [unit('day', days), ...(hours > 0 ? [unit('hour', hours)] : [])].join(' ')
      if (hours > 0) return [unit('hour', hours), ...(minutes > 0 ? [unit('minute', minutes)] : [])].join(' ')
      if (minutes > 0)
        return [unit('minute', minutes), ...(seconds % 60 > 0 ? [unit('second', seconds % 60)] : [])].join(
          ' ',
        )
      return unit('second', seconds)
    },
  }
}

const dates = new Map<string, Intl.DateTimeFormat>()

/** The day that the calendar of the zone has then, as a number: from one to the next it is one more. */
function dayIn(date: Date, zone: string): number {
  const format = dates.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone })
  dates.set(zone, format)
  return Date.parse(format.format(date)) / dayMs
}

/** A moment as the clock of its zone has it, which is named where it is not the viewer's. */
export function momentIn(format: Format, date: Date, zone?: string): string {
  const isElsewhere = zone !== undefined && zone !== viewerZone
  return `${format.moment(date, zone)}${isElsewhere ? ` (${zone})` : ''}`
}
