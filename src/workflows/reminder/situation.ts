import { condition } from '@temporalio/workflow'
import type { Situation } from '../../protocol/payloads.js'

export type KnownSituation = {
  readonly isKnown: boolean
  /**
   * How the reminder stands after the last transaction of its workflow. Nobody else changes it.
   * @throws while it is not known
   */
  readonly now: Situation
  /** Takes the answer of a transaction. */
  take(situation: Situation): void
  /** Neither Postgres nor a `define` knows of the reminder. */
  giveUp(): void
  /** Waits until it is known, or given up: undefined then. */
  orNone(): Promise<Situation | undefined>
}

/**
 * The reminder as Postgres has it.
 * @param carried what the reminder knew when it continued as new
 * @param onTake called with all that becomes known, and with `carried`
 */
export function knownSituation(
  carried: Situation | undefined,
  onTake: (situation: Situation) => void,
): KnownSituation {
  let known = carried
  let isGivenUp = false
  if (carried) onTake(carried)

  return {
    get isKnown() {
      return known !== undefined
    },
    get now() {
      if (!known) throw new Error('the reminder is not known yet')
      return known
    },
    take(situation) {
      known = situation
      onTake(situation)
    },
    giveUp() {
      isGivenUp = true
    },
    async orNone() {
      await condition(() => known !== undefined || isGivenUp)
      return isGivenUp ? undefined : known
    },
  }
}
