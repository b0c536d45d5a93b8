import {
  condition,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { DueRun, RunOutcome } from '../../protocol/payloads.js'
import type { Remainder } from '../../domain/states.js'
import { lookAtRowSignal } from '../../protocol/messages.js'
import { isRunOpen, prepareRun, runs } from '../proxies.js'
import type { Life } from './life.js'
import type { run } from '../run/run.js'
import { statusAtStart } from '../../protocol/run-start.js'
import { carillonAccount, carillonOperator, carillonStatus } from '../../protocol/search-attributes.js'
import { backoff, waitUntil } from '../waiting.js'

/** Starts each run that Postgres has and nobody follows, and follows it to its end, whatever that is. */
export function followRuns(life: Life): void {
  for (const due of life.situation().runs) {
    if (life.ended.has(due.runId)) continue
    if (!life.followed.has(due.runId)) {
      life.followed.set(due.runId, { isStarted: false })
      follow(life, due)
        .then((outcome) => {
          life.lastRun = { runId: due.runId, outcome }
          life.ended.add(due.runId)
          life.hasRunEnded = true
        })
        .catch((error: unknown) => {
          life.broken = error
          life.news = true
        })
        .finally(() => life.followed.delete(due.runId))
    }
    if (due.isSuperseded && !life.superseded.has(due.runId)) {
      life.superseded.add(due.runId)
      // Its row is canceled already.
      tellRun(life, due.runId).catch((error: unknown) => {
        life.broken = error
        life.news = true
      })
    }
  }
}

async function follow(life: Life, due: DueRun): Promise<RunOutcome> {
  const { trigger, isSuperseded: _isSuperseded, ...row } = { ...due, ...life.key }
  // Canceled before it was started, by the reminder's end.
  if (life.situation().endingBecause !== undefined) return await accountFor(row)
  try {
    const { groupConcurrency, ...rest } = row
    const handle = await startChild<typeof run>('run', {
      workflowId: due.runId,
      args: [{ ...rest, groupConcurrency }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // An occurrence has one run: only one that was terminated or failed may be started again.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: [
        { key: carillonOperator, value: life.key.operator },
        { key: carillonAccount, value: due.accountId },
        { key: carillonStatus, value: statusAtStart },
      ],
      staticSummary: `Run of ${life.key.dedupeKey}`,
      staticDetails: `The occurrence of ${due.scheduledAt}, begun by ${trigger === 'fireNow' ? 'an operator' : 'the calendar'}. Nothing is sent after ${due.deadline}.`,
    })
    setStarted(life, due.runId)
    return await handle.result()
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      setStarted(life, due.runId)
      // An earlier life of this reminder may have changed its row and not got round to telling it.
      await signalRun(due.runId)
      await untilClosed(due.runId)
    } else {
      log.error('run ended without a result', { runId: due.runId, error })
    }
    return await accountFor(row)
  }
}

function setStarted(life: Life, runId: string): void {
  const followed = life.followed.get(runId)
  if (followed) followed.isStarted = true
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
  const remainder: Remainder = { state: 'failed', reason: 'the run was terminated' }
  const { runId, accountId } = row
  const why = { remainder, canceled: false, reason: remainder.reason }
  return await runs.finishRun({ runId, accountId, ...why, unlessRetry: true })
}

/**
 * Has the runs under way look at their rows, which an operator's request has changed; and the retries of those that had
 * ended, which are nobody's children: Postgres knows them. Nothing depends on it but how soon they follow.
 */
export async function tellRuns(life: Life): Promise<void> {
  for (const runId of life.followed.keys()) await tellRun(life, runId)
  for (const runId of await runs.openRetries(life.key)) await signalRun(runId)
}

async function tellRun(life: Life, runId: string): Promise<void> {
  // One that is being started gets it as soon as it is there; it would not be found before.
  await condition(() => life.followed.get(runId)?.isStarted !== false)
  if (life.followed.has(runId)) await signalRun(runId)
}

async function signalRun(runId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(runId).signal(lookAtRowSignal)
  } catch (error) {
    log.info('the run had ended before the signal', { runId, error })
  }
}
