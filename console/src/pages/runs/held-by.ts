import type { HistoryEntry } from '../../../../src/store/views/audit.js'
import type { RunView } from '../../../../src/store/views/runs.js'
import { isStopped } from './stopped.js'

type Request = Extract<HistoryEntry, { kind: 'request' }>

/**
 * The request by which a run is paused or was stopped.
 * @param history of its reminder, the latest first
 */
export function heldBy(
  run: Pick<RunView, 'id' | 'state' | 'said' | 'hold' | 'finishedAt'>,
  history: readonly HistoryEntry[],
): Request | undefined {
  const isIts: (request: Request) => boolean = isStopped(run)
    ? ({ action, runId, at }) =>
        ['cancel', 'delete'].includes(action) &&
        (runId === null || runId === run.id) &&
        // What was asked of the reminder since has stopped others.
        (run.finishedAt === null || at <= run.finishedAt)
    : ({ action, runId }) => action === 'pause' && runId === (run.hold === 'reminder' ? null : run.id)
  return history.find((item): item is Request => item.kind === 'request' && isIts(item))
}
