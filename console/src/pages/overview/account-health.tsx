import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { AccountView } from '../../../../src/store/views/accounts.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useSpoken } from '../../text/text.js'
import { situationOf } from '../accounts/situation.js'
import styles from './overview.module.css'

export function AccountHealth({ accounts }: { accounts: readonly AccountView[] }) {
  const { text, format } = useSpoken()
  if (accounts.length === 0)
    return (
      <Panel>
        <div className={styles.quiet}>
          {text.overview.noAccounts}{' '}
          <Anchor component={Link} to="/accounts" underline="always">
            {text.accounts.link}
          </Anchor>
        </div>
      </Panel>
    )
  return (
    <Panel hasRows>
      {accounts.map((account) => {
        const { tone, icon, word } = situationOf(account, text, format)
        return (
          <Link key={account.id} to="/accounts" className={styles.line}>
            <div className={styles.lineText}>
              <Text fw={550} truncate>
                {account.id}
              </Text>
              <Text size="sm" c="dimmed">
                {text.accounts.sentToday(format.number(account.sentLastDay))}{' '}
                {account.dailyCapNow !== null && text.accounts.ofCap(format.number(account.dailyCapNow))}
              </Text>
            </div>
            <StateMark tone={tone} icon={icon}>
              {word}
            </StateMark>
          </Link>
        )
      })}
    </Panel>
  )
}
