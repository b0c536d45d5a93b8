import {
  ActivityFailure,
  CancellationScope,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { OpenHours, PreparedRun, RunOutcome, TargetOutcome } from '../../protocol/payloads.js'
import type { RunWish } from '../../domain/run-hold.js'
import {
  groupsNotRead,
  isFinalRun,
  waitsForLock,
  type Remainder,
  type RunState,
} from '../../domain/states.js'
import type { RunArgs } from '../../protocol/workflows.js'
import { lockScope } from '../account-lock/scope.js'
import { countLeft, deferredUntilMs, fanOut, noTargets, probeDeferred, type Targets } from './fan-out.js'
import { deliverTarget } from './deliver-target.js'
import { runDisplay } from './display.js'
import { isCanceled, isOutOfTime } from './group-delivery.js'
import { untilGroupsAreRead } from './groups-read.js'
import { openMailbox, type CarriedMail } from '../mailbox.js'
import { lookAtRowSignal, progressQuery, type IdentifiedRequest } from '../../protocol/messages.js'
import { describeRequest, readOperatorRequest, recordedRequest } from '../operator-request.js'
import { onOperatorSignals, onSignal } from '../operator-signals.js'
import { accountActivities, prepareRun, runs } from '../proxies.js'
import { lastEstimate } from './estimate.js'
import { operatorsHold } from './hold.js'
import { runHours } from './hours.js'
import { recordedRow } from './recorded-row.js'
import { runRetry } from './retry.js'
import { backoff, indexedAfterMs, waitUntil } from '../waiting.js'
import { say } from '../../domain/sentences/say.js'

/** What crosses continue-as-new. */
type CarriedRun = {
  targets: Targets
  mail?: CarriedMail
  lockToken?: number
  uploaded: boolean
  /** Of a reminder with a window, the hours that the run was in. */
  hours?: OpenHours
}

// A target takes up to nine events here: a page is about the size at which Temporal suggests to go on as new.
const pageSize = 500

// WhatsApp may lift a restriction sooner than it said.
const longestDeferralMs = 3_600_000

const noRecipients = say('noRecipients')

/**
 * The delivery of one occurrence: prepares a row for every target, holds the account's lock while it fans out to one
 * child for each, and ends with every target accounted for. A pause gives the lock back; a resume goes on in this run.
 * What the operator wants is in its row, which comes first: the workflow follows it.
 * So does the end of the window, and its next opening.
 */
export async function run(args: RunArgs & { carried?: CarriedRun }): Promise<RunOutcome> {
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
  // Every target has its row.
  let isPrepared = carried !== undefined
  // Its audience is not known before they were read.
  let waitsForGroups = false
  let sending: CancellationScope | undefined
  // A target came back undone although nobody stopped the run: the lock or the row must be looked at again.
  let outOfStep = false
  const beforeNextStep = backoff(1_000, 30_000)
  // While it is paused: nobody may be left to tell it of a resume.
  const beforeNextLook = backoff(60_000, 3_600_000)
  // Why no target can be sent to at all.
  let broken: Remainder | undefined
  let finalState: RunState | undefined
  const display = runDisplay()

  const hold = operatorsHold(runId, () => sending?.cancel())
  const stopped = () => hold.now !== undefined || hold.hasEnded
  const isPaused = () => hold.now?.kind === 'pause'
  const isOver = () =>
    countLeft(targets) === 0 ||
    hold.now?.kind === 'cancel' ||
    hold.hasEnded ||
    broken !== undefined ||
    Date.now() >= deadlineMs
  const isPageFull = () => startedOnThisPage >= pageSize || workflowInfo().continueAsNewSuggested
  const goesOnAsNew = () => isPageFull() && !isOver() && !stopped() && !outOfStep

  setHandler(progressQuery, () => {
    const { counts, total } = targets
    return { ...current(), counts, total, ...(mayBeEstimated() && estimate.known) }
  })
  // Before the lock: a signal that came with the start is heard as soon as its handler is set.
  const row = recordedRow(runId, {
    hold,
    now: () => ({ ...current(), lockToken: lock.token, hours: hours.known }),
    onRecord: show,
  })
  const lock = lockScope(
    { accountId, runId },
    // An earlier life of this run may have left the lock behind: what a paused run does not need, it gives back.
    { ...(carried?.lockToken !== undefined && { token: carried.lockToken }) },
    ({ runs: alreadyRuns }) => {
      if (alreadyRuns === true) row.wasGranted()
    },
  )
  /** The row first: from its commit on no send begins. Only then the children, which may be in the middle of one. */
  async function heed(hearing: Promise<void>): Promise<void> {
    await hearing
    row.forget()
    show()
    if (!stopped()) await row.record()
  }
  const mailbox = openMailbox(carried?.mail, async () => undefined)
  const ask = (wish: RunWish, request: IdentifiedRequest) => heed(hold.ask(wish, recordedRequest(request)))
  onOperatorSignals(mailbox, {
    pause: (asked) => ask({ kind: 'pause', because: describeRequest('pausedBy', asked) }, asked),
    resume: (asked) => ask({ kind: 'resume' }, asked),
    cancel: (asked) => ask({ kind: 'cancel', because: describeRequest('canceledBy', asked) }, asked),
  })
  onSignal(mailbox, lookAtRowSignal, () => heed(hold.agree()), readOperatorRequest)

  mailbox.goOn()

  const retry = runRetry({
    runId,
    isRetry,
    isCarried: carried !== undefined,
    isOver: () => finalState !== undefined,
  })

  return await CancellationScope.nonCancellable(async () => {
    if (!carried) {
      if (isRetry) setDeadline((await retry.opened()) ?? deadline)
      const prepared = await preparedRun()
      setDeadline(prepared.deadline)
      targets.total = prepared.total
      targets.counts = prepared.counts
      hasWindow = prepared.hasWindow
      uploaded = !prepared.hasMedia
      isPrepared = !waitsForGroups
      hold.take(prepared)
      if (prepared.lockToken !== undefined) lock.take({ token: prepared.lockToken })
      else if (prepared.waits) lock.take({})
      if (prepared.lockToken !== undefined || prepared.waits)
        row.wasPrepared({ waits: prepared.waits !== undefined })
      if (isFinalRun(prepared.state)) return await end({ state: prepared.state, counts: prepared.counts })
      goOnFrom(prepared)
    }
    while (!isOver()) {
      if (hasWindow) await hours.look()
      // What asks for a free lock has it in a moment: there is nothing to write down yet.
      if (stopped() || hours.opensMs !== undefined || deferredUntilMs(targets) !== undefined)
        await row.record()
      if (isPaused()) {
        await lock.giveBack()
        const untilMs = Math.min(deadlineMs, Date.now() + beforeNextLook.nextMs())
        await waitUntil(untilMs, () => !isPaused(), `paused until ${deadline}, when it expires`)
        continue
      }
      beforeNextLook.reset()
      if (isOver()) continue
      if (hours.opensMs !== undefined) {
        await lock.giveBack()
        beforeNextStep.reset()
        estimate.refresh()
        await waitUntil(Math.min(hours.opensMs, deadlineMs), stopped, 'until the window opens')
        continue
      }
      const deferredUntil = deferredUntilMs(targets)
      if (deferredUntil !== undefined) {
        await lock.giveBack()
        beforeNextStep.reset()
        estimate.refresh()
        const untilMs = Math.min(deferredUntil, deadlineMs, Date.now() + longestDeferralMs)
        await waitUntil(untilMs, stopped, 'until WhatsApp takes messages to people from this account')
        if (!stopped()) probeDeferred(targets)
        continue
      }
      const giveUp = () => stopped() || workflowInfo().continueAsNewSuggested
      const untilMs = Math.min(deadlineMs, hours.endMs)
      // Most wait for a moment: its end is estimated for one that waits longer.
      const onWait = async ({ isFirst }: { isFirst: boolean }) => {
        if (!isFirst) estimate.refresh()
        await row.record()
      }
      // With what ends the run, it is given back.
      const keep = () => goesOnAsNew() || isOver()
      await lock.while({ giveUp, deadlineMs: untilMs, keep, onWait }, sendPage)
      if (goesOnAsNew()) await goOnAsNew()
      if (!outOfStep) continue
      await waitUntil(Date.now() + beforeNextStep.nextMs(), stopped, 'before it asks for the lock again')
      outOfStep = false
    }
    const canceled = hold.now?.kind === 'cancel' ? hold.now.because : undefined
    const reason = canceled ?? broken?.reason ?? (targets.total === 0 ? whyNobody() : null)
    const why = { canceled: canceled !== undefined, remainder: remainder(), reason }
    const outcome = await runs.finishRun({ runId, accountId, ...why })
    lock.wasGivenBack()
    return await end(outcome)
  })

  function setDeadline(instant: string): void {
    deadline = instant
    deadlineMs = Date.parse(instant)
  }

  /** An audience of all groups is known once they were read; a cancel, or the deadline, may come before. */
  async function preparedRun(): Promise<PreparedRun> {
    for (;;) {
      const prepared = (await runs.prepareSmallRun(occurrence)) ?? (await preparedInTime())
      waitsForGroups = prepared.waitsForGroups === true
      if (waitsForGroups) display.lasts('preparing')
      if (!waitsForGroups || Date.now() >= deadlineMs) return prepared
      await hold.agree()
      show()
      if (hold.now?.kind === 'cancel') return prepared
      await untilGroupsAreRead({ accountId, deadlineMs, onScope: (scope) => (sending = scope) })
      sending = undefined
    }
  }

  /** A large audience: that takes longer. */
  async function preparedInTime(): Promise<PreparedRun> {
    display.lasts('preparing')
    show()
    return await prepareRun({ ...occurrence, takesLock: true })
  }

  /** What an earlier life of this run did (it was terminated, or lost with Temporal's data) is done. */
  function goOnFrom({ left }: PreparedRun): void {
    if (!left) return
    targets.held = left
    targets.nextOrdinal = targets.total
  }

  /** Starts children in order, a few at once, until all are done, the page is full, or it is to stop. */
  async function sendPage(): Promise<void> {
    await row.record()
    const scope = new CancellationScope()
    sending = scope
    const closing = stopAtWindowsEnd(scope)
    const lasting = showOnceItLasts(scope)
    try {
      await scope.run(async () => {
        if (stopped()) return
        if (!uploaded) await upload()
        const isHeld = await fanOut(targets, {
          concurrency: groupConcurrency,
          mayGoOn: () => !stopped() && !isOver() && !isPageFull() && !scope.consideredCancelled,
          deliver: deliverTo,
          onChange: () => {
            // Of what is under way already the end is near enough.
            if (countLeft(targets) > 0) estimate.refresh()
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
      await lasting
    }
  }

  /** Where a search finds it by another state: one that waited. */
  async function showOnceItLasts(scope: CancellationScope): Promise<void> {
    if (display.indexed === 'running') return
    const untilMs = Date.now() + indexedAfterMs
    if (
      await waitUntil(
        untilMs,
        () => sending !== scope,
        'until it has sent for long enough to be found by that',
      )
    )
      return
    display.lasts('running')
    show()
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
    startedOnThisPage += 1
    return await deliverTarget({ runId, ordinal, accountId, deadline }, targets.total === 1)
  }

  /** Handlers that are under way end first; where they stopped the run, it stays. */
  async function goOnAsNew(): Promise<void> {
    await mailbox.stop()
    if (!goesOnAsNew()) return mailbox.goOn()
    await continueAsNew<typeof run>({
      ...rest,
      deadline,
      carried: {
        targets,
        uploaded,
        ...mailbox.carried(),
        ...(lock.token !== undefined && { lockToken: lock.token }),
        ...(hours.known && { hours: hours.known }),
      },
    })
  }

  async function end(outcome: RunOutcome): Promise<RunOutcome> {
    finalState = outcome.state
    targets.counts = outcome.counts
    show()
    await mailbox.untilQuiet()
    return outcome
  }

  /** What becomes of the targets that are not done. */
  function remainder(): Remainder {
    if (hold.now?.kind === 'cancel') return { state: 'skipped', reason: hold.now.because }
    return broken ?? { state: 'expired', reason: say('notSentBefore', { deadline }) }
  }

  function current(): { state: RunState; waitsFor?: string; waitsUntil?: string } {
    if (finalState !== undefined) return { state: finalState }
    if (hold.now) return { state: 'paused', waitsFor: hold.now.because }
    if (waitsForGroups) return { state: 'preparing', waitsFor: groupsNotRead }
    if (!isPrepared) return { state: 'preparing' }
    if (hours.known && hours.opensMs !== undefined) return waitingForWindow(hours.known)
    const deferredUntil = deferredUntilMs(targets)
    if (deferredUntil !== undefined && sending === undefined) return waitingForPeople(deferredUntil)
    if (lock.token === undefined) return { state: 'waiting', waitsFor: waitsForLock }
    return { state: 'running' }
  }

  function whyNobody(): string {
    return waitsForGroups ? say('groupsNotReadBefore', { deadline }) : noRecipients
  }

  function waitingForWindow({ opensAt, opensText }: OpenHours) {
    if (Date.parse(opensAt) < deadlineMs)
      return {
        state: 'waiting',
        waitsFor: say('windowGoesOn', { at: opensText }),
        waitsUntil: opensAt,
      } as const
    const waitsFor = say('windowTooLateNow', { at: opensText, deadline })
    return { state: 'waiting', waitsFor } as const
  }

  function waitingForPeople(untilMs: number) {
    const until = new Date(untilMs).toISOString()
    const waitsFor = say('noMessagesToPeople', { until })
    return { state: 'waiting', waitsFor, ...(untilMs < deadlineMs && { waitsUntil: until }) } as const
  }

  function mayBeEstimated(): boolean {
    const { state } = current()
    return state === 'waiting' || state === 'running'
  }

  function show(): void {
    display.show({
      ...current(),
      targets,
      ...(mayBeEstimated() && { finishesAt: estimate.known.finishesAt }),
    })
  }
}
