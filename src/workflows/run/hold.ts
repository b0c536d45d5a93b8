import type { RecordedRequest } from '../../protocol/payloads.js'
import type { HeldRun, RunHold, RunWish } from '../../domain/run-hold.js'
import { serialized } from './serialized.js'
import { runs } from '../proxies.js'

export type OperatorsHold = {
  /** Why nothing is sent now, or undefined: what was asked of this run and is not written yet, else what its row says. */
  readonly now: RunHold | undefined
  /**
   * Its row says that it is over. Nobody but this workflow need have written that: a task of it that was lost (its worker
   * died, or a signal came between) is done again on what it has written.
   */
  readonly hasEnded: boolean
  /** Writes it to the row: from that commit on no send begins. Of several that wait for their turn the last is written. */
  ask(wish: RunWish, request: RecordedRequest): Promise<void>
  /** Goes by the row, which the reminder's own pause, resume and end change too. */
  agree(): Promise<void>
  /** Takes the answer of a statement on the row. */
  take(row: HeldRun | undefined): void
}

/**
 * The operator's hold on a run. The row comes first, and the run follows it (docs/decisions/0022).
 * @param onHeld called when the row says that the run is held, or over
 */
export function operatorsHold(runId: string, onHeld: () => void): OperatorsHold {
  let wanted: { wish: RunWish; request: RecordedRequest } | undefined
  let row: RunHold | undefined
  let hasEnded = false

  const isCanceled = () => row?.kind === 'cancel' || wanted?.wish.kind === 'cancel'

  function take(held: HeldRun | undefined): void {
    hasEnded = held?.hasEnded === true
    // A cancel stays one.
    if (row?.kind !== 'cancel') row = held?.hold
    if (row || hasEnded) onHeld()
  }

  const write = serialized(async () => {
    const asked = wanted
    let isKept = false
    try {
      const held = asked ? await runs.holdRun({ runId, ...asked }) : await runs.findHold({ runId })
      // Without a row yet: what is wanted is written once the run is prepared.
      isKept = held === undefined
      if (held) take(held)
    } finally {
      if (!isKept && wanted === asked) wanted = undefined
    }
  })

  return {
    get now() {
      if (wanted === undefined || row?.kind === 'cancel') return row
      return wanted.wish.kind === 'resume' ? undefined : wanted.wish
    },
    get hasEnded() {
      return hasEnded
    },
    async ask(wish, request) {
      if (isCanceled()) return
      wanted = { wish, request }
      await write()
    },
    agree: write,
    take,
  }
}
