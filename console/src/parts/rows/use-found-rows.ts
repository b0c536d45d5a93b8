import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Rows } from './rows.js'

/** Beyond the screen. */
const aheadRows = 30
const pageRows = 60
/** Of pages that are asked for by themselves, one after the other, before somebody is asked. */
const mostPages = 10
/** All that was read is read again: more would be asked for all the time. */
const mostPagesAgain = 2

/** What a search finds: page by page, since nobody knows how many there are before all were looked at. */
export function useFoundRows<Row>({
  name,
  read,
  isWanted,
  againMs,
}: {
  name: readonly unknown[]
  read: (place: {
    cursor?: string
    limit: number
  }) => Promise<{ items: readonly Row[]; next?: string | undefined }>
  isWanted: boolean
  /** How often they are read again, where no event tells of a change. */
  againMs?: number | undefined
}): Rows<Row> & { isSearching: boolean; searchOn: (() => void) | undefined } {
  const [granted, setGranted] = useState(mostPages)
  const {
    data,
    error,
    refetch,
    hasNextPage,
    fetchNextPage,
    isFetching,
    isRefetching,
    isFetchingNextPage,
    isFetchNextPageError,
  } = useInfiniteQuery({
    queryKey: [...name, 'found'],
    queryFn: ({ pageParam }) => read({ limit: pageRows, ...(pageParam !== '' && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    enabled: isWanted,
    refetchInterval: ({ state }) =>
      againMs !== undefined && (state.data?.pages.length ?? 0) <= mostPagesAgain && againMs,
  })
  const items = useMemo(() => data?.pages.flatMap((page) => page.items), [data])
  const known = items?.length ?? 0
  const pages = data?.pages.length ?? 0
  const isIdle = hasNextPage && !isFetchingNextPage
  // What failed is not asked for again by itself, but by who reads that it failed.
  const mayGoOn = isIdle && !isFetchNextPageError
  const isShort = known < aheadRows
  useEffect(() => {
    if (isShort && mayGoOn && pages < granted) void fetchNextPage()
  }, [isShort, mayGoOn, pages, granted])
  return {
    count: items?.length,
    isAll: !hasNextPage,
    at: (index) => items?.[index],
    see: useCallback(
      (_first, last) => {
        if (mayGoOn && pages < granted && last >= known - aheadRows) void fetchNextPage()
      },
      [mayGoOn, pages, granted, known],
    ),
    error,
    refetch,
    isSearching: isFetching && !isRefetching,
    searchOn:
      isIdle && (pages >= granted || isFetchNextPageError)
        ? () => {
            setGranted(pages + mostPages)
            void fetchNextPage()
          }
        : undefined,
  }
}
