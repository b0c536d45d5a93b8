import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { Panel } from '../../parts/panel.js'
import { useText } from '../../text/text.js'
import { FoundRow } from './found-row.js'
import styles from './import-export.module.css'
import type { Found } from './look.js'
import type { Outcome } from './use-import.js'

/** A row that says no more than what it is. */
const rowPx = 78

/** Only what is on the screen is in the page, however many there are. */
export function FoundList({
  found,
  outcomes,
  onChange,
}: {
  found: readonly Found[]
  outcomes: ReadonlyMap<number, Outcome>
  onChange: ((one: Found) => void) | undefined
}) {
  const { importExport } = useText()
  const list = useRef<HTMLDivElement>(null)
  const rows = useWindowVirtualizer({
    count: found.length,
    estimateSize: () => rowPx,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => found[index]?.index ?? index,
  })
  return (
    <Panel>
      <div
        ref={list}
        role="list"
        aria-label={importExport.importTitle}
        className={styles.list}
        style={{ height: rows.getTotalSize() }}
      >
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const one = found[index]
          return (
            one && (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                role="listitem"
                className={styles.slot}
                style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
              >
                <FoundRow found={one} outcome={outcomes.get(one.index)} onChange={onChange} />
              </div>
            )
          )
        })}
      </div>
    </Panel>
  )
}
