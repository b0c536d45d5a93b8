import type { TargetOutcome } from '../../protocol/payloads.js'
import { targetStates, type TargetCounts } from '../../domain/states.js'

/** How far a run is. Crosses continue-as-new. */
export type Targets = {
  total: number
  counts: TargetCounts
  /** The first that was never started. */
  nextOrdinal: number
  /** Those before `nextOrdinal` that are to be started (again), in order: stopped before they were done, or retried. */
  held: number[]
}

export function noTargets(): Targets {
  const counts = { pending: 0, delivered: 0, failed: 0, unknown: 0, skipped: 0, expired: 0 }
  return { total: 0, counts, nextOrdinal: 0, held: [] }
}

/** How many are still to be started (again). */
export function countLeft({ held, total, nextOrdinal }: Targets): number {
  return held.length + (total - nextOrdinal)
}

/** `3 delivered, 1 failed`. */
export function listCounts({ counts }: Pick<Targets, 'counts'>): string {
  return targetStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ')
}

/**
 * Delivers in order, at most `concurrency` at once, and keeps `targets` true. Ends when none is left, when `mayGoOn`
 * says no, or after the first that came back undone: whoever stopped it has a reason that holds for all.
 * @returns whether a target came back undone
 */
export async function fanOut(
  targets: Targets,
  {
    concurrency,
    mayGoOn,
    deliver,
    onChange,
  }: {
    concurrency: number
    mayGoOn: () => boolean
    deliver: (ordinal: number) => Promise<TargetOutcome>
    onChange: () => void
  },
): Promise<boolean> {
  let isHeld = false

  async function lane(): Promise<void> {
    while (!isHeld && countLeft(targets) > 0 && mayGoOn()) {
      const ordinal = targets.held.shift() ?? targets.nextOrdinal++
      const outcome = await deliver(ordinal)
      if (outcome.kind === 'held') {
        isHeld = true
        targets.held.push(ordinal)
        targets.held.sort((a, b) => a - b)
      } else {
        // It was pending when it was started, whichever attempt ended it.
        targets.counts.pending -= 1
        targets.counts[outcome.kind] += 1
      }
      onChange()
    }
  }

  await Promise.all(Array.from({ length: concurrency }, () => lane()))
  return isHeld
}
