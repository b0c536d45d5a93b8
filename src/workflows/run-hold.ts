import type { HeldRun, RunHold, RunWish } from '../domain/run-hold.js'
import { inTurn } from './in-turn.js'
import { runs } from './proxies.js'

export type OperatorsHold = {
  /** Why nothing is sent now, or undefined: what was asked of this run and is not written yet, else what its row says. */
  readonly now: RunHold | undefined
  /** Writes it to the row: from that commit on no send begins. Of several that wait for their turn the last is written. */
  ask(wish: RunWish): Promise<void>
  /** Goes by the row, which the reminder's own pause, resume and end change too. */
  agree(): Promise<void>
  /** What a statement on the row has told. */
  take(row: HeldRun | undefined): void
}

/**
 * What the operator wants of a run: the row says it, and the run follows (docs/decisions/0022).
 * @param onHeld called when the row says that the run is held
 */
export function operatorsHold(runId: string, onHeld: () => void): OperatorsHold {
  let wanted: RunWish | undefined
  let row: RunHold | undefined

  const isCanceled = () => row?.kind === 'cancel' || wanted?.kind === 'cancel'

  function take(held: HeldRun | undefined): void {
    // A cancel stays one; a run that has ended, be it by another's hand, is held by nothing.
    if (row?.kind === 'cancel') return
    row = held?.hold
    if (row) onHeld()
  }

  const write = inTurn(async () => {
    const wish = wanted
    let isKept = false
    try {
      const held = wish ? await runs.holdRun({ runId, wish }) : await runs.findHold({ runId })
      // Without a row yet: what is wanted is written once the run is prepared.
      isKept = held === undefined
      if (held) take(held)
    } finally {
      if (!isKept && wanted === wish) wanted = undefined
    }
  })

  return {
    get now() {
      if (wanted === undefined || row?.kind === 'cancel') return row
      return wanted.kind === 'resume' ? undefined : wanted
    },
    async ask(wish) {
      if (isCanceled()) return
      wanted = wish
      await write()
    },
    agree: write,
    take,
  }
}
