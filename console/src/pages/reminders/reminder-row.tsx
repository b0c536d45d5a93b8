import { useRouter } from '@tanstack/react-router'
import { memo } from 'react'
import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import { isPlainClick } from '../../parts/rows/is-plain-click.js'
import { StateMark } from '../../parts/state-mark.js'
import { When } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { reminderLooks } from './reminder-state.js'
import styles from './reminders.module.css'
import { audienceWords, firstWords } from './summary.js'

/** Plain elements, the link too: a screen of these is made within a frame while somebody scrolls. */
export const ReminderRow = memo(function ReminderRow({
  reminder: { key, accountId, state, nextFire, definition, snoozedFrom, words: apiWords },
  now,
}: {
  reminder: ReminderSummary
  now: Date
}) {
  const { text, format, sayWhen } = useSpoken()
  const router = useRouter()
  const { zone } = definition.schedule
  const words = sayWhen(definition.schedule, apiWords)
  return (
    <a
      href={`/reminders/${encodeURIComponent(key)}`}
      className={styles.row}
      data-reminder={key}
      onClick={(event) => {
        if (!isPlainClick(event)) return
        event.preventDefault()
        void router.navigate({ to: '/reminders/$key', params: { key } })
      }}
    >
      <span className={styles.what}>
        <bdi className={styles.name}>{firstWords(definition, text)}</bdi>
        <span className={styles.more} title={words}>
          {key} · {words}
        </span>
      </span>
      <span className={styles.to}>
        <span className={styles.fact}>{audienceWords(definition, text, format)}</span>
        <span className={styles.more}>{accountId}</span>
      </span>
      <span className={styles.next}>
        {nextFire === null ? (
          <span className={styles.more}>{text.reminders.nothingToCome}</span>
        ) : (
          <>
            <span className={styles.fact}>
              <When date={nextFire} zone={zone} />
            </span>
            <span className={styles.more}>
              <When date={nextFire} zone={zone} isRelativeTo={now} />
              {snoozedFrom !== null && ` · ${text.reminders.snoozed}`}
            </span>
          </>
        )}
      </span>
      <span className={styles.state}>
        <StateMark {...reminderLooks[state]}>{text.reminders.states[state]}</StateMark>
      </span>
    </a>
  )
})
