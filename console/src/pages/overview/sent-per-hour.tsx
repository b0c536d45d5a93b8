import { Button, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { load } from '../../parts/load.js'
import { Panel } from '../../parts/panel.js'
import { viewerZone } from '../../parts/when.js'
import { useSpoken } from '../../text/text.js'
import { HourChart, HourTable, type Hour } from './hours.js'
import styles from './overview.module.css'

// Who has one account has nothing to choose, and no fields on the first page.
const AccountOfHours = lazy(async () => ({
  default: (await load(() => import('./account-of-hours.js'))).AccountOfHours,
}))

/** Where nothing tells of what is sent, and so that an hour that has passed is over. */
const askEveryMs = 60_000
const everyAccount = ''

/** What was sent in each hour of the last 24: of all accounts, or of one. */
export function SentPerHour() {
  const { text, format } = useSpoken()
  const { overview } = text
  const [account, setAccount] = useState(everyAccount)
  const [isTable, setTable] = useState(false)
  const { data } = useQuery({
    queryKey: [...keys.sentPerHour, viewerZone],
    queryFn: () => api.runs.sentPerHour({ zone: viewerZone }),
    refetchInterval: askEveryMs,
  })
  if (data === undefined) return null
  const accounts = [...new Set(data.hours.flatMap((hour) => Object.keys(hour.accounts)))].toSorted()
  // The one that was chosen may have sent nothing lately, and is no choice then.
  const shown = accounts.includes(account) ? account : everyAccount
  const hours: Hour[] = data.hours.map(({ at, sent, accounts: of }) => ({
    at,
    sent: shown === everyAccount ? sent : (of[shown] ?? 0),
  }))
  const all = hours.reduce((sum, { sent }) => sum + sent, 0)
  const most = hours.reduce<Hour | undefined>(
    (top, hour) => (hour.sent > (top?.sent ?? 0) ? hour : top),
    undefined,
  )
  return (
    <section aria-label={overview.perHour} data-sent={all}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2}>{overview.perHour}</Title>
        <Group gap="xs">
          {accounts.length > 1 && (
            <Suspense>
              <AccountOfHours accounts={accounts} value={shown} all={everyAccount} onChange={setAccount} />
            </Suspense>
          )}
          {most && (
            <Button size="compact-xs" variant="subtle" onClick={() => setTable(!isTable)}>
              {isTable ? overview.asChart : overview.asTable}
            </Button>
          )}
        </Group>
      </Group>
      <Panel>
        {most === undefined ? (
          <div className={styles.quiet}>{overview.perHourEmpty}</div>
        ) : (
          <div className={styles.hours}>
            <Text size="sm" c="dimmed" mb="xs">
              {overview.perHourSum(format.number(all), format.number(most.sent), format.time(most.at))}
            </Text>
            {isTable ? <HourTable hours={hours} /> : <HourChart hours={hours} most={most.sent} />}
          </div>
        )}
      </Panel>
    </section>
  )
}
