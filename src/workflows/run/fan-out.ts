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
  /** Those that wait for an instant while others go on: WhatsApp takes no messages to people from the account. */
  deferred?: { ordinals: number[]; until: string }
  /** The one of them that is started to see whether the others may be. */
  probe?: number | undefined
}

export function noTargets(): Targets {
  const counts = { pending: 0, delivered: 0, failed: 0, unknown: 0, skipped: 0, expired: 0 }
  return { total: 0, counts, nextOrdinal: 0, held: [] }
}

/** How many are still to be started (again). */
export function countLeft(targets: Targets): number {
  return countReady(targets) + (targets.deferred?.ordinals.length ?? 0)
}

/** How many of those may be started now. */
export function countReady({ held, total, nextOrdinal }: Targets): number {
  return held.length + (total - nextOrdinal)
}

/** Until when all that are left are deferred; undefined where another may be started. */
export function deferredUntilMs(targets: Targets): number | undefined {
  const { deferred } = targets
  return deferred === undefined || countReady(targets) > 0 ? undefined : Date.parse(deferred.until)
}

/** One of those that are deferred is worth a try. If that is not deferred again, neither are the others. */
export function probeDeferred(targets: Targets): void {
  targets.probe = targets.deferred?.ordinals.shift()
  if (targets.probe !== undefined) hold(targets, [targets.probe])
}

function takeUpDeferred(targets: Targets): void {
  hold(targets, targets.deferred?.ordinals ?? [])
  delete targets.deferred
}

function hold({ held }: Targets, ordinals: number[]): void {
  held.push(...ordinals)
  held.sort((a, b) => a - b)
}

/** `3 delivered, 1 failed`. */
export function listCounts({ counts }: Pick<Targets, 'counts'>): string {
  return targetStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`)
    .join(', ')
}

/**
 * Delivers in order, at most `concurrency` at once, and keeps `targets` true. Ends when none is left that may be started,
 * when `mayGoOn` says no, or after the first that came back undone: whoever stopped it has a reason that holds for all. One
 * that comes back with a time is deferred, and the others go on.
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
    while (!isHeld && countReady(targets) > 0 && mayGoOn()) {
      const ordinal = targets.held.shift() ?? targets.nextOrdinal++
      const outcome = await deliver(ordinal)
      const isDeferred = outcome.kind === 'held' && outcome.until !== undefined
      if (targets.probe === ordinal) {
        delete targets.probe
        if (!isDeferred) takeUpDeferred(targets)
      }
      if (isDeferred) {
        const { until } = outcome
        targets.deferred ??= { ordinals: [], until }
        targets.deferred.ordinals.push(ordinal)
        targets.deferred.until = until
      } else if (outcome.kind === 'held') {
        isHeld = true
        hold(targets, [ordinal])
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
