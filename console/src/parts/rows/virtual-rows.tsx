import { useMediaQuery } from '@mantine/hooks'
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Rows } from './rows.js'
import { rowOfKey } from './row-of-key.js'
import styles from './rows.module.css'

/** Of rows beyond the screen, on either side. */
const overscan = 5
/** The head of a phone lies over the page. */
const headPx = 60

/**
 * However many rows there are, only those on the screen are in the page. All are of one height, so that the scroll bar is right before
 * they are there. Arrows, Page up and down, Home and End go from row to row.
 */
export function VirtualRows<Row>({
  rows: { count = 0, at, see },
  label,
  rowPx,
  children,
}: {
  rows: Rows<Row>
  label: string
  /** On a desktop, and on a phone. */
  rowPx: { wide: number; narrow: number }
  children: (row: Row, index: number) => ReactNode
}) {
  const list = useRef<HTMLDivElement>(null)
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false })
  const size = isNarrow ? rowPx.narrow : rowPx.wide
  const [scrollMargin, setScrollMargin] = useState(0)
  const focus = useFocusOfRows(list)
  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => size,
    overscan,
    scrollMargin,
    scrollPaddingStart: headPx,
    useFlushSync: false,
    rangeExtractor: useCallback(
      // The one that has the focus stays where it was, for who goes on from there.
      (range: Range) => withRow(defaultRangeExtractor(range), focus.index, range.count),
      [focus.index],
    ),
  })
  useLayoutEffect(() => virtual.measure(), [size])
  useLayoutEffect(() => {
    const page = list.current?.closest('main') ?? document.body
    const observer = new ResizeObserver(() => {
      const { top = 0 } = list.current?.getBoundingClientRect() ?? {}
      setScrollMargin(Math.round(top + scrollY))
    })
    observer.observe(page)
    return () => observer.disconnect()
  }, [])
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {}
  useEffect(() => see(startIndex, endIndex), [see, startIndex, endIndex])

  const items = virtual.getVirtualItems()
  return (
    <div
      ref={list}
      role="list"
      aria-label={label}
      className={styles.list}
      style={{ height: count * size }}
      onFocus={({ target }) => focus.note(target)}
      onBlur={() => focus.note(null)}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || focus.index === undefined) return
        const screen = Math.max(1, Math.floor(innerHeight / size) - 2)
        const wanted = rowOfKey(event.key, { index: focus.index, count, screen })
        if (wanted === undefined) return
        event.preventDefault()
        virtual.scrollToIndex(wanted, { align: 'auto' })
        focus.want(wanted)
      }}
    >
      {items.map(({ index, start }) => {
        const row = at(index)
        return (
          <div
            key={index}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            aria-busy={row === undefined || undefined}
            data-index={index}
            tabIndex={-1}
            className={styles.slot}
            style={{ height: size, transform: `translateY(${start - scrollMargin}px)` }}
          >
            {row === undefined ? <Shape /> : children(row, index)}
          </div>
        )
      })}
    </div>
  )
}

/** Of a row that is on its way. */
function Shape() {
  return (
    <div className={styles.shape} aria-hidden>
      <span />
      <span />
    </div>
  )
}

function withRow(indexes: number[], index: number | undefined, count: number): number[] {
  if (index === undefined || index >= count || indexes.includes(index)) return indexes
  return [...indexes, index].toSorted((a, b) => a - b)
}

/** Which row has the focus, and which one is to have it as soon as it is in the page. */
function useFocusOfRows(list: React.RefObject<HTMLDivElement | null>) {
  const [index, setIndex] = useState<number>()
  const wanted = useRef<number>(undefined)
  useLayoutEffect(() => {
    const to = wanted.current ?? shapeWithFocus()
    const slot = to === undefined ? null : list.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)
    if (!slot) return
    const inside = slot.querySelector<HTMLElement>('a, button')
    wanted.current = undefined
    ;(inside ?? slot).focus({ preventScroll: true })
  })
  return {
    index,
    note(target: EventTarget | null): void {
      const slot = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-index]') : null
      setIndex(slot === null ? undefined : Number(slot.dataset['index']))
    },
    want(row: number): void {
      wanted.current = row
      setIndex(row)
    },
  }
}

/** A row that got the focus before it was there, and is there now. */
function shapeWithFocus(): number | undefined {
  const slot = document.activeElement
  const isWaiting = slot instanceof HTMLElement && slot.dataset['index'] !== undefined
  return isWaiting && slot.getAttribute('aria-busy') === null ? Number(slot.dataset['index']) : undefined
}
