import type { Eta } from '../../domain/eta.js'
import { rateLately } from '../../domain/progress.js'
import { isFinalRun, targetStates, type TargetCounts } from '../../domain/states.js'
import type { ProgressFacts, SendCounts } from '../../store/views/progress.js'
import type { RunView } from '../../store/views/runs.js'

export type RunProgress = {
  run: RunView
  targets: TargetCounts
  totalTargets: number
  /** Targets in a final state. */
  doneTargets: number
  sends: SendCounts
  totalSends: number
  /** Sends a minute, measured over the last minute; undefined while there is too little to tell. */
  ratePerMinute?: number
  /** Sends that the account, or this reminder, may make in any 60 s: the lower of the two. */
  limitPerMinute: number
  /** Milliseconds to the end of the run; undefined while that is not known, and when it is over. */
  etaMs?: number
  finishesAt?: Date
  /** Messages that will not be sent, since the time to deliver ends before; undefined where that is none. */
  unsentAtDeadline?: number
  /** The reason why it waits, for the operator; undefined while it is sending or over. */
  waitsFor?: string
}

/** @param eta where it is known; not needed for a run that is over */
export function runProgress(run: RunView, facts: ProgressFacts, eta?: Eta): RunProgress {
  const { targets, sends, account } = facts
  const totalTargets = targetStates.reduce((sum, state) => sum + targets[state], 0)
  const totalSends = Object.values(sends).reduce((sum, count) => sum + count, 0)
  const ratePerMinute = rateLately(facts)
  const waitsFor = whatItWaitsFor(run, facts)
  return {
    run,
    targets,
    totalTargets,
    doneTargets: totalTargets - targets.pending,
    sends,
    totalSends,
    limitPerMinute: Math.min(account.ratePerMinute, account.reminderLimit ?? Infinity),
    ...(ratePerMinute !== undefined && !isFinalRun(run.state) && { ratePerMinute }),
    ...(eta && {
      etaMs: Math.max(0, eta.finishesAtMs - facts.now.getTime()),
      finishesAt: new Date(eta.finishesAtMs),
    }),
    ...(eta && eta.unsent > 0 && { unsentAtDeadline: eta.unsent }),
    ...(waitsFor !== undefined && { waitsFor }),
  }
}

function whatItWaitsFor(run: RunView, { account, sends }: ProgressFacts): string | undefined {
  if (isFinalRun(run.state)) return undefined
  if (run.state === 'paused') return run.reason ?? 'paused'
  // Whatever holds the account now, nothing is sent before.
  if (run.state === 'waiting' && run.waitsUntil !== null) return run.reason ?? 'its window'
  if (account.pausedReason !== null) return `account '${account.id}': ${account.pausedReason}`
  if (account.state !== 'connected') {
    const until = account.stateUntil === null ? '' : ` until ${account.stateUntil.toISOString()}`
    const detail = account.stateDetail === null ? '' : `: ${account.stateDetail}`
    return `account '${account.id}' is ${account.state.replace('_', ' ')}${until}${detail}`
  }
  if (run.state === 'preparing') return run.reason ?? 'preparing the targets and uploads'
  if (run.state === 'waiting') {
    const holder =
      account.lockHolder === null || account.lockHolder === run.id ? '' : `: ${account.lockHolder} has it`
    return run.reason ?? `its turn with account '${account.id}'${holder}`
  }
  if (account.dailyCap !== null && account.dailyCapUntil !== null && sends.pending > 0)
    return `the account's cap of ${account.dailyCap} in 24 hours: the next may go out ${account.dailyCapUntil.toISOString()}`
  if (
    account.reminderLimit !== null &&
    account.reminderSlotsUsed >= account.reminderLimit &&
    sends.pending > 0
  )
    return `the reminder's limit of ${account.reminderLimit} a minute`
  if (account.slotsUsed >= account.ratePerMinute && sends.pending > 0)
    return `the account's limit of ${account.ratePerMinute} a minute`
  return undefined
}
