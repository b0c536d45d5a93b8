import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReminderState } from '../../../../src/domain/states.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'

export const filters = ['all', 'active', 'paused', 'over'] as const
export type Filter = (typeof filters)[number]

/** Of `all` none: that is, any. */
export const statesOf: Record<Filter, readonly ReminderState[] | undefined> = {
  all: undefined,
  active: ['scheduled', 'running'],
  paused: ['paused'],
  over: ['completed', 'canceled', 'missed'],
}

/** Of one answer. */
const pageSize = 200

export function useReminders({ filter, account }: { filter: Filter; account: string | undefined }) {
  const states = statesOf[filter]
  return useInfiniteQuery({
    queryKey: keys.reminderList({ filter, account }),
    queryFn: ({ pageParam }) =>
      api.reminders.list({
        limit: pageSize,
        ...(states && { states }),
        ...(account !== undefined && { account }),
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
}
