import { getExternalWorkflowHandle, log, ParentClosePolicy, startChild } from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { DueRun, RunOutcome } from '../../protocol/payloads.js'
import type { ReminderKey } from '../../protocol/workflows.js'
import type { Remainder } from '../../domain/states.js'
import { lookAtRowSignal } from '../../protocol/messages.js'
import { priorities } from '../../protocol/priorities.js'
import { statusAtStart } from '../../protocol/run-start.js'
import { carillonAccount, carillonOperator, carillonStatus } from '../../protocol/search-attributes.js'
import { isRunOpen, prepareRun, runs } from '../proxies.js'
import type { run } from '../run/run.js'
import { backoff, waitUntil } from '../waiting.js'
import { say } from '../../domain/sentences/say.js'

/**
 * Starts the run of an occurrence, or finds it started, and waits for its end, whatever that is.
 * @param isEnding the reminder ends: a run that has not been started is not started any more
 * @param onStarted called when there is a workflow to signal
 */
export async function runToItsEnd(
  key: ReminderKey,
  due: DueRun,
  { isEnding, onStarted }: { isEnding: boolean; onStarted: () => void },
): Promise<RunOutcome> {
  const { trigger, isSuperseded: _isSuperseded, isAccountBusy = false, ...row } = { ...due, ...key }
  if (isEnding) return await accountFor(row)
  try {
    const { groupConcurrency, ...rest } = row
    const handle = await startChild<typeof run>('run', {
      workflowId: due.runId,
      args: [{ ...rest, groupConcurrency }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // An occurrence has one run: only one that was terminated or failed may be started again.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: carillonOperator, value: key.operator },
        { key: carillonAccount, value: due.accountId },
        { key: carillonStatus, value: statusAtStart({ waits: isAccountBusy }) },
      ],
      priority: priorities.run,
      staticSummary: `Run of ${key.dedupeKey}`,
      staticDetails: `The occurrence of ${due.scheduledAt}, begun by ${trigger === 'fireNow' ? 'an operator' : 'the calendar'}. Nothing is sent after ${due.deadline}.`,
    })
    onStarted()
    return await handle.result()
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      onStarted()
      // An earlier life of this reminder may have changed its row and not got round to telling it.
      await tellRun(due.runId)
      await untilClosed(due.runId)
    } else {
      log.error('run ended without a result', { runId: due.runId, error })
    }
    return await accountFor(row)
  }
}

/** Has a run look at its row. Nothing depends on it but how soon it does: a run that has ended need not hear of it. */
export async function tellRun(runId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(runId).signal(lookAtRowSignal)
  } catch (error) {
    log.info('the run had ended before the signal', { runId, error })
  }
}

/** The run of an earlier life of this reminder (terminated, or gone on as new) is nobody's child: it is asked after. */
async function untilClosed(runId: string): Promise<void> {
  const wait = backoff(5_000, 300_000)
  while (await isRunOpen({ runId, unlessRetry: true }))
    await waitUntil(Date.now() + wait.nextMs(), () => false, 'follows the run that is under way')
}

/**
 * The outcome of a closed run. One that could not account for its targets (terminated, perhaps before it had any) gets
 * that done here, and from then on nothing of it is sent; one that could is left as it is.
 */
async function accountFor(row: Parameters<typeof prepareRun>[0]): Promise<RunOutcome> {
  await prepareRun(row)
  // One that was canceled in its row ends as that.
  const remainder: Remainder = { state: 'failed', reason: say('runTerminated') }
  const { runId, accountId } = row
  const why = { remainder, canceled: false, reason: remainder.reason }
  return await runs.finishRun({ runId, accountId, ...why, unlessRetry: true })
}
