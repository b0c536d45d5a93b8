import {
  CancellationScope,
  condition,
  defineSignal,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'
import type { RunActivities } from '../../../src/activities/runs.js'
import type { RunOutcome } from '../../../src/protocol/payloads.js'
import { openMailbox } from '../../../src/workflows/mailbox.js'
import { oneAtATime } from '../../../src/workflows/one-at-a-time.js'
import { cancelSignal, lookAtRowSignal } from '../../../src/protocol/messages.js'
import { readOperatorRequest } from '../../../src/workflows/operator-request.js'
import { onSignal } from '../../../src/workflows/operator-signals.js'
import type { RunArgs } from '../../../src/protocol/workflows.js'
import type { StubRunActivities } from './reminder-world.js'

/** The real reminder, and a run that takes as long as the test says, writes its row and hears the operator. */

export { reminder } from '../../../src/workflows/reminder/reminder.js'

const ledger = oneAtATime(
  proxyLocalActivities<StubRunActivities & Pick<RunActivities, 'findHold'>>({
    startToCloseTimeout: '10s',
    localRetryThreshold: '30s',
  }),
)

/** Ends a run that would go on. */
export const finishSignal = defineSignal('finish')

export async function run({ runId, dedupeKey, digest }: RunArgs): Promise<RunOutcome> {
  let isPaused = false
  let isCanceled = false
  let isFinished = false
  const look = async () => {
    const held = await ledger.findHold({ runId })
    isPaused = held?.hold?.kind === 'pause'
    isCanceled ||= held?.hold?.kind === 'cancel'
    if (!isPaused && !isCanceled && !isFinished) await ledger.writeRun({ runId, state: 'running' })
  }
  setHandler(finishSignal, () => {
    isFinished = true
  })
  const mailbox = openMailbox(undefined, async () => undefined)
  onSignal(mailbox, lookAtRowSignal, look, readOperatorRequest)
  onSignal(
    mailbox,
    cancelSignal,
    async () => {
      isCanceled = true
    },
    readOperatorRequest,
  )
  return await CancellationScope.nonCancellable(async () => {
    const lastsMs = await ledger.beginRun({ runId, dedupeKey, digest, atMs: Date.now() })
    await look()
    const isOver = () => isCanceled || isFinished
    if (lastsMs > 0) await condition(isOver, lastsMs)
    await condition(() => !isPaused || isOver())
    isFinished = true
    const outcome = await ledger.endRun({ runId, state: isCanceled ? 'canceled' : 'completed' })
    await mailbox.untilQuiet()
    return outcome
  })
}
