import type { Icon } from '@tabler/icons-react'
import styles from './state-mark.module.css'

/** How a state is meant: DESIGN.md has them. Each has an icon of its own beside its word: colour alone tells nothing. */
export type Tone = 'ok' | 'live' | 'wait' | 'bad' | 'quiet'

export function StateMark({
  tone,
  icon: IconOfState,
  children,
}: {
  tone: Tone
  icon: Icon
  children: string
}) {
  return (
    <span className={styles.mark} data-tone={tone}>
      <IconOfState size={15} stroke={2} aria-hidden className={styles.icon} />
      <span>{children}</span>
    </span>
  )
}
