import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { TargetView } from '../../../../src/store/views/runs.js'
import { api } from '../../api/client.js'
import { keys } from '../../data/keys.js'
import { FailurePanel } from '../../parts/failure-panel.js'
import { LoadingRows, Panel } from '../../parts/panel.js'
import { useCountedRows } from '../../parts/rows/use-counted-rows.js'
import { useFoundRows } from '../../parts/rows/use-found-rows.js'
import { VirtualRows } from '../../parts/rows/virtual-rows.js'
import { useSpoken } from '../../text/text.js'
import { TargetDialog } from './target-dialog.js'
import type { TargetFilters } from './target-filters.js'
import { TargetRow } from './target-row.js'

const rowPx = { wide: 48, narrow: 48 }

/** While they are sent to, those on the screen are read again so often. */
const againMs = 2_000

/** Those that the filters leave, in the order of sending. `count`: of the state, as the progress of the run has it. */
export function TargetRows({
  id,
  filters,
  count,
  isOver,
}: {
  id: string
  filters: TargetFilters
  count: number
  isOver: boolean
}) {
  const { text, format } = useSpoken()
  const { runs, reminders } = text
  const [shown, setShown] = useState<TargetView>()
  const { show, search } = filters
  const name = keys.targets(id, filters)
  const query = { ...(show && { states: [show] }), ...(search !== undefined && { search }) }
  const isSearch = search !== undefined
  const counted = useCountedRows({
    name,
    read: (place) => api.runs.targets(id, { ...query, ...place }),
    isWanted: !isSearch,
    total: count,
    againMs: isOver ? undefined : againMs,
  })
  const found = useFoundRows({
    name,
    read: (place) => api.runs.targets(id, { ...query, ...place }),
    isWanted: isSearch,
    againMs: isOver ? undefined : againMs,
  })
  const rows = isSearch ? found : counted
  const { error, refetch } = rows

  if (rows.count === undefined)
    return error === null ? <LoadingRows /> : <FailurePanel error={error} onRetry={() => void refetch()} />
  return (
    <>
      {isSearch && (
        <Text size="sm" c="dimmed" role="status" mb={6}>
          {rows.count === 0 && !rows.isAll
            ? runs.searchingTargets
            : runs.targetsFound(rows.count, format.number(rows.count))}
        </Text>
      )}
      {rows.count === 0 && rows.isAll && <Text c="dimmed">{runs.noTargets}</Text>}
      {rows.count > 0 && (
        <Panel>
          <VirtualRows rows={rows} label={runs.targets} rowPx={rowPx}>
            {(target) => <TargetRow target={target} onOpen={setShown} />}
          </VirtualRows>
        </Panel>
      )}
      {isSearch && found.searchOn && (
        <Button variant="default" size="xs" mt="sm" onClick={found.searchOn}>
          {reminders.searchOn}
        </Button>
      )}
      {shown && <TargetDialog runId={id} target={shown} onClose={() => setShown(undefined)} />}
    </>
  )
}
