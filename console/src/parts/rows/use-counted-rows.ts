import { useThrottledValue } from '@mantine/hooks'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import type { Rows } from './rows.js'

/** Some screens. Small enough that an answer is read within a frame. */
const pageRows = 60
/** Beyond the screen. */
const aheadRows = 30
/** Whoever drags the scroll bar passes by most pages. */
const settleMs = 120

type Answer<Row> = { items: readonly Row[]; total?: { count: number; isAll: boolean } | undefined }
type Pages = { first: number; last: number }

/**
 * Of a list that says how many it has: any page can be asked for, so the scroll bar tells the truth from the beginning, and after a
 * change only what is on the screen is read again.
 */
export function useCountedRows<Row>({
  name,
  read,
  isWanted = true,
  total: told,
  againMs,
}: {
  /** Where its pages are kept. Another list is another component: give that a key. */
  name: readonly unknown[]
  read: (place: { skip: number; limit: number }) => Promise<Answer<Row>>
  isWanted?: boolean
  /** How many there are, where the answers do not say it. */
  total?: number
  /** How often those on the screen are read again, where no event tells of a change. */
  againMs?: number | undefined
}): Rows<Row> {
  const queries = useQueryClient()
  const [pages, setPages] = useState<Pages>({ first: 0, last: 0 })
  const asked = useThrottledValue(pages, settleMs)
  const total = useRef<Answer<Row>['total']>(undefined)
  const numbers = Array.from({ length: asked.last - asked.first + 1 }, (_, index) => asked.first + index)
  const results = useQueries({
    queries: isWanted
      ? numbers.map((page) => ({
          queryKey: [...name, page],
          queryFn: () => read({ skip: page * pageRows, limit: pageRows }),
          refetchInterval: againMs ?? (false as const),
        }))
      : [],
  })
  total.current = results.findLast(({ data }) => data !== undefined)?.data?.total ?? total.current

  const count = told ?? total.current?.count
  const lastPage = Math.max(0, Math.ceil((count ?? 1) / pageRows) - 1)
  return {
    count,
    isAll: total.current?.isAll ?? true,
    at(index) {
      const page = Math.floor(index / pageRows)
      return queries.getQueryData<Answer<Row>>([...name, page])?.items[index % pageRows]
    },
    see: useCallback(
      (first, last) => {
        const next = {
          first: Math.min(lastPage, Math.max(0, Math.floor((first - aheadRows) / pageRows))),
          last: Math.min(lastPage, Math.floor((last + aheadRows) / pageRows)),
        }
        setPages((before) => (before.first === next.first && before.last === next.last ? before : next))
      },
      [lastPage],
    ),
    error: results.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => Promise.all(results.map(async (one) => await one.refetch())),
  }
}
