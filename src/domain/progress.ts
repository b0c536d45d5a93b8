import { targetStates, type TargetCounts } from './states.js'

const minuteMs = 60_000

/** Too few or too short to tell a rate from a burst. */
const minSends = 3
const minSpanMs = 2_000

/** Sends in a minute, measured over the time since the first of them; undefined while there is too little to tell. */
export function measuredRate({ sends, spanMs }: { sends: number; spanMs: number }): number | undefined {
  if (sends < minSends || spanMs < minSpanMs) return undefined
  // The span begins at the first send, so it holds one interval less than sends.
  return ((sends - 1) / spanMs) * minuteMs
}

/** The rate of the last minute. */
export function rateLately({
  ackedLately,
  firstAckLately,
  now,
}: {
  ackedLately: number
  firstAckLately: Date | null
  now: Date
}): number | undefined {
  const spanMs = firstAckLately === null ? 0 : now.getTime() - firstAckLately.getTime()
  return measuredRate({ sends: ackedLately, spanMs })
}

/** The counts of a run, and what they come to. `doneTargets`: those in a final state. */
export function totalled<Sends extends Record<string, number>>({
  targets,
  sends,
}: {
  targets: TargetCounts
  sends: Sends
}) {
  const totalTargets = targetStates.reduce((sum, state) => sum + targets[state], 0)
  const totalSends = Object.values(sends).reduce((sum, count) => sum + count, 0)
  return { targets, totalTargets, doneTargets: totalTargets - targets.pending, sends, totalSends }
}
