import { aFiftieth } from '../../estimates/account-estimates.js'
import { storedEstimates } from '../../estimates/stored-estimates.js'
import { isFinalRun, runSorts, runStates, type RunSort, type RunState } from '../../domain/states.js'
import type { Part } from '../../domain/definition.js'
import type { Page } from '../../store/page.js'
import type { SendState } from '../../store/sends/sends.js'
import { runParts } from '../../store/sends/uploads.js'
import { progressFacts, sendStates } from '../../store/views/progress.js'
import {
  countReasons,
  findRun,
  listLeftOut,
  listRuns,
  listSends,
  type LeftOutGroup,
  type ReasonCount,
  type RunView,
  type SendView,
  type TargetView,
} from '../../store/views/runs.js'
import { cancelSignal, pauseSignal, resumeSignal, type OperatorRequest } from '../../protocol/messages.js'
import { listedAccounts } from '../accounts/listed.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { readListQuery, type ListQuery } from '../paging.js'
import type { SignalOptions } from '../reminders/reminders.js'
import { checkStorable } from '../storable.js'
import { runReceipt, type ReceiptAnswer } from './receipt.js'
import { retryFailed, type RetryFailedOptions, type RetryFailedResult } from './retry-failed.js'
import { runProgress, type RunProgress } from './progress.js'
import { sentPerHour, type SentPerHour, type SentPerHourQuery } from './sent-per-hour.js'
import { listedTargets, readTargetQuery, type TargetListQuery } from './targets.js'
import { watchProgress, type WatchOptions } from './watch.js'
import {
  confirm,
  confirmTimeoutMs,
  operatorRequest,
  signalOperatorRequest,
  type Confirmation,
  type OperatorSignal,
} from '../temporal/signals.js'
import { pause } from '../../pause.js'
import { say } from '../../domain/sentences/say.js'

export type RunDetails = {
  progress: RunProgress
  /** How many targets are in which state and why, the most frequent first. */
  reasons: ReasonCount[]
  targets: Page<TargetView>
  /** Of a run to all groups, those that it is without, and why. */
  leftOut: LeftOutGroup[]
  /** What it sends, as it was when the run began: an edit after that is of later ones. */
  parts: Part[]
}

/** `sort`: `latest`, when not given, or `earliest` by when they were due. */
export type RunListQuery = ListQuery<RunState, RunSort> & {
  /** Only those of the reminder with this key. */
  key?: string
  /** Only those of this account. */
  account?: string
}

export type Runs = {
  /** A page of them. */
  list(query?: RunListQuery): Promise<Page<RunView>>
  /** @throws CarillonError `not_found` */
  show(runId: string, query?: TargetListQuery): Promise<RunDetails>
  /** In the order of sending. */
  targets(runId: string, query?: TargetListQuery): Promise<Page<TargetView>>
  /** The messages to each target, or to one alone: in the order of sending. */
  sends(runId: string, query?: ListQuery<SendState> & { ordinal?: number }): Promise<Page<SendView>>
  progress(runId: string): Promise<RunProgress>
  /** Messages sent in each hour of the last 24, by a clock of one zone. */
  sentPerHour(query?: SentPerHourQuery): Promise<SentPerHour>
  /** What was sent to whom, and what WhatsApp said of it, as it is in the operator's chain: once the run has ended. */
  receipt(runId: string): Promise<ReceiptAnswer>
  /** Yields the progress now and then until the run has ended (or the signal aborts); the last one is final. */
  watch(runId: string, options?: WatchOptions): AsyncGenerator<RunProgress, void, void>
  pause(runId: string, options?: SignalOptions): Promise<Confirmation<RunView>>
  resume(runId: string, options?: SignalOptions): Promise<Confirmation<RunView>>
  /** Ends this occurrence only; what was not sent is skipped. */
  cancel(runId: string, options?: SignalOptions): Promise<Confirmation<RunView>>
  /**
   * Sends to the failed targets of a finished run again, under the same run id; the others are left as they are.
   * @throws CarillonError `conflict` while the run is under way
   */
  retryFailed(runId: string, options?: RetryFailedOptions): Promise<RetryFailedResult>
}

function unknownRun(runId: string): CarillonError {
  return new CarillonError('not_found', say('noRun', { run: runId }))
}

export function createRuns(context: ClientContext): Runs {
  const { temporal, database, operator } = context
  const estimates = context.estimates ?? storedEstimates(database, aFiftieth)

  async function find(runId: string): Promise<RunView> {
    checkStorable({ runId })
    const run = await findRun(database, { operator, runId })
    if (run !== undefined && maySeeAccount(context, run.accountId)) return run
    throw unknownRun(runId)
  }

  async function progress(runId: string): Promise<RunProgress> {
    const run = await find(runId)
    const facts = await progressFacts(database, runId)
    if (isFinalRun(run.state)) return runProgress(run, facts)
    return runProgress(run, facts, await estimates.of({ accountId: run.accountId, runId }))
  }

  async function act(
    runId: string,
    {
      signal,
      isDone,
      options,
    }: { signal: OperatorSignal; isDone: (run: RunView) => boolean; options: SignalOptions },
  ): Promise<Confirmation<RunView>> {
    // One request, however often it is signalled.
    const request = operatorRequest(context, options.reason, options.requestId)
    const before = await find(runId)
    if (isFinalRun(before.state)) {
      if (signal === cancelSignal && before.state === 'canceled')
        return { state: before, confirmed: true, already: true }
      throw new CarillonError('ended', say('runOver', { run: runId, state: before.state, what: signal.name }))
    }
    if (isDone(before)) return { state: before, confirmed: true, already: true }
    const timeoutMs = options.timeoutMs ?? confirmTimeoutMs
    await signalWhenThere(runId, { signal, request, timeoutMs })
    return await confirm({
      read: async () => await find(runId),
      isDone: (run) => isDone(run) || isFinalRun(run.state),
      timeoutMs,
    })
  }

  /** Its row is there before its workflow: a moment, or some seconds where a worker died between the two. */
  async function signalWhenThere(
    runId: string,
    { signal, request, timeoutMs }: { signal: OperatorSignal; request: OperatorRequest; timeoutMs: number },
  ): Promise<void> {
    const deadlineMs = Date.now() + timeoutMs
    for (;;) {
      const { state } = await find(runId)
      const ifMissing = say('runNotRunning', { run: runId, state })
      try {
        await signalOperatorRequest(temporal, { workflowId: runId, signal, request, ifMissing })
        return
      } catch (error) {
        const isMissing = error instanceof CarillonError && error.code === 'not_ready'
        if (!isMissing || state !== 'preparing' || Date.now() >= deadlineMs) throw error
        await pause(200)
      }
    }
  }

  return {
    list: async ({ key, account, ...query } = {}) => {
      checkStorable({ key, cursor: query.cursor })
      const { cursor, sort, ...rest } = readListQuery(query, {
        states: runStates,
        orders: runSorts,
        cursorOf: ['time', 'text'],
      })
      return await listRuns(database, {
        operator,
        ...rest,
        ...(sort && { order: sort }),
        ...(await listedAccounts(context, account)),
        ...(key !== undefined && { key }),
        ...(cursor && { after: [cursor[0] ?? '', cursor[1] ?? ''] }),
      })
    },
    show: async (runId, query = {}) => {
      const listed = readTargetQuery(query)
      return {
        progress: await progress(runId),
        reasons: await countReasons(database, runId),
        targets: await listedTargets(database, runId, listed),
        leftOut: await listLeftOut(database, runId),
        parts: await runParts(database, runId),
      }
    },
    targets: async (runId, query = {}) => {
      const listed = readTargetQuery(query)
      await find(runId)
      return await listedTargets(database, runId, listed)
    },
    sends: async (runId, { ordinal, ...query } = {}) => {
      const { cursor, ...rest } = readListQuery(query, {
        states: sendStates,
        cursorOf: ['ordinal', 'ordinal'],
      })
      await find(runId)
      return await listSends(database, {
        runId,
        ...rest,
        ...(ordinal !== undefined && { ordinal }),
        ...(cursor && { after: [Number(cursor[0]), Number(cursor[1])] }),
      })
    },
    progress,
    sentPerHour: async (query = {}) => await sentPerHour(context, query),
    receipt: async (runId) => {
      checkStorable({ runId })
      return await runReceipt(context, { runId, unknownRun: () => unknownRun(runId) })
    },
    watch: (runId, options) => watchProgress(async () => await progress(runId), options),
    pause: async (runId, options = {}) =>
      await act(runId, { signal: pauseSignal, isDone: (run) => run.state === 'paused', options }),
    resume: async (runId, options = {}) =>
      await act(runId, { signal: resumeSignal, isDone: (run) => run.state !== 'paused', options }),
    cancel: async (runId, options = {}) =>
      await act(runId, { signal: cancelSignal, isDone: (run) => isFinalRun(run.state), options }),
    retryFailed: async (runId, options) => await retryFailed(context, runId, options),
  }
}
