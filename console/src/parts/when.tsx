import { viewerZone } from '../text/format.js'
import { useFormat } from '../text/text.js'

export { viewerZone }

/** A moment, with the zone that it is told in where that is not the viewer's. */
export function When({ date, zone, isRelativeTo }: { date: Date; zone?: string; isRelativeTo?: Date }) {
  const format = useFormat()
  const isElsewhere = zone !== undefined && zone !== viewerZone
  const exact = `${format.moment(date, zone)}${isElsewhere ? ` (${zone})` : ''}`
  return (
    <time dateTime={date.toISOString()} title={exact}>
      {isRelativeTo === undefined ? exact : format.relative(date, isRelativeTo)}
    </time>
  )
}
