import { Button, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconArrowsTransferUpDown, IconBell, IconFilterOff, IconPlus, IconSearch } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Page } from '../../parts/page.js'
import { Empty, LoadingRows } from '../../parts/panel.js'
import { useInUrl, useTextInUrl } from '../../parts/use-in-url.js'
import { useTyped } from '../../parts/use-typed.js'
import { useMay } from '../../shell/use-session.js'
import { useSpoken } from '../../text/text.js'
import { ReminderList } from './reminder-list.js'
import styles from './reminders.module.css'
import { firstWords } from './summary.js'
import { filters, useReminders } from './use-reminders.js'

export function RemindersPage() {
  const { text, format } = useSpoken()
  const { reminders } = text
  const [filter, setFilter] = useInUrl('show', filters, 'all')
  const [search, setSearch] = useTextInUrl('search')
  const [typed, setTyped] = useTyped(search, setSearch)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useReminders({
    filter,
    account: undefined,
  })

  const loaded = useMemo(() => data?.pages.flatMap(({ items }) => items), [data])
  const found = useMemo(
    () => loaded?.filter((one) => isFound(one, search, (definition) => firstWords(definition, text))),
    [loaded, search, text],
  )
  const may = useMay()
  const newButton = may.edit && (
    <Button component={Link} to="/reminders/new" leftSection={<IconPlus size={16} aria-hidden />}>
      {text.shell.newReminder}
    </Button>
  )
  const filesButton = (
    <Button
      component={Link}
      to="/import-export"
      variant="default"
      leftSection={<IconArrowsTransferUpDown size={16} aria-hidden />}
    >
      {text.importExport.open}
    </Button>
  )
  const isEmpty = loaded?.length === 0 && filter === 'all' && search === ''

  return (
    <Page
      title={reminders.title}
      lead={reminders.lead}
      actions={
        <>
          {filesButton}
          {!isEmpty && newButton}
        </>
      }
    >
      {isEmpty ? (
        <Empty icon={IconBell} title={reminders.empty} help={reminders.emptyHelp} action={newButton} />
      ) : (
        <>
          <div className={styles.tools} role="search">
            <SegmentedControl
              aria-label={text.common.state}
              value={filter}
              onChange={setFilter}
              data={filters.map((value) => ({ value, label: reminders.filters[value] }))}
            />
            <TextInput
              type="search"
              aria-label={text.common.search}
              placeholder={reminders.searchPlaceholder}
              leftSection={<IconSearch size={15} aria-hidden />}
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
              className={styles.search}
            />
          </div>
          {error !== null && loaded === undefined && (
            <FailurePanel error={error} onRetry={() => void refetch()} />
          )}
          {found === undefined && error === null && <LoadingRows count={6} />}
          {found?.length === 0 && (
            <Empty
              icon={IconFilterOff}
              title={reminders.nothingFound}
              help={reminders.nothingFoundHelp}
              action={
                <Button
                  variant="default"
                  onClick={() => {
                    setTyped('')
                    setFilter('all')
                  }}
                >
                  {reminders.clear}
                </Button>
              }
            />
          )}
          {found !== undefined && found.length > 0 && (
            <ReminderList
              reminders={found}
              onNearEnd={() => {
                if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
              }}
            />
          )}
          {loaded !== undefined && (hasNextPage || search !== '') && (
            <div className={styles.foot}>
              <Text size="sm" c="dimmed">
                {reminders.searchedOf(format.number(found?.length ?? 0), format.number(loaded.length))}
              </Text>
              {hasNextPage && (
                <Button
                  variant="default"
                  size="xs"
                  loading={isFetchingNextPage}
                  onClick={() => void fetchNextPage()}
                >
                  {reminders.loadMore}
                </Button>
              )}
            </div>
          )}
        </>
      )}
    </Page>
  )
}

function isFound(
  { key, accountId, words, definition }: ReminderSummary,
  search: string,
  wordsOf: (definition: ReminderSummary['definition']) => string,
): boolean {
  if (search === '') return true
  const all = `${key} ${accountId} ${words} ${wordsOf(definition)}`.toLocaleLowerCase()
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}
