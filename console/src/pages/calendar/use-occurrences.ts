import { keepPreviousData, useQuery, type QueryClient } from '@tanstack/react-query'
import type { ReminderSummary } from '../../../../src/client/reminders/summary.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { queries } from '../../data/queries.js'

export type Occurrence = { reminder: ReminderSummary; at: Date; snoozedFrom: Date | undefined }

export type Occurrences = { occurrences: Occurrence[]; hasMoreReminders: boolean; hasMoreFires: boolean }

const pageSize = 100
/** More than this no month shows so that one could read it. */
export const mostReminders = 300
/** Enough for a month of most; what is sent more often is asked for again. */
const fewFires = 40
/** The most that the API answers. */
export const mostFires = 500
const atOnce = 6

/** All that is sent until then. What changes is read again; of what has not changed nothing is asked twice. */
export function useOccurrences(until: Date | undefined) {
  return useQuery({
    queryKey: keys.calendar(until?.toISOString() ?? ''),
    queryFn: () => occurrencesUntil(queries, until ?? new Date()),
    enabled: until !== undefined,
    placeholderData: keepPreviousData,
  })
}

async function occurrencesUntil(client: QueryClient, until: Date): Promise<Occurrences> {
  const { reminders, hasMore } = await remindersUntil(until)
  const waiting = [...reminders]
  const all: { occurrences: Occurrence[]; hasMore: boolean }[] = []
  async function work(): Promise<void> {
    for (let reminder = waiting.shift(); reminder; reminder = waiting.shift())
      all.push(await firesUntil(client, reminder, until))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return {
    occurrences: all.flatMap(({ occurrences }) => occurrences),
    hasMoreReminders: hasMore,
    hasMoreFires: all.some((one) => one.hasMore),
  }
}

/** In the order of what they send next: behind the first that sends later there is none. */
async function remindersUntil(until: Date): Promise<{ reminders: ReminderSummary[]; hasMore: boolean }> {
  const reminders: ReminderSummary[] = []
  let cursor: string | undefined
  do {
    const page = await api.reminders.list({
      limit: pageSize,
      sort: 'next',
      ...(cursor !== undefined && { cursor }),
    })
    const inTime = page.items.filter(({ nextFire }) => nextFire !== null && nextFire < until)
    reminders.push(...inTime)
    if (inTime.length < page.items.length) return { reminders, hasMore: false }
    cursor = page.next
  } while (cursor !== undefined && reminders.length < mostReminders)
  return { reminders, hasMore: cursor !== undefined }
}

async function firesUntil(
  client: QueryClient,
  reminder: ReminderSummary,
  until: Date,
): Promise<{ occurrences: Occurrence[]; hasMore: boolean }> {
  for (const limit of [fewFires, mostFires]) {
    const { upcoming } = await client.fetchQuery({
      queryKey: keys.fires(reminder.key, asOf(reminder), limit),
      queryFn: () => api.reminders.upcoming(reminder.key, { limit }),
      staleTime: Infinity,
    })
    const occurrences = upcoming
      .map(({ at, snoozedFrom }): Occurrence => ({
        reminder,
        at: new Date(at),
        snoozedFrom: snoozedFrom === undefined ? undefined : new Date(snoozedFrom),
      }))
      .filter(({ at }) => at < until)
    const isAll = upcoming.length < limit || occurrences.length < upcoming.length
    if (isAll || limit === mostFires) return { occurrences, hasMore: !isAll }
  }
  return { occurrences: [], hasMore: false }
}

function asOf({ digest, nextFire, snoozed, dealtWithUntil }: ReminderSummary): string {
  return [digest, ...[nextFire, snoozed?.to, dealtWithUntil].map((date) => date?.toISOString() ?? '')].join()
}
