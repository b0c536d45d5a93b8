import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import type { Rows } from '../../parts/rows/rows.js'
import { useCountedRows } from '../../parts/rows/use-counted-rows.js'
import { useFoundRows } from '../../parts/rows/use-found-rows.js'
import { queryOf, type Filters } from './filters.js'

/** What the filters leave. What is searched for is found page by page; all else is counted. */
export function useReminderRows(
  filters: Filters,
  now: Date,
): Rows<ReminderSummary> & { isSearching: boolean; searchOn: (() => void) | undefined } {
  const query = queryOf(filters, now)
  const isSearch = query.search !== undefined || query.kind !== undefined
  const name = keys.reminderList(query)
  const counted = useCountedRows({
    name,
    read: (place) => api.reminders.list({ ...query, ...place, count: true }),
    isWanted: !isSearch,
  })
  const found = useFoundRows({
    name,
    read: (place) => api.reminders.list({ ...query, ...place }),
    isWanted: isSearch,
  })
  return isSearch ? found : { ...counted, isSearching: false, searchOn: undefined }
}
