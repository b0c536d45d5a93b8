import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useNow } from '../../parts/use-now.js'
import { When } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { reminderLooks } from './reminder-state.js'
import styles from './reminders.module.css'
import { audienceWords, firstWords } from './summary.js'

const rowPx = 66
/** Some screens. */
const nearRows = 40

/** Only what is on the screen is in the page, however many there are. */
export function ReminderList({
  reminders,
  onNearEnd,
}: {
  reminders: readonly ReminderSummary[]
  /** The last of them are about to be seen. */
  onNearEnd: () => void
}) {
  const { text } = useSpoken()
  const now = useNow()
  const list = useRef<HTMLDivElement>(null)
  const rows = useWindowVirtualizer({
    count: reminders.length,
    estimateSize: () => rowPx,
    overscan: 10,
    scrollMargin: list.current?.offsetTop ?? 0,
  })
  const items = rows.getVirtualItems()
  const isNearEnd = (items.at(-1)?.index ?? 0) >= reminders.length - nearRows
  useEffect(() => {
    if (isNearEnd) onNearEnd()
  }, [isNearEnd, reminders.length])
  return (
    <Panel>
      <div
        ref={list}
        role="list"
        aria-label={text.reminders.title}
        className={styles.list}
        style={{ height: rows.getTotalSize() }}
      >
        {items.map(({ index, start, key }) => {
          const reminder = reminders[index]
          return (
            reminder && (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                role="listitem"
                className={styles.slot}
                style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
              >
                <ReminderRow reminder={reminder} now={now} />
              </div>
            )
          )
        })}
      </div>
    </Panel>
  )
}

function ReminderRow({ reminder, now }: { reminder: ReminderSummary; now: Date }) {
  const { text, format } = useSpoken()
  const { key, accountId, state, nextFire, definition, snoozedFrom } = reminder
  const { zone } = definition.schedule
  const words = text.schedule.words(definition.schedule, reminder.words)
  return (
    <Link to="/reminders/$key" params={{ key }} className={styles.row} data-reminder={key}>
      <div className={styles.what}>
        <Text fw={550} truncate>
          <bdi>{firstWords(definition, text)}</bdi>
        </Text>
        <Text size="sm" c="dimmed" truncate title={words}>
          {key} · {words}
        </Text>
      </div>
      <div className={styles.to}>
        <Text size="sm" truncate>
          {audienceWords(definition, text, format)}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {accountId}
        </Text>
      </div>
      <div className={styles.next}>
        {nextFire === null ? (
          <Text size="sm" c="dimmed">
            {text.reminders.nothingToCome}
          </Text>
        ) : (
          <>
            <Text size="sm" truncate>
              <When date={nextFire} zone={zone} />
            </Text>
            <Text size="sm" c="dimmed" truncate>
              <When date={nextFire} zone={zone} isRelativeTo={now} />
              {snoozedFrom !== null && ` · ${text.reminders.snoozed}`}
            </Text>
          </>
        )}
      </div>
      <div className={styles.state}>
        <StateMark {...reminderLooks[state]}>{text.reminders.states[state]}</StateMark>
      </div>
    </Link>
  )
}
