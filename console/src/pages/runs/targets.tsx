import { Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { targetStates, type TargetCounts } from '../../../../src/domain/states.js'
import { useSpoken } from '../../text/text.js'
import { readTargetFilters } from './target-filters.js'
import { TargetRows } from './target-rows.js'
import styles from './runs.module.css'

/** After the last key. */
const searchAfterMs = 250

/** Everybody whom a run goes to, with what became of it. */
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
  const { text, format } = useSpoken()
  const { runs, common } = text
  const filters = useSearch({ from: '/runs/$id' })
  const navigate = useNavigate()
  const [typed, setTyped] = useState(filters.search ?? '')
  const show = (change: object): unknown =>
    navigate({
      to: '/runs/$id',
      params: { id },
      search: readTargetFilters({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    })
  const search = useDebouncedCallback((words: string) => void show({ search: words.trim() }), searchAfterMs)

  return (
    <>
      <div className={styles.targetTools} role="search">
        <Select
          aria-label={common.state}
          maw={240}
          value={filters.state ?? 'all'}
          onChange={(state) => void show({ state })}
          data={[
            { value: 'all', label: `${runs.everyState} (${format.number(total)})` },
            ...targetStates
              .filter((one) => counts[one] > 0 || one === filters.state)
              .map((one) => ({
                value: one,
                label: `${runs.targetStates[one]} (${format.number(counts[one])})`,
              })),
          ]}
          allowDeselect={false}
        />
        <TextInput
          type="search"
          aria-label={runs.searchTargets}
          placeholder={runs.searchTargets}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={typed}
          onChange={({ currentTarget: { value } }) => {
            setTyped(value)
            search(value)
          }}
          className={styles.targetSearch}
        />
      </div>
      <TargetRows
        key={JSON.stringify(filters)}
        id={id}
        filters={filters}
        isOver={isOver}
        count={filters.state === undefined ? total : counts[filters.state]}
      />
    </>
  )
}
