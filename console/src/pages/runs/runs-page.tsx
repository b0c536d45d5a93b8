import '@mantine/core/styles/FloatingIndicator.layer.css'
import '@mantine/core/styles/SegmentedControl.layer.css'
import { Anchor, Button, SegmentedControl, Text } from '@mantine/core'
import { IconFilterOff, IconSend } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { RunState } from '../../../../src/domain/states.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows, Panel } from '../../parts/panel.js'
import { ShowMore } from '../../parts/show-more.js'
import { useInUrl, useTextInUrl } from '../../parts/use-in-url.js'
import { useNow } from '../../parts/use-now.js'
import { useText } from '../../text/text.js'
import { useReminderNames } from '../reminders/use-names.js'
import { RunRow } from './run-row.js'
import styles from './runs.module.css'

const filters = ['all', 'underWay', 'failed', 'over'] as const
type Filter = (typeof filters)[number]

const statesOf: Record<Filter, readonly RunState[] | undefined> = {
  all: undefined,
  underWay: ['preparing', 'waiting', 'running', 'paused'],
  failed: ['partial', 'failed', 'missed'],
  over: ['completed', 'partial', 'failed', 'canceled', 'missed', 'skipped'],
}
const pageSize = 100

export function RunsPage() {
  const { runs, common } = useText()
  const now = useNow()
  const [filter, setFilter] = useInUrl('show', filters, 'all')
  const states = statesOf[filter]
  const [reminder, setReminder] = useTextInUrl('reminder')
  const isFiltered = filter !== 'all' || reminder !== ''
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.runList({ filter, reminder }),
    queryFn: ({ pageParam }) =>
      api.runs.list({
        limit: pageSize,
        ...(states && { states }),
        ...(reminder !== '' && { key: reminder }),
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const found = data?.pages.flatMap(({ items }) => items)
  const names = useReminderNames([
    ...(reminder === '' ? [] : [reminder]),
    ...(found ?? []).map(({ key }) => key),
  ])
  return (
    <Page title={runs.title} lead={runs.lead}>
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={common.state}
          value={filter}
          onChange={setFilter}
          data={filters.map((value) => ({ value, label: runs.filters[value] }))}
        />
        {reminder !== '' && (
          <Text className={styles.only ?? ''}>
            {runs.onlyOf(names.get(reminder) ?? reminder)}{' '}
            <Anchor component="button" inherit underline="always" onClick={() => setReminder('')}>
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
