import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { Anchor, Button, SegmentedControl, Text } from '@mantine/core'
import { IconFilterOff, IconSend } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { ShowMore } from '../../parts/show-more.js'
import { useNow } from '../../parts/use-now.js'
import { useText } from '../../text/text.js'
import { useReminderNames } from '../reminders/use-names.js'
import { readRunFilters, runFilters, runStatesOf, type RunFilters } from './run-filters.js'
import { RunRow } from './run-row.js'
import styles from './runs.module.css'

const pageSize = 100

export function RunsPage() {
  const { runs, common } = useText()
  const now = useNow()
  const filters = useSearch({ from: '/runs', select: readRunFilters, structuralSharing: true })
  const { show = 'all', reminder } = filters
  const states = runStatesOf[show]
  const navigate = useNavigate()
  const filter = (search: RunFilters): void =>
    void navigate({ to: '/runs', search: readRunFilters(search), replace: true, resetScroll: false })
  const isFiltered = Object.keys(filters).length > 0
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.runList(filters),
    queryFn: ({ pageParam }) =>
      api.runs.list({
        limit: pageSize,
        ...(states && { states }),
        ...(reminder !== undefined && { key: reminder }),
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const found = data?.pages.flatMap(({ items }) => items)
  const names = useReminderNames([
    ...(reminder === undefined ? [] : [reminder]),
    ...(found ?? []).map(({ key }) => key),
  ])
  return (
    <Page title={runs.title} lead={runs.lead}>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={common.state}
          value={show}
          onChange={(show) => filter({ ...filters, show })}
          data={runFilters.map((value) => ({ value, label: runs.filters[value] }))}
        />
        {reminder !== undefined && (
          <Text className={styles.only ?? ''}>
            {runs.onlyOf(names.get(reminder) ?? reminder)}{' '}
            <Anchor component="button" inherit underline="always" onClick={() => filter({ show })}>
              {runs.ofAllReminders}
            </Anchor>
          </Text>
        )}
      </div>
      {error !== null && found === undefined && <FailurePanel error={error} onRetry={() => void refetch()} />}
      {found === undefined && error === null && <LoadingRows count={6} />}
      {found?.length === 0 &&
        (isFiltered ? (
          <Empty
            icon={IconFilterOff}
            title={runs.nothingFound}
            help={runs.nothingFoundHelp}
            action={
              <Button component={Link} to="/runs" variant="default">
                {runs.showAll}
              </Button>
            }
          />
        ) : (
          <Empty icon={IconSend} title={runs.empty} help={runs.emptyHelp} />
        ))}
      {found !== undefined && found.length > 0 && (
        <Panel hasRows>
          {found.map((run) => (
            <RunRow key={run.id} run={run} now={now} name={names.get(run.key)} />
          ))}
        </Panel>
      )}
      <ShowMore {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
    </Page>
  )
}
