import { Text } from '@mantine/core'
import { IconCircleCheckFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import type { RunView } from '../../../../src/store/views/runs.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { situationOf } from '../accounts/situation.js'
import { runLooks } from '../runs/run-state.js'
import styles from './overview.module.css'

/** What failed longer ago is not news. */
const newsMs = 3 * 86_400_000
const mostRuns = 6

/** What failed, and who must do what about it. */
export function Attention({
  runs,
  accounts,
  names,
  now,
}: {
  runs: readonly RunView[]
  accounts: readonly AccountView[]
  names: ReadonlyMap<string, string>
  now: Date
}) {
  const { text, format } = useSpoken()
  const { overview } = text
  const bad = accounts
    .map((account) => ({ account, situation: situationOf(account, text, format) }))
    .filter(({ situation }) => situation.tone === 'bad' || situation.action !== undefined)
  const failed = runs
    .filter(
      ({ state, scheduledAt }) =>
        ['partial', 'failed', 'missed'].includes(state) && now.getTime() - scheduledAt.getTime() < newsMs,
    )
    .slice(0, mostRuns)
  if (bad.length + failed.length === 0)
    return (
      <Panel>
        <div className={styles.line}>
          <StateMark tone="ok" icon={IconCircleCheckFilled}>
            {overview.allWell}
          </StateMark>
        </div>
      </Panel>
    )
  return (
    <Panel hasRows>
      {bad.map(({ account, situation }) => (
        <Link key={account.id} to="/accounts" className={styles.line}>
          <div className={styles.lineText}>
            <StateMark tone={situation.tone} icon={situation.icon}>
              {`${account.id}: ${situation.word}`}
            </StateMark>
            <Text size="sm" c="dimmed">
              {situation.advice}
            </Text>
          </div>
        </Link>
      ))}
      {failed.map((run) => {
        const name = names.get(run.key) ?? run.key
        return (
          <Link key={run.id} to="/runs/$id" params={{ id: run.id }} className={styles.line}>
            <div className={styles.lineText}>
              <StateMark {...runLooks[run.state]}>{text.runs.states[run.state]}</StateMark>
              <Text size="sm" c="dimmed" truncate>
                {run.state === 'missed' ? overview.runMissed(name) : overview.runFailed(name)}
              </Text>
            </div>
          </Link>
        )
      })}
    </Panel>
  )
}
