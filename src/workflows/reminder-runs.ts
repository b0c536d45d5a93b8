import {
  condition,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  startChild,
  type SignalDefinition,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { DueRun, RunOutcome } from '../activities/types.js'
import { canceledByOperator, isFinalRun, type Remainder } from '../domain/states.js'
import { cancelSignal, pauseSignal, type OperatorRequest } from './messages.js'
import { byCalendar } from './operator-request.js'
import { isRunOpen, prepareRun, runs } from './proxies.js'
import { isPaused, type Life } from './reminder-life.js'
import type { run } from './run.js'
import { carillonAccount, carillonOperator, carillonStatus } from './search-attributes.js'
import { backoff, waitUntil } from './waiting.js'

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
      const reason = 'the next occurrence is due'
      tellRun(life, due.runId, cancelSignal, { by: byCalendar, reason }).catch((error: unknown) => {
        life.broken = error
        life.news = true
      })
    }
  }
}

async function follow(life: Life, due: DueRun): Promise<RunOutcome> {
  const { trigger, isSuperseded: _isSuperseded, ...row } = { ...due, ...life.key }
  // Canceled before it was started, by the reminder's end.
  if (isEnding(life)) return await accountFor(life, row)
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
        { key: carillonStatus, value: 'preparing' },
      ],
      staticSummary: `Run of ${life.key.dedupeKey}`,
      staticDetails: `The occurrence of ${due.scheduledAt}, begun by ${trigger === 'fireNow' ? 'an operator' : 'the calendar'}. Nothing is sent after ${due.deadline}.`,
    })
    await passOn(life, due)
    return await handle.result()
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      await passOn(life, due)
      await untilClosed(due.runId)
    } else {
      log.error('run ended without a result', { runId: due.runId, error })
    }
    return await accountFor(life, row)
  }
}

/** The run is there: it hears what the operator asked for while it was being started. */
async function passOn(life: Life, { runId, trigger }: DueRun): Promise<void> {
  const followed = life.followed.get(runId)
  if (followed) followed.isStarted = true
  if (isEnding(life)) await signalRun(runId, cancelSignal, endingRequest(life))
  // What an operator fires while the reminder is paused is meant to go out.
  else if (trigger === 'schedule' && (life.isHeld || isPaused(life))) await signalRun(runId, pauseSignal, {})
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
async function accountFor(life: Life, row: Parameters<typeof prepareRun>[0]): Promise<RunOutcome> {
  await prepareRun(row)
  const isCanceled = isEnding(life)
  const remainder: Remainder = isCanceled
    ? { state: 'skipped', reason: canceledByOperator }
    : { state: 'failed', reason: 'the run was terminated' }
  const { runId } = row
  const why = { canceled: isCanceled, reason: remainder.reason }
  return await runs.finishRun({ runId, remainder, ...why, unlessRetry: true })
}

export function isEnding(life: Life): boolean {
  return life.situation().endingBecause !== undefined
}

function endingRequest(life: Life): OperatorRequest {
  // The run says `canceled by operator` itself.
  const reason = life.situation().endingBecause?.split(' by operator: ')[1]
  return reason === undefined ? {} : { reason }
}

/**
 * Passes an operator's request on to the runs under way, and to the retries of those that had ended, which are nobody's
 * children: Postgres knows them. Returns the ids of the retries that have it.
 */
export async function tellRuns(
  life: Life,
  signal: SignalDefinition<[OperatorRequest?]>,
  request: OperatorRequest,
): Promise<string[]> {
  for (const runId of life.followed.keys()) await tellRun(life, runId, signal, request)
  const told: string[] = []
  for (const runId of await runs.openRetries(life.key))
    if (await signalRun(runId, signal, request)) told.push(runId)
  return told
}

async function tellRun(
  life: Life,
  runId: string,
  signal: SignalDefinition<[OperatorRequest?]>,
  request: OperatorRequest,
): Promise<void> {
  // One that is being started gets it as soon as it is there; it would not be found before.
  await condition(() => life.followed.get(runId)?.isStarted !== false)
  if (life.followed.has(runId)) await signalRun(runId, signal, request)
}

/** Returns false where it had ended. */
async function signalRun(
  runId: string,
  signal: SignalDefinition<[OperatorRequest?]>,
  request: OperatorRequest,
): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(runId).signal(signal, request)
    return true
  } catch (error) {
    log.info('the run had ended before the signal', { runId, error })
    return false
  }
}

// A retry that is terminated at that moment would never write that it is paused.
const retryPausesMs = 30_000

/** Until every run under way has written that it is paused, or has ended: from then on nothing is sent. */
export async function untilRunsPaused(
  life: Life,
  { retries, isOff }: { retries: string[]; isOff: () => boolean },
): Promise<void> {
  const wait = backoff(100, 5_000)
  for (const runId of life.followed.keys())
    await untilPaused(runId, wait, () => isOff() || !life.followed.has(runId))
  const givesUpMs = Date.now() + retryPausesMs
  for (const runId of retries) await untilPaused(runId, wait, () => isOff() || Date.now() >= givesUpMs)
}

async function untilPaused(
  runId: string,
  wait: ReturnType<typeof backoff>,
  goesOn: () => boolean,
): Promise<void> {
  while (!goesOn()) {
    const outcome = await runs.runOutcome({ runId })
    if (outcome && (outcome.state === 'paused' || isFinalRun(outcome.state))) break
    await waitUntil(Date.now() + wait.nextMs(), goesOn, 'until the run has heard the pause')
  }
}
