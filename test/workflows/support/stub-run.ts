import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineSignal,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'
import type { RunOutcome } from '../../../src/activities/types.js'
import { oneAtATime } from '../../../src/workflows/one-at-a-time.js'
import { onOperatorSignals } from '../../../src/workflows/operator-signals.js'
import type { RunArgs } from '../../../src/workflows/run.js'
import type { StubRunActivities } from './reminder-world.js'

/** The real reminder, and a run that takes as long as the test says, writes its row and hears the operator. */

export { reminder } from '../../../src/workflows/reminder.js'

const ledger = oneAtATime(
  proxyLocalActivities<StubRunActivities>({ startToCloseTimeout: '10s', localRetryThreshold: '30s' }),
)

/** Ends a run that would go on. */
export const finishSignal = defineSignal('finish')

export async function run({ runId, dedupeKey, digest }: RunArgs): Promise<RunOutcome> {
  let isPaused = false
  let isCanceled = false
  let isFinished = false
  const write = async () => {
    if (!isFinished) await ledger.writeRun({ runId, state: isPaused ? 'paused' : 'running' })
  }
  setHandler(finishSignal, () => {
    isFinished = true
  })
  onOperatorSignals({
    async pause() {
      isPaused = true
      await write()
    },
    async resume() {
      isPaused = false
      await write()
    },
    async cancel() {
      isCanceled = true
    },
  })
  return await CancellationScope.nonCancellable(async () => {
    const lastsMs = await ledger.beginRun({ runId, dedupeKey, digest, atMs: Date.now() })
    const isOver = () => isCanceled || isFinished
    if (lastsMs > 0) await condition(isOver, lastsMs)
    await condition(() => !isPaused || isOver())
    isFinished = true
    const outcome = await ledger.endRun({ runId, state: isCanceled ? 'canceled' : 'completed' })
    await condition(allHandlersFinished)
    return outcome
  })
}
