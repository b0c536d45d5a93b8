import { Select, Text, UnstyledButton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { targetStates, type TargetCounts } from '../../../../src/domain/states.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useInUrl } from '../../parts/use-in-url.js'
import { useSpoken } from '../../text/text.js'
import { nameOf, targetLooks } from './run-state.js'
import { TargetDialog } from './target-dialog.js'
import styles from './runs.module.css'

const rowPx = 48
/** The most that the API gives at once: a page of the list is a screen of them. */
const pageSize = 500
const shownStates = ['all', ...targetStates] as const

/** Everybody whom a run goes to, with what became of it: only those on the screen are in the page. */
export function Targets({ id, counts, total }: { id: string; counts: TargetCounts; total: number }) {
  const { text, format, say } = useSpoken()
  const { runs, common } = text
  const [state, setState] = useInUrl('show', shownStates, 'all')
  const [shown, setShown] = useState<number>()
  const list = useRef<HTMLDivElement>(null)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.targets(id, { state }),
    queryFn: ({ pageParam }) =>
      api.runs.targets(id, {
        limit: pageSize,
        ...(state !== 'all' && { states: [state] }),
        ...(pageParam !== '' && { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  })
  const targets = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const rows = useWindowVirtualizer({
    count: targets.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
  })
  const items = rows.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= targets.length - 60) void fetchNextPage()
  }, [last, targets.length, hasNextPage, isFetchingNextPage])

  if (error !== null && data === undefined)
    return <FailurePanel error={error} onRetry={() => void refetch()} />
  return (
    <>
      <Select
        aria-label={common.state}
        mb="xs"
        maw={240}
        size="xs"
        value={state}
        onChange={(value) => setState(value ?? 'all')}
        data={[
          { value: 'all', label: `${runs.everyState} (${format.number(total)})` },
          ...targetStates
            .filter((one) => counts[one] > 0)
            .map((one) => ({
              value: one,
              label: `${runs.targetStates[one]} (${format.number(counts[one])})`,
            })),
        ]}
        allowDeselect={false}
      />
      <Panel>
        <div
          ref={list}
          role="list"
          aria-label={runs.targets}
          className={styles.targets}
          style={{ height: rows.getTotalSize() }}
        >
          {items.map(({ index, start, key }) => {
            const target = targets[index]
            const reason = target?.reason && say(target.reason, target.said?.reason)
            return (
              target && (
                <div
                  key={key}
                  role="listitem"
                  className={styles.target}
                  style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
                >
                  <span className={styles.number}>{format.number(target.ordinal + 1)}</span>
                  <Text size="sm" truncate>
                    <UnstyledButton fz="sm" className={styles.name ?? ''} onClick={() => setShown(index)}>
                      <bdi>{nameOf(target)}</bdi>
                    </UnstyledButton>
                  </Text>
                  <StateMark {...targetLooks[target.state]}>{runs.targetStates[target.state]}</StateMark>
                  <Text size="sm" c="dimmed" truncate title={reason || undefined}>
                    {reason || (target.doneAt === null ? '' : format.time(target.doneAt))}
                  </Text>
                  <Text size="sm" c="dimmed" ta="end">
                    {target.parts > 1 &&
                      runs.parts(format.number(target.partsSent), format.number(target.parts))}
                  </Text>
                </div>
              )
            )
          })}
        </div>
      </Panel>
      {shown !== undefined && targets[shown] && (
        <TargetDialog runId={id} target={targets[shown]} onClose={() => setShown(undefined)} />
      )}
    </>
  )
}
