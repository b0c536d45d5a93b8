import { momentIn, viewerZone } from '../text/format.js'
import { useFormat } from '../text/text.js'

export { momentIn, viewerZone }

/** A moment, with the zone that it is told in where that is not the viewer's. */
export function When({ date, zone, isRelativeTo }: { date: Date; zone?: string; isRelativeTo?: Date }) {
  const format = useFormat()
  const exact = momentIn(format, date, zone)
  return (
    <time dateTime={date.toISOString()} title={exact}>
      {isRelativeTo === undefined ? exact : format.relative(date, isRelativeTo, zone)}
    </time>
  )
}
