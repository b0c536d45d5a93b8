import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { OccurrencesPage } from '../../../../src/client/reminders/occurrences.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'

/** `2026-12-24`, both inclusive: the days of each reminder's own zone. */
export type Days = { from: string; to: string }

export type Occurrence = Omit<OccurrencesPage['items'][number], 'occurrence' | 'at'> & {
  /** The time that the calendar has: it names the occurrence. */
  occurrence: Date
  at: Date
  isMoved: boolean
  title: string | undefined
  zone: string
  words: string
}

export type Occurrences = {
  occurrences: Occurrence[]
  /** By day, how many there are beyond those. */
  more: Map<string, number>
}

const pageSize = 100

/** The first of each day, and how many more there are. */
export function useDays(days: Days | undefined, perDay: number) {
  return useQuery({
    queryKey: keys.calendar(`${days?.from}/${days?.to}`, perDay),
    queryFn: () => api.reminders.occurrences({ from: '', to: '', ...days, perDay }),
    select: (page) => occurrencesOf([page], page.days),
    enabled: days !== undefined,
    placeholderData: keepPreviousData,
  })
}

/** All of them, page by page. */
export function useAllOf(days: Days | undefined) {
  return useInfiniteQuery({
    queryKey: keys.calendar(`${days?.from}/${days?.to}`, 'all'),
    queryFn: ({ pageParam }) =>
      api.reminders.occurrences({
        from: '',
        to: '',
        ...days,
        limit: pageSize,
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => occurrencesOf(pages, []),
    enabled: days !== undefined,
    placeholderData: keepPreviousData,
  })
}

function occurrencesOf(pages: readonly OccurrencesPage[], days: OccurrencesPage['days']): Occurrences {
  const more = new Map(days.map(({ day, count }) => [day, count]))
  const reminders = new Map(pages.flatMap((page) => page.reminders).map((one) => [one.key, one]))
  const occurrences = pages
    .flatMap(({ items }) => items)
    .map(({ occurrence, at, ...one }): Occurrence => {
      const day = one.local.slice(0, 10)
      more.set(day, (more.get(day) ?? 0) - 1)
      const reminder = reminders.get(one.key)
      return {
        ...one,
        occurrence: new Date(occurrence),
        at: new Date(at),
        isMoved: at !== occurrence,
        title: reminder?.title,
        zone: reminder?.zone ?? 'UTC',
        words: reminder?.words ?? '',
      }
    })
  return { occurrences, more: new Map([...more].filter(([, count]) => count > 0)) }
}
