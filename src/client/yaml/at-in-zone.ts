/** `2026-12-18T12:00:00+03:00`: the same instant as people of the zone know it. */
export function atInZone(instant: string, zone: string): string {
  const ms = Date.parse(instant)
  const offsetMinutes = offsetMinutesAt(ms, zone)
  if (offsetMinutes === undefined) return instant
  const wall = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60]
  return `${wall}${offsetMinutes < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`
}

/** Undefined of a zone that is not known here, or whose clock differed by seconds then. */
function offsetMinutesAt(ms: number, zone: string): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    const text = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(text)
    if (match === null) return undefined
    const [, sign, hours = '0', minutes = '0'] = match
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
