import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { RunView } from '../../../../src/store/views/runs.js'
import { StateMark } from '../../parts/state-mark.js'
import { When } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { runMark } from './run-state.js'
import styles from './runs.module.css'

export function RunRow({
  run,
  now,
  zone,
  name = run.key,
}: {
  run: RunView
  now: Date
  zone?: string
  /** What people know its reminder by. */
  name?: string | undefined
}) {
  const { text, say } = useSpoken()
  const inZone = zone === undefined ? {} : { zone }
  return (
    <Link to="/runs/$id" params={{ id: run.id }} className={styles.row} data-run={run.id}>
      <div className={styles.cell}>
        <Text fw={550} truncate>
          <bdi>{name}</bdi>
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {run.accountId}
          {run.reason !== null && ` · ${say(run.reason, run.said?.reason)}`}
        </Text>
      </div>
      <div className={styles.cell}>
        <Text size="sm" truncate>
          <When date={run.scheduledAt} {...inZone} />
        </Text>
        <Text size="sm" c="dimmed">
          <When date={run.scheduledAt} isRelativeTo={now} {...inZone} />
        </Text>
      </div>
      <StateMark {...runMark(run, text)} />
    </Link>
  )
}
