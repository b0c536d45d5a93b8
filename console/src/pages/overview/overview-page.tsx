import { Button, Stack, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link, Navigate } from '@tanstack/react-router'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { LoadingRows } from '../../parts/panel.js'
import { useNow } from '../../parts/use-now.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { useAccounts } from '../accounts/use-accounts.js'
import { useReminderNames } from '../reminders/use-names.js'
import { AccountHealth } from './account-health.js'
import { Attention } from './attention.js'
import styles from './overview.module.css'
import { SentPerHour } from './sent-per-hour.js'
import { Timeline } from './timeline.js'
import { UnderWay } from './under-way.js'
import { useToday } from './use-today.js'

/** The day at a look: what wants somebody, what is being sent, what was and what is to come. */
export function OverviewPage() {
  const { text, format } = useSpoken()
  const { overview } = text
  const now = useNow(30_000)
  const may = useMay()
  const { data: accounts, error: accountsError, refetch: refetchAccounts } = useAccounts()
  const { runs, underWay, next, error: todayError, refetch: refetchToday } = useToday()
  const names = useReminderNames([...(runs ?? []), ...(underWay ?? [])].map(({ key }) => key))

  // Nothing is here yet: one is led by the hand.
  if (may.own && accounts?.length === 0 && next?.length === 0) return <Navigate to="/start" replace />
  // What is not known to be well is not called so.
  const isLoaded =
    runs !== undefined && underWay !== undefined && next !== undefined && accounts !== undefined
  const error = todayError ?? accountsError
  const refetch = () => Promise.all([refetchToday(), refetchAccounts()])
  return (
    <Page
      title={overview.title}
      lead={format.day(now)}
      actions={
        may.edit && (
          <Button component={Link} to="/reminders/new" leftSection={<IconPlus size={16} aria-hidden />}>
            {text.shell.newReminder}
          </Button>
        )
      }
    >
      {error !== null && !isLoaded && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {error === null && !isLoaded && <LoadingRows />}
      {isLoaded && (
        <div className={styles.columns}>
          <Stack gap="xl">
            {underWay.length > 0 && (
              <section>
                <Title order={2} mb="xs">
                  {overview.underWay}
                </Title>
                <UnderWay runs={underWay} names={names} />
              </section>
            )}
            <section>
              <Title order={2} mb="xs">
                {overview.today}
              </Title>
              <Timeline runs={runs} next={next} names={names} now={now} />
            </section>
            <SentPerHour />
          </Stack>
          <Stack gap="xl">
            <section>
              <Title order={2} mb="xs">
                {overview.attention}
              </Title>
              <Attention runs={runs} accounts={accounts} names={names} now={now} />
            </section>
            <section>
              <Title order={2} mb="xs">
                {overview.accounts}
              </Title>
              <AccountHealth accounts={accounts} />
            </section>
          </Stack>
        </div>
      )}
    </Page>
  )
}
