import type { RunProgress } from '../../../src/client/runs/progress.js'

export type ProgressEvent = {
  runId: string
  state: RunProgress['run']['state']
  targets: RunProgress['targets']
  sends: RunProgress['sends']
}

/**
 * The counts of a run, at once: all are of the event, since what was read may be of a time when it had no recipients yet. Its rate and
 * its end come with the next reading. So does a pause, which may be a cancel: the event of the run that comes with it has it read.
 */
export function withCounts(before: RunProgress, { state, targets, sends }: ProgressEvent): RunProgress {
  const totalTargets = sumOf(targets)
  return {
    ...before,
    run: state === 'paused' ? before.run : { ...before.run, state },
    targets,
    totalTargets,
    doneTargets: totalTargets - targets.pending,
    sends,
    totalSends: sumOf(sends),
  }
}

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
