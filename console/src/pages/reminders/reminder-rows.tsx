import { Button, Text } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { FailurePanel } from '../../parts/failure-panel.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { VirtualRows } from '../../parts/rows/virtual-rows.js'
import { useNow } from '../../parts/use-now.js'
import { useSpoken } from '../../text/text.js'
import type { Filters } from './filters.js'
import { ReminderRow } from './reminder-row.js'
import styles from './reminders.module.css'
import { useReminderRows } from './use-reminder-rows.js'

const rowPx = { wide: 66, narrow: 88 }
/** What is said relative to now changes no faster. */
const nowEveryMs = 30_000

/** The list that the filters leave, how long it is, and what to do where it goes on. */
export function ReminderRows({ filters, nothing }: { filters: Filters; nothing: ReactNode }) {
  const { text, format } = useSpoken()
  const { reminders } = text
  const now = useNow(nowEveryMs)
  const [opened] = useState(now)
  const rows = useReminderRows(filters, opened)
  const { count, isAll, error, refetch, isSearching, searchOn } = rows

  if (count === undefined)
    return error === null ? (
      <LoadingRows count={6} />
    ) : (
      <FailurePanel error={error} onRetry={() => void refetch()} />
    )
  const isNothing = count === 0 && isAll
  return (
    <>
      {(!isNothing || Object.keys(filters).length > 0) && (
        <Text size="sm" c="dimmed" role="status" mb={6} data-count={count}>
          {isSearching && !isAll
            ? reminders.searching(count, format.number(count))
            : isAll
              ? reminders.count(count, format.number(count))
              : reminders.moreThan(format.number(count))}
        </Text>
      )}
      {isNothing && nothing}
      {count > 0 && (
        <Panel>
          <VirtualRows rows={rows} label={reminders.title} rowPx={rowPx}>
            {(reminder) => <ReminderRow reminder={reminder} now={now} />}
          </VirtualRows>
        </Panel>
      )}
      {count === 0 && isSearching && <LoadingRows count={3} />}
      {searchOn && (
        <Button variant="default" size="xs" mt="sm" onClick={searchOn}>
          {reminders.searchOn}
        </Button>
      )}
      {!isAll && searchOn === undefined && !isSearching && filters.search === undefined && (
        <Text size="sm" c="dimmed" className={styles.foot ?? ''}>
          {reminders.narrow}
        </Text>
      )}
    </>
  )
}
