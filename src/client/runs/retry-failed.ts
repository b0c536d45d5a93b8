import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { RefusalType } from '../../protocol/refusals.js'
import { isFinalRun, type RunState } from '../../domain/states.js'
import { findRetriableRun, retryRequestId, type RetriableRun } from '../../store/runs/retry-failed.js'
import { findRequest } from '../../store/views/audit.js'
import { findRun, type RunView } from '../../store/views/runs.js'
import { retryFailedUpdate, type RetryFailedAnswer } from '../../protocol/messages.js'
import { runStart } from '../../protocol/run-start.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { confirmTimeoutMs, operatorRequest, type RequestOptions } from '../temporal/signals.js'
import { checkStorable } from '../storable.js'
import { isClosed, untilAnswered } from '../temporal/update-attempts.js'
import { explainUpdateError } from '../temporal/updates.js'
import { say } from '../../domain/sentences/say.js'

export type RetryFailedOptions = RequestOptions

export type RetryFailedResult = RetryFailedAnswer & { run: RunView }

/**
 * Sends to the failed targets of a finished run again, under the same run id. All that it is made of is in Postgres, so
 * Temporal need not remember the run; two calls at once find the same workflow.
 *
 * @throws CarillonError `not_found`, `conflict` while the run is under way, `not_ready` where its account is not linked,
 *   `timed_out` without a worker
 */
export async function retryFailed(
  context: ClientContext,
  runId: string,
  { timeoutMs = confirmTimeoutMs, reason, ...options }: RetryFailedOptions = {},
): Promise<RetryFailedResult> {
  const { temporal, database, operator } = context
  checkStorable({ runId })
  const request = operatorRequest(context, reason, options.requestId)
  const { requestId } = request
  let seen: RunState | undefined

  async function ask(deadlineMs: number): Promise<RetryFailedAnswer> {
    const run = await findRetriableRun(database, { operator, runId })
    if (!run || !maySeeAccount(context, run.args.accountId)) throw unknownRun(runId)
    seen = run.state
    const done = await findRequest(database, retryRequestId({ runId, requestId }))
    if (done) return done.answer as RetryFailedAnswer
    // A retry that is under way answers itself: a second click is no mistake.
    if (!isFinalRun(run.state) && !run.isRetry) throw underWay(runId, run.state)
    return await temporal.withDeadline(deadlineMs, () => updateWithStart(run))
  }

  async function updateWithStart({ args }: RetriableRun): Promise<RetryFailedAnswer> {
    return await temporal.workflow.executeUpdateWithStart(retryFailedUpdate, {
      updateId: requestId,
      args: [request],
      // By name: the workflow's code is the worker's.
      startWorkflowOperation: new WithStartWorkflowOperation('run', {
        ...runStart({ ...args, isRetry: true }),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    })
  }

  try {
    const answer = await untilAnswered({
      timeoutMs,
      ask,
      // Its row is finished a moment before its workflow is.
      mayAskAgain: (error) =>
        isClosed(error) || (isUnderWay(error) && seen !== undefined && isFinalRun(seen)),
      noAnswer: (cause) => noAnswer({ runId, timeoutMs, cause }),
    })
    const run = await findRun(database, { operator, runId })
    if (!run) throw unknownRun(runId)
    return { ...answer, run }
  } catch (error) {
    throw explainUpdateError(error, { ifMissing: noWorkflow(runId) })
  }
}

function isUnderWay(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false
  return (
    error.cause instanceof ApplicationFailure && error.cause.type === ('RunUnderWay' satisfies RefusalType)
  )
}

function unknownRun(runId: string): CarillonError {
  return new CarillonError('not_found', say('noRun', { run: runId }))
}

function underWay(runId: string, state: RunState): CarillonError {
  return new CarillonError('conflict', say('runStillRunning', { run: runId, state }))
}

function noWorkflow(runId: string): string {
  return say('runEnded', { run: runId })
}

function noAnswer({
  runId,
  timeoutMs,
  cause,
}: {
  runId: string
  timeoutMs: number
  cause: unknown
}): CarillonError {
  return new CarillonError(
    'timed_out',
    say('noAnswerRetry', { seconds: Math.round(timeoutMs / 1_000), run: runId }),
    { cause },
  )
}
