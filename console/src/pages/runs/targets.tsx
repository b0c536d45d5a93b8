import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Combobox.layer.css'
import { Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { targetStates, type TargetCounts } from '../../../../src/domain/states.js'
import { useTyped } from '../../parts/use-typed.js'
import { useSpoken } from '../../text/text.js'
import { readTargetFilters } from './target-filters.js'
import { TargetRows } from './target-rows.js'
import styles from './runs.module.css'

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
  const filters = useSearch({ from: '/runs/$id', select: readTargetFilters, structuralSharing: true })
  const navigate = useNavigate()
  const go = (change: object): unknown =>
    navigate({
      to: '/runs/$id',
      params: { id },
      search: readTargetFilters({ ...filters, ...change }),
      replace: true,
      resetScroll: false,
    })
  const [typed, setTyped] = useTyped(filters.search ?? '', (words) => void go({ search: words }))

  return (
    <>
      <div className={styles.targetTools} role="search">
        <Select
          aria-label={common.state}
          maw={240}
          value={filters.show ?? 'all'}
          onChange={(chosen) => void go({ show: chosen })}
          data={[
            { value: 'all', label: `${runs.everyState} (${format.number(total)})` },
            ...targetStates
              .filter((one) => counts[one] > 0 || one === filters.show)
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
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          className={styles.targetSearch}
        />
      </div>
      <TargetRows
        key={JSON.stringify(filters)}
        id={id}
        filters={filters}
        isOver={isOver}
        count={filters.show === undefined ? total : counts[filters.show]}
      />
    </>
  )
}
