import { IconCircleCheckFilled } from '@tabler/icons-react'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import type { RunView } from '../../../../src/store/views/runs.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { situationOf } from '../accounts/situation.js'
import { wasStopped } from '../runs/stopped.js'
import { AccountTrouble } from './account-trouble.js'
import styles from './overview.module.css'
import { RunTrouble } from './run-trouble.js'

/** What failed longer ago is not news. */
const newsMs = 3 * 86_400_000
const mostRuns = 6

/** What failed, what to do about it, and the button that does it. */
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
  const bad = accounts
    .map((account) => ({ account, situation: situationOf(account, text, format) }))
    .filter(({ situation }) => situation.tone === 'bad' || situation.action !== undefined)
  const failed = runs
    .filter(
      (run) =>
        ['partial', 'failed', 'missed'].includes(run.state) &&
        !wasStopped(run) &&
        now.getTime() - run.scheduledAt.getTime() < newsMs,
    )
    .slice(0, mostRuns)
  if (bad.length + failed.length === 0)
    return (
      <Panel>
        <div className={styles.line}>
          <StateMark tone="ok" icon={IconCircleCheckFilled}>
            {text.overview.allWell}
          </StateMark>
        </div>
      </Panel>
    )
  return (
    <Panel hasRows>
      {bad.map(({ account, situation }) => (
        <AccountTrouble key={account.id} account={account} situation={situation} />
      ))}
      {failed.map((run) => (
        <RunTrouble key={run.id} run={run} name={names.get(run.key) ?? run.key} />
      ))}
    </Panel>
  )
}
