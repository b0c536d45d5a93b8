import {
  allHandlersFinished,
  CancellationScope,
  condition,
  currentUpdateInfo,
  log,
  setHandler,
  uuid4,
} from '@temporalio/workflow'
import type { Retried } from '../../protocol/payloads.js'
import type { RefusalType } from '../../protocol/refusals.js'
import { retryFailedUpdate, type OperatorRequest, type RetryFailedAnswer } from '../../protocol/messages.js'
import { recordedRequest } from '../operator-request.js'
import { nowText } from '../clock.js'
import { checkRequest } from '../update-validators.js'
import { runs } from '../proxies.js'
import { refusal, refusalIn } from '../../protocol/refusals.js'
import { waitUntil } from '../waiting.js'

export type RunRetry = {
  /**
   * Waits for the request that the run was started with, and for what Postgres makes of it. Returns the new deadline;
   * undefined where nothing is sent again.
   * @throws ApplicationFailure where there is no such run, or Postgres says that it has not ended
   */
  opened(): Promise<string | undefined>
}

// It comes with the start, in the same task. A workflow that was reset, or started by hand, has none.
const requestMs = 10_000

/**
 * The run's side of `retryFailed`. Of all requests that come before the run is open again, the first opens it; in a run
 * that was begun for anything else there is nothing finished to retry. Call it before the first await.
 */
export function runRetry({
  runId,
  isRetry,
  isCarried,
  isOver,
}: {
  runId: string
  /** The run was started for a retry. */
  isRetry: boolean
  /** It was opened before it went on as new. */
  isCarried: boolean
  isOver: () => boolean
}): RunRetry {
  let opening: Promise<Retried> | undefined
  let phase: 'asked' | 'open' | 'closed' = 'closed'
  if (isRetry) phase = isCarried ? 'open' : 'asked'

  // From Temporal's own tools it may come without a payload.
  const answer = async (request: OperatorRequest = {}): Promise<RetryFailedAnswer> => {
    if (phase !== 'asked') {
      // Its end may be written by a task that was lost: who asks then asks for another one.
      if ((await runs.findHold({ runId }))?.hasEnded === true) throw underWay()
      return { kind: 'already' }
    }
    const isFirst = opening === undefined
    opening ??= open(request)
    try {
      const retried = await opening
      return isFirst || retried.kind === 'nothing' ? retried : { kind: 'already' }
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }
  setHandler(retryFailedUpdate, answer, {
    validator: (request?: unknown) => {
      checkRequest(retryFailedUpdate.name, request)
      if (phase === 'closed' || isOver()) throw underWay()
    },
  })

  function underWay(): Error {
    return refusal('RunUnderWay', `The run '${runId}' is still running: wait for its end, or cancel it.`)
  }

  async function open(request: OperatorRequest): Promise<Retried> {
    const requestId = request.requestId ?? currentUpdateInfo()?.id ?? uuid4()
    // Temporal's own cancellation takes it back only once it is known what is to be taken back.
    return await CancellationScope.nonCancellable(() =>
      runs.retryFailed({
        runId,
        ...recordedRequest({ ...request, requestId }),
        now: nowText(),
      }),
    )
  }

  return {
    async opened() {
      await waitUntil(
        Date.now() + requestMs,
        () => opening !== undefined,
        'waiting for what is to be retried',
      )
      try {
        const retried = await opening
        // Without a request an earlier task has opened it, and was lost with its request.
        phase = retried?.kind === 'nothing' ? 'closed' : 'open'
        return retried?.kind === 'retried' ? retried.deadline : undefined
      } catch (error) {
        phase = 'closed'
        const refused = refusalIn(error)
        log.warn('retry refused', { runId, type: refused?.type })
        // The run ends as it had ended.
        if (refused?.type === ('AccountUnlinked' satisfies RefusalType)) return undefined
        await condition(allHandlersFinished)
        throw refused ?? error
      }
    },
  }
}
