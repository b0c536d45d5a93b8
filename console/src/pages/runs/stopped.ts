import type { RunView } from '../../../../src/store/views/runs.js'

/** Somebody stopped it, and it has come to its end by that: also where some had got it before. */
export function wasStopped({ state, said }: Pick<RunView, 'state' | 'said'>): boolean {
  if (state === 'canceled') return true
  return (state === 'partial' || state === 'failed') && said?.reason?.code === 'canceledBy'
}

/** Somebody's cancel, which it follows to its end or has. */
export function isStopped(run: Pick<RunView, 'state' | 'said' | 'hold'>): boolean {
  return wasStopped(run) || (run.state === 'paused' && run.hold === 'cancel')
}
