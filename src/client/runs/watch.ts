import { isFinalRun } from '../../domain/states.js'
import { pause } from '../../pause.js'
import type { RunProgress } from './progress.js'

export type WatchOptions = { /** 500 ms when not given. */ intervalMs?: number; signal?: AbortSignal }

/** Asks now and then until the run has ended (or the signal aborts); the last answer is final. */
export async function* watchProgress(
  ask: () => Promise<RunProgress>,
  { intervalMs = 500, signal }: WatchOptions = {},
): AsyncGenerator<RunProgress, void, void> {
  for (;;) {
    if (signal?.aborted === true) return
    const current = await ask()
    yield current
    if (isFinalRun(current.run.state)) return
    await pause(intervalMs, signal)
  }
}
