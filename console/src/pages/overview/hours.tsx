import { useSpoken } from '../../text/text.js'
import table from '../../parts/table.module.css'
import styles from './overview.module.css'

export type Hour = { at: Date; sent: number }

/** Every so many hours one is named below its bar. */
const namedEvery = 4
/** A bar that is there is seen, however few they were. */
const leastPercent = 4

/** A bar for each hour with its number above it; read aloud it is a list of those in which something was sent. */
export function HourChart({ hours, most }: { hours: readonly Hour[]; most: number }) {
  const { text, format } = useSpoken()
  const { overview } = text
  return (
    <ol className={styles.chart} aria-label={overview.perHour}>
      {hours.map(({ at, sent }, index) => (
        <li key={at.getTime()} className={styles.hour} aria-hidden={sent === 0 || undefined}>
          {sent > 0 && (
            <>
              <span className={styles.figure} aria-hidden>
                {format.number(sent)}
              </span>
              <span
                className={styles.column}
                style={{ height: `${Math.max(leastPercent, (100 * sent) / most)}%` }}
                data-last={index === hours.length - 1 || undefined}
                role="img"
                aria-label={`${format.time(at)}: ${overview.messages(sent, format.number(sent))}`}
              />
            </>
          )}
          {(hours.length - 1 - index) % namedEvery === 0 && (
            <span className={styles.hourName} aria-hidden>
              {format.time(at)}
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}

export function HourTable({ hours }: { hours: readonly Hour[] }) {
  const { text, format } = useSpoken()
  const { overview } = text
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col">{overview.hour}</th>
          <th scope="col">{overview.sent}</th>
        </tr>
      </thead>
      <tbody>
        {hours.map(({ at, sent }) => (
          <tr key={at.getTime()}>
            <td>{format.moment(at)}</td>
            <td>{format.number(sent)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
