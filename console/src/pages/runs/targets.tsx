import { Select, Text, UnstyledButton } from '@mantine/core'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { targetStates, type TargetCounts } from '../../../../src/domain/states.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { Panel } from '../../parts/panel.js'
import { StateMark } from '../../parts/state-mark.js'
import { useInUrl } from '../../parts/use-in-url.js'
import { useSpoken } from '../../text/text.js'
import { nameOf, targetLooks } from './run-state.js'
import { TargetDialog } from './target-dialog.js'
import { useTargets } from './use-targets.js'
import { whyWords } from './why.js'
import styles from './runs.module.css'

const rowPx = 48
const shownStates = ['all', ...targetStates] as const

/** Everybody whom a run goes to, with what became of it: only those on the screen are in the page. */
export function Targets({
  id,
  counts,
  total,
  isOver,
}: {
  id: string
  counts: TargetCounts
  total: number
  isOver: boolean
}) {
  const { text, format, say } = useSpoken()
  const { runs, common } = text
  const [state, setState] = useInUrl('show', shownStates, 'all')
  const [shown, setShown] = useState<number>()
  const list = useRef<HTMLDivElement>(null)
  const { targets, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, lookAt } = useTargets(id, {
    state,
    counts,
    isOver,
  })
  const rows = useWindowVirtualizer({
    count: targets.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
  })
  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => lookAt(targets[Math.round((first + last) / 2)]), [first, last, targets, lookAt])
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= targets.length - 60) void fetchNextPage()
  }, [last, targets.length, hasNextPage, isFetchingNextPage])

  if (error !== null && targets.length === 0)
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
            return (
              target && (
                <div
                  key={key}
                  role="listitem"
                  data-first={index === 0 || undefined}
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
                  <Text size="sm" c="dimmed" truncate>
                    {target.state === 'pending' || target.state === 'delivered'
                      ? target.doneAt !== null && format.time(target.doneAt)
                      : whyWords(target, { text, say })[0]}
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
