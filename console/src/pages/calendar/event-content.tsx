import type { EventContentArg } from '@fullcalendar/core'
import { viewerZone } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import styles from './calendar.module.css'
import { lookOf } from './occurrence-look.js'
import type { Occurrence } from './use-occurrences.js'

/** One occurrence as a day shows it: what became of it, its time, its name, and its zone where that is another one. */
export function EventContent({ timeText, occurrence }: EventContentArg & { occurrence: Occurrence }) {
  const { text } = useSpoken()
  const { icon: LookIcon, tone, word, isPlain } = lookOf(occurrence, text)
  const { key, zone, state, title } = occurrence
  return (
    <span className={styles.event} data-occurrence={key} data-state={state}>
      {!isPlain && (
        <LookIcon size={13} role="img" aria-label={word} className={styles.mark} data-tone={tone} />
      )}
      <span className={styles.clock}>{timeText}</span>
      <bdi className={styles.name}>{title ?? text.reminders.image}</bdi>
      {zone !== viewerZone && <span className={styles.zone}>{zone}</span>}
    </span>
  )
}
