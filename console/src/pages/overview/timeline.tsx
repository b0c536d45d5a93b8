import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import type { RunView } from '../../../../src/store/views/runs.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { reminderLooks } from '../reminders/reminder-state.js'
import { audienceWords, firstWords } from '../reminders/summary.js'
import { runMark } from '../runs/run-state.js'
import styles from './overview.module.css'
import { isSameDay } from './use-today.js'

type Event = { at: Date; id: string; element: ReactNode }

/** What was due today and what became of it, and what is still to come. */
export function Timeline({
  runs,
  next,
  names,
  now,
}: {
  runs: readonly RunView[]
  next: readonly ReminderSummary[]
  names: ReadonlyMap<string, string>
  now: Date
}) {
  const { text, format } = useSpoken()
  const { overview } = text
  const past = runs
    .filter(({ scheduledAt }) => isSameDay(scheduledAt, now))
    .map((run): Event => ({
      at: run.scheduledAt,
      id: run.id,
      element: (
        <Link to="/runs/$id" params={{ id: run.id }} className={styles.event}>
          <span className={styles.clock}>{format.time(run.scheduledAt)}</span>
          <Text truncate>
            <bdi>{names.get(run.key) ?? run.key}</bdi>
          </Text>
          <StateMark {...runMark(run, text)} />
        </Link>
      ),
    }))
  const coming = next.flatMap((reminder): (Event & { at: Date })[] => {
    const { nextFire, key, definition, state } = reminder
    if (nextFire === null || nextFire < now) return []
    const element = (
      <Link to="/reminders/$key" params={{ key }} className={styles.event}>
        <span className={styles.clock}>{format.time(nextFire)}</span>
        <Text truncate>
          <bdi>{firstWords(definition, text)}</bdi>{' '}
          <Text span c="dimmed" size="sm">
            · {audienceWords(definition, text, format)}
          </Text>
        </Text>
        <StateMark {...reminderLooks[state]}>{text.reminders.states[state]}</StateMark>
      </Link>
    )
    return [{ at: nextFire, id: key, element }]
  })
  const today = coming.filter(({ at }) => isSameDay(at, now))
  const byTime = (a: Event, b: Event): number => a.at.getTime() - b.at.getTime()
  const [later] = coming.filter(({ at }) => !isSameDay(at, now)).toSorted(byTime)

  return (
    <Panel hasRows>
      {past.length + today.length === 0 && <div className={styles.quiet}>{overview.todayEmpty}</div>}
      {past.toSorted(byTime).map(({ id, element }) => (
        <div key={id}>{element}</div>
      ))}
      {past.length > 0 && today.length > 0 && (
        <div className={styles.now}>
          {format.time(now)} {overview.nowLine}
        </div>
      )}
      {today.toSorted(byTime).map(({ id, element }) => (
        <div key={id}>{element}</div>
      ))}
      {later && (
        <div>
          <Text size="sm" c="dimmed" px={20} pt={10}>
            {overview.nextOn(format.day(later.at))}
          </Text>
          {later.element}
        </div>
      )}
    </Panel>
  )
}
