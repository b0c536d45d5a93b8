import type { RunProgress } from '../../../src/client/runs/progress.js'
import { totalled } from '../../../src/domain/progress.js'

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
export function withCounts(before: RunProgress, { state, ...counts }: ProgressEvent): RunProgress {
  return {
    ...before,
    run: state === 'paused' ? before.run : { ...before.run, state },
    ...totalled(counts),
  }
}
