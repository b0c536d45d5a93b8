import { msToWall } from '../domain/calendar/local-time.js'
import { clockName, dateName } from '../domain/calendar/words/names.js'
import { fromNow } from '../domain/duration.js'

/** `in 3 min`, `2 h ago`, `now`: in one unit, rounded. */
export function relative(time: Date, now: Date): string {
  return fromNow(time.getTime() - now.getTime())
}

/** `2:05`, `1:02:05`: time left, for a line that changes each second. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** `Thu 26 Nov 08:00`, in the zone; with the year where it is another one. */
export function shortMoment(time: Date, { zone, now }: { zone: string; now: Date }): string {
  const wall = msToWall(time.getTime(), zone)
  const isThisYear = wall.year === msToWall(now.getTime(), zone).year
  const date = dateName(wall)
  return `${isThisYear ? date.replace(/ \d{4}$/, '') : date} ${clockName(wall)}`
}
