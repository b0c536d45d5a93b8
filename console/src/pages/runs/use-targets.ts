import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import type { TargetCounts, TargetState } from '../../../../src/domain/states.js'
import type { Page } from '../../../../src/store/page.js'
import type { TargetView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'

/** The most that the API gives at once. */
const pageSize = 500
/** While they are sent to, those on the screen are read again so often at most. */
const againMs = 2_000

/**
 * The recipients of a run, page by page as one scrolls. While it is under way only the page that is looked at is read again,
 * so that a run of ten thousand costs as much as a small one.
 */
export function useTargets(
  id: string,
  { state, counts, isOver }: { state: TargetState | 'all'; counts: TargetCounts; isOver: boolean },
) {
  const queries = useQueryClient()
  const queryKey = keys.targets(id, { state })
  const [lookedAt, setLookedAt] = useState<number>(0)
  const read = async (cursor: string): Promise<Page<TargetView>> =>
    await api.runs.targets(id, {
      limit: pageSize,
      ...(state !== 'all' && { states: [state] }),
      ...(cursor !== '' && { cursor }),
    })
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
    // What changes is read by the page, below.
    staleTime: Infinity,
  })
  const place = Math.max(
    0,
    (data?.pages ?? []).findIndex(({ items }) => (items.at(-1)?.ordinal ?? -1) >= lookedAt),
  )
  const cursor = data?.pageParams[place] as string | undefined
  useQuery({
    queryKey: [...keys.runTargetsNow(id), state, cursor, isOver ? counts : 'under way'],
    queryFn: async () => {
      const page = await read(cursor ?? '')
      queries.setQueryData<InfiniteData<Page<TargetView>, string>>(queryKey, (before) =>
        before !== undefined && before.pageParams[place] === cursor
          ? { ...before, pages: before.pages.with(place, page) }
          : before,
      )
      return page.items.length
    },
    enabled: cursor !== undefined,
    refetchInterval: isOver ? false : againMs,
  })
  const targets = useMemo(() => inOrder(data?.pages ?? []), [data])
  const lookAt = useCallback((target: TargetView | undefined) => setLookedAt(target?.ordinal ?? 0), [])
  return { targets, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, lookAt }
}

/** Each once: a page that was read again may reach into the next one, where those of one state have become fewer. */
function inOrder(pages: readonly Page<TargetView>[]): TargetView[] {
  const found: TargetView[] = []
  for (const { items } of pages)
    for (const target of items) if (target.ordinal > (found.at(-1)?.ordinal ?? -1)) found.push(target)
  return found
}
