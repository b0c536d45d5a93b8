import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { OpenHours, PreparedRun, Remainder, RunOutcome, TargetOutcome } from '../activities/types.js'
import { groupDeliveryWorkflowId } from '../domain/ids.js'
import { canceledByOperator, groupsNotRead, isFinalRun, type RunState } from '../domain/states.js'
import type { StoredRunArgs } from '../domain/run-args.js'
import { accountLock } from './account-lock-scope.js'
import { countLeft, fanOut, listCounts, noTargets, type Targets } from './fan-out.js'
import { isCanceled, isOutOfTime, type groupDelivery } from './group-delivery.js'
import { untilGroupsAreRead } from './groups-read.js'
import { inTurn } from './in-turn.js'
import { progressQuery } from './messages.js'
import { describeRequest } from './operator-request.js'
import { onOperatorSignals } from './operator-signals.js'
import { accountActivities, prepareRun, runs } from './proxies.js'
import { lastEstimate } from './run-estimate.js'
import { runHours } from './run-hours.js'
import { runRetry } from './run-retry.js'
import { carillonStatus } from './search-attributes.js'
import { backoff, waitUntil } from './waiting.js'

export type RunArgs = StoredRunArgs & {
  /** It had ended: its `retryFailed` opens it again, with a deadline of its own. */
  isRetry?: true
  carried?: CarriedRun
}

/** What crosses continue-as-new. */
type CarriedRun = {
  targets: Targets
  lockToken?: number
  uploaded: boolean
  /** Of a reminder with a window, the hours that the run was in. */
  hours?: OpenHours
}

// A target takes up to nine events here: a page is about the size at which Temporal suggests to go on as new.
const pageSize = 500

const noRecipients = 'no recipients: the account is in no groups'

/**
 * The delivery of one occurrence: prepares a row for every target, holds the account's lock while it fans out to one
 * child for each, and ends with every target accounted for. A pause gives the lock back; a resume goes on in this run.
 * So does the end of the window, and its next opening.
 */
export async function run(args: RunArgs): Promise<RunOutcome> {
  const { carried, ...rest } = args
  const { groupConcurrency, isRetry = false, ...occurrence } = rest
  const { runId, accountId } = args
  let { deadline } = args
  let deadlineMs = Date.parse(deadline)
  const targets = carried?.targets ?? noTargets()
  const estimate = lastEstimate({ runId, accountId })
  const hours = runHours(args.digest, carried?.hours)
  let hasWindow = hours.known !== undefined
  let startedOnThisPage = 0
  let uploaded = carried?.uploaded ?? false
  // Its audience is not known before they were read.
  let waitsForGroups = false
  let paused: string | undefined
  let canceled: string | undefined
  // Requests of the operator. Once he has spoken, what the row says of him is old.
  let heard = 0
  // He has resumed this run, and the row does not say so yet.
  let isResumed = false
  let sending: CancellationScope | undefined
  // A target came back undone although nobody stopped the run: the lock or the row must be looked at again.
  let outOfStep = false
  const beforeNextStep = backoff(1_000, 30_000)
  // Why no target can be sent to at all.
  let broken: Remainder | undefined
  let finalState: RunState | undefined
  let shownState: RunState | undefined

  const stopped = () => paused !== undefined || canceled !== undefined
  const isOver = () =>
    countLeft(targets) === 0 || canceled !== undefined || broken !== undefined || Date.now() >= deadlineMs
  const isPageFull = () => startedOnThisPage >= pageSize || workflowInfo().continueAsNewSuggested
  const goesOnAsNew = () => isPageFull() && !isOver() && !stopped() && !outOfStep

  setHandler(progressQuery, () => {
    const { counts, total } = targets
    return { ...current(), counts, total, ...(mayBeEstimated() && estimate.known) }
  })
  const lock = accountLock(
    { accountId, runId },
    // An earlier life of this run may have left the lock behind: what a paused run does not need, it gives back.
    { ...(carried?.lockToken !== undefined && { token: carried.lockToken }) },
  )
  /** Brings the row to the state that is true now, from what the operator wants and what the run has. */
  const record = inTurn(async () => {
    const { state, waitsFor, waitsUntil } = current()
    if (state !== 'waiting' && state !== 'running' && state !== 'paused') return
    const heardBefore = heard
    const resumed = isResumed && { resumed: true as const }
    isResumed = false
    const { stoppedBecause } = await runs.setRunState({
      runId,
      state,
      reason: waitsFor ?? null,
      ...(state === 'running' && lock.token !== undefined && { lockToken: lock.token }),
      ...(hours.known && { hours: hours.known }),
      ...(waitsUntil !== undefined && { waitsUntil }),
      ...resumed,
    })
    // The reminder has stopped it, and its signal is still on the way, or never comes.
    if (stoppedBecause !== undefined && heard === heardBefore) {
      stopFor(stoppedBecause)
      sending?.cancel()
    }
    show()
  })
  onOperatorSignals({
    async pause(request) {
      heard += 1
      if (canceled !== undefined) return
      paused = describeRequest('paused', request)
      // The row first: from this commit on no send begins. Only then the children, which may be in the middle of one.
      await record()
      if (stopped()) sending?.cancel()
    },
    async resume() {
      heard += 1
      if (canceled !== undefined) return
      paused = undefined
      isResumed = true
      await record()
    },
    async cancel(request) {
      heard += 1
      if (canceled !== undefined) return
      canceled = describeRequest('canceled', request)
      await record()
      sending?.cancel()
    },
  })

  const retry = runRetry({
    runId,
    isRetry,
    isCarried: carried !== undefined,
    isOver: () => finalState !== undefined,
  })

  return await CancellationScope.nonCancellable(async () => {
    if (!carried) {
      if (isRetry) {
        deadline = (await retry.opened()) ?? deadline
        deadlineMs = Date.parse(deadline)
      }
      let prepared = await prepareRun(occurrence)
      // A cancel that is in its row already ends it below.
      const isCanceledNow = () => canceled !== undefined || prepared.reason?.startsWith('canceled') === true
      while (prepared.waitsForGroups === true && !isCanceledNow() && Date.now() < deadlineMs) {
        waitsForGroups = true
        show()
        await untilGroupsAreRead({ accountId, deadlineMs, onScope: (scope) => (sending = scope) })
        sending = undefined
        if (!isCanceledNow()) prepared = await prepareRun(occurrence)
      }
      waitsForGroups = prepared.waitsForGroups === true
      targets.total = prepared.total
      targets.counts = prepared.counts
      hasWindow = prepared.hasWindow
      if (isFinalRun(prepared.state)) return await end({ state: prepared.state, counts: prepared.counts })
      goOnFrom(prepared)
    }
    while (!isOver()) {
      if (hasWindow) await hours.look()
      await record()
      if (paused !== undefined) {
        await lock.giveBack()
        const goesOn = () => paused === undefined || canceled !== undefined
        await waitUntil(deadlineMs, goesOn, 'paused until it expires')
        continue
      }
      if (hours.opensMs !== undefined) {
        await lock.giveBack()
        beforeNextStep.reset()
        estimate.refresh()
        await waitUntil(Math.min(hours.opensMs, deadlineMs), stopped, 'until the window opens')
        continue
      }
      const giveUp = () => stopped() || workflowInfo().continueAsNewSuggested
      const untilMs = Math.min(deadlineMs, hours.endMs)
      const onAsk = () => estimate.refresh()
      await lock.while({ giveUp, deadlineMs: untilMs, keep: goesOnAsNew, onAsk }, sendPage)
      if (goesOnAsNew()) await goOnAsNew()
      if (!outOfStep) continue
      await waitUntil(Date.now() + beforeNextStep.nextMs(), stopped, 'before it asks for the lock again')
      outOfStep = false
    }
    await lock.giveBack()
    const reason = canceled ?? broken?.reason ?? (targets.total === 0 ? whyNobody() : null)
    return await end(
      await runs.finishRun({ runId, canceled: canceled !== undefined, remainder: remainder(), reason }),
    )
  })

  /** What an earlier life of this run did and was told (it was terminated, or lost with Temporal's data) still holds. */
  function goOnFrom({ state, reason, left }: PreparedRun): void {
    if (left) {
      targets.held = left
      targets.nextOrdinal = targets.total
    }
    if (state === 'paused' && heard === 0) stopFor(reason ?? describeRequest('paused', {}))
  }

  /** What the row says, in the words of the request that it was written for. */
  function stopFor(because: string): void {
    if (canceled !== undefined) return
    if (because.startsWith('canceled')) canceled = because
    else paused = because
  }

  /** Starts children in order, a few at once, until all are done, the page is full, or it is to stop. */
  async function sendPage(): Promise<void> {
    await record()
    const scope = new CancellationScope()
    sending = scope
    const closing = stopAtWindowsEnd(scope)
    try {
      await scope.run(async () => {
        if (stopped()) return
        if (!uploaded) await upload()
        const isHeld = await fanOut(targets, {
          concurrency: groupConcurrency,
          mayGoOn: () => !stopped() && !isOver() && !isPageFull() && !scope.consideredCancelled,
          deliver: deliverTo,
          onChange: () => {
            estimate.refresh()
            show()
          },
        })
        outOfStep = isHeld && !scope.consideredCancelled
        if (!isHeld) beforeNextStep.reset()
      })
    } catch (error) {
      if (isCanceled(error)) return
      if (!(error instanceof ActivityFailure)) throw error
      // Only the upload ends like this: for good, or because the time to deliver has passed.
      const state = isOutOfTime(error) ? 'expired' : 'failed'
      broken = { state, reason: error.cause?.message ?? error.message }
      log.error('media could not be uploaded', { runId, error })
    } finally {
      sending = undefined
      await closing
    }
  }

  /** What is under way ends with the part that is out; what waits (for the limit, for the account) ends at once. */
  async function stopAtWindowsEnd(scope: CancellationScope): Promise<void> {
    if (hours.endMs === Infinity) return
    const isDone = await waitUntil(hours.endMs, () => sending !== scope, 'until the window closes')
    if (!isDone) scope.cancel()
  }

  async function upload(): Promise<void> {
    const { uploadMedia } = accountActivities({
      accountId,
      timeoutMs: Math.max(1, deadlineMs - Date.now()),
      summary: 'uploads each media once',
    })
    await uploadMedia({ runId })
    uploaded = true
  }

  async function deliverTo(ordinal: number): Promise<TargetOutcome> {
    const scope = CancellationScope.current()
    startedOnThisPage += 1
    try {
      const ended = await executeChild<typeof groupDelivery>('groupDelivery', {
        workflowId: groupDeliveryWorkflowId(runId, ordinal),
        args: [{ runId, ordinal, accountId, deadline }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      })
      if (ended.kind !== 'canceled') return ended
      if (scope.consideredCancelled) return { kind: 'held' }
      // By hand, in Temporal: this target alone is not wanted.
      return await abandon(ordinal, { state: 'skipped', reason: canceledByOperator })
    } catch (error) {
      // An earlier life of this run (it was reset or terminated) started it and it has not ended yet: later, then.
      if (isCancellation(error) || error instanceof WorkflowExecutionAlreadyStartedError)
        return { kind: 'held' }
      log.error('delivery ended without a result', { runId, ordinal, error })
      return await abandon(ordinal, { state: 'failed', reason: 'the delivery was terminated' })
    }
  }

  async function abandon(ordinal: number, why: Remainder): Promise<TargetOutcome> {
    return await CancellationScope.nonCancellable(() => runs.abandonTarget({ runId, ordinal, ...why }))
  }

  /** Handlers that are under way end first; where they stopped the run, it stays. */
  async function goOnAsNew(): Promise<void> {
    await condition(allHandlersFinished)
    if (!goesOnAsNew()) return
    await continueAsNew<typeof run>({
      ...rest,
      deadline,
      carried: {
        targets,
        uploaded,
        ...(lock.token !== undefined && { lockToken: lock.token }),
        ...(hours.known && { hours: hours.known }),
      },
    })
  }

  async function end(outcome: RunOutcome): Promise<RunOutcome> {
    finalState = outcome.state
    targets.counts = outcome.counts
    show()
    await condition(allHandlersFinished)
    return outcome
  }

  /** What becomes of the targets that are not done. */
  function remainder(): Remainder {
    if (canceled !== undefined) return { state: 'skipped', reason: canceled }
    return broken ?? { state: 'expired', reason: `not sent before ${deadline}` }
  }

  function current(): { state: RunState; waitsFor?: string; waitsUntil?: string } {
    if (finalState !== undefined) return { state: finalState }
    const why = canceled ?? paused
    if (why !== undefined) return { state: 'paused', waitsFor: why }
    if (waitsForGroups) return { state: 'preparing', waitsFor: groupsNotRead }
    if (targets.total === 0) return { state: 'preparing' }
    if (hours.known && hours.opensMs !== undefined) return waitingForWindow(hours.known)
    if (lock.token === undefined) return { state: 'waiting', waitsFor: 'the lock of the account' }
    return { state: 'running' }
  }

  function whyNobody(): string {
    return waitsForGroups ? `the groups of the account were not read before ${deadline}` : noRecipients
  }

  function waitingForWindow({ opensAt, opensText }: OpenHours) {
    if (Date.parse(opensAt) < deadlineMs)
      return { state: 'waiting', waitsFor: `window, goes on at ${opensText}`, waitsUntil: opensAt } as const
    const waitsFor = `window, opens at ${opensText}, and what is unsent expires before, at ${deadline}`
    return { state: 'waiting', waitsFor } as const
  }

  function mayBeEstimated(): boolean {
    const { state } = current()
    return state === 'waiting' || state === 'running'
  }

  function show(): void {
    const { state, waitsFor } = current()
    const why = waitsFor === undefined ? '' : `: ${waitsFor}`
    const { finishesAt } = estimate.known
    const end = finishesAt === undefined || !mayBeEstimated() ? '' : `\n\nEnds about ${finishesAt}`
    setCurrentDetails(`**${state}**${why}\n\n${targets.total} targets: ${listCounts(targets)}${end}`)
    if (state === shownState) return
    shownState = state
    upsertSearchAttributes([{ key: carillonStatus, value: state }])
  }
}
