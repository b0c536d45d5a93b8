import type { OpenHours } from '../../protocol/payloads.js'
import type { RunState } from '../../domain/states.js'
import { runs } from '../proxies.js'
import type { OperatorsHold } from './hold.js'
import { serialized } from './serialized.js'

/** What the row of a run says of it. */
export type RunNow = {
  state: RunState
  waitsFor?: string
  /** An instant in UTC. */
  waitsUntil?: string
  lockToken?: number | undefined
  hours?: OpenHours | undefined
}

export type RecordedRow = {
  /** Brings the row to what is true now, unless it is held, and hears whether it is. */
  record(): Promise<void>
  /** Somebody else has written to it. */
  forget(): void
  /** The statement that prepared the run has written what is true now; `waits`: that it waits for the lock. */
  wasPrepared(how: { waits: boolean }): void
  /** Whoever granted the lock has brought the row on: from where it was prepared, if nothing was written since. */
  wasGranted(): void
}

/**
 * The run's side of its row: it is written only where it would say something else.
 * @param now what is true
 * @param onRecord called when it is recorded
 */
export function recordedRow(
  runId: string,
  { hold, now, onRecord }: { hold: OperatorsHold; now: () => RunNow; onRecord: () => void },
): RecordedRow {
  /** What it was last brought to. */
  let recorded: string | undefined
  /** The same, where it was prepared as one that waits for the lock. */
  let prepared: string | undefined
  const spelled = (row = now()) => JSON.stringify(row)

  const record = serialized(async () => {
    const row = now()
    const { state, waitsFor, waitsUntil, lockToken, hours } = row
    const wanted = spelled(row)
    if (state === 'paused') await hold.agree()
    else if ((state === 'waiting' || state === 'running') && wanted !== recorded) {
      hold.take(
        await runs.setRunState({
          runId,
          state,
          reason: waitsFor ?? null,
          ...(state === 'running' && lockToken !== undefined && { lockToken }),
          ...(hours && { hours }),
          ...(waitsUntil !== undefined && { waitsUntil }),
        }),
      )
      recorded = wanted
      prepared = undefined
    }
    onRecord()
  })

  return {
    record,
    forget() {
      recorded = undefined
    },
    wasPrepared({ waits }) {
      recorded = spelled()
      if (waits) prepared = recorded
    },
    wasGranted() {
      if (recorded !== undefined && recorded === prepared) recorded = spelled()
    },
  }
}
