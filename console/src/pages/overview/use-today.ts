import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'

/** Enough for a day of almost everybody; the lists have the rest. */
const mostRuns = 100
const mostNext = 100

/** What was due today, what is being sent, and what is to come. */
export function useToday() {
  const runs = useQuery({
    queryKey: keys.runList({ latest: mostRuns }),
    queryFn: () => api.runs.list({ limit: mostRuns }),
  })
  const underWay = useQuery({
    queryKey: keys.runList({ underWay: true }),
    queryFn: () => api.runs.list({ limit: 20, states: ['preparing', 'waiting', 'running', 'paused'] }),
  })
  const next = useQuery({
    queryKey: keys.reminderList({ next: mostNext }),
    queryFn: () => api.reminders.list({ limit: mostNext, sort: 'next' }),
  })
  return {
    runs: runs.data?.items,
    underWay: underWay.data?.items,
    next: next.data?.items,
    error: runs.error ?? underWay.error ?? next.error,
    refetch: () => Promise.all([runs.refetch(), underWay.refetch(), next.refetch()]),
  }
}

export function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString()
}
