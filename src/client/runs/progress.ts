import type { Eta } from '../../domain/eta.js'
import { rateLately, totalled } from '../../domain/progress.js'
import {
  groupsNotRead,
  isFinalRun,
  waitsForPeople,
  waitsForWindow,
  type AccountState,
  type TargetCounts,
} from '../../domain/states.js'
import type { ProgressFacts, SendCounts } from '../../store/views/progress.js'
import type { RunView } from '../../store/views/runs.js'
import { say } from '../../domain/sentences/say.js'
import type { WithSaid } from '../../domain/sentences/read.js'

export type RunProgress = WithSaid<'waitsFor'> & {
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
  /** The same for programs. */
  waits?: RunWait
}

export type RunWait =
  /** `operator`: somebody paused or canceled it; `pausedAccount`: all sending of its account. */
  | { kind: 'operator' | 'pausedAccount' | 'groups' | 'preparing' }
  /** `window`: for the hours of its reminder; `people`: for WhatsApp to take messages to people again. */
  | { kind: 'window' | 'people'; until?: Date | undefined }
  | { kind: 'account'; state: AccountState; until?: Date | undefined }
  /** `holder`: the run whose turn it is. */
  | { kind: 'turn'; holder?: string | undefined }
  /** Sends in any 24 hours. */
  | { kind: 'dailyCap'; limit: number; until: Date }
  /** Sends in any 60 s. */
  | { kind: 'reminderLimit' | 'accountLimit'; limit: number }

/** @param eta where it is known; not needed for a run that is over */
export function runProgress(run: RunView, facts: ProgressFacts, eta?: Eta): RunProgress {
  const { account } = facts
  const ratePerMinute = rateLately(facts)
  const waits = waitOf(run, facts)
  return {
    run,
    ...totalled(facts),
    limitPerMinute: Math.min(account.ratePerMinute, account.reminderLimit ?? Infinity),
    ...(ratePerMinute !== undefined && !isFinalRun(run.state) && { ratePerMinute }),
    ...(eta && {
      etaMs: Math.max(0, eta.finishesAtMs - facts.now.getTime()),
      finishesAt: new Date(eta.finishesAtMs),
    }),
    ...(eta && eta.unsent > 0 && { unsentAtDeadline: eta.unsent }),
    ...(waits && { waitsFor: waitText(waits, { run, account }), waits }),
  }
}

function waitOf(run: RunView, { account, sends }: ProgressFacts): RunWait | undefined {
  if (isFinalRun(run.state)) return undefined
  if (run.state === 'paused') return { kind: 'operator' }
  const ofReason = run.state === 'waiting' ? waitOfReason(run) : undefined
  // Whatever holds the account now, nothing is sent before.
  if (ofReason?.until !== undefined) return ofReason
  if (account.pausedReason !== null) return { kind: 'pausedAccount' }
  if (account.state !== 'connected')
    return {
      kind: 'account',
      state: account.state,
      ...(account.stateUntil !== null && { until: account.stateUntil }),
    }
  if (run.state === 'preparing') return { kind: run.reason === groupsNotRead ? 'groups' : 'preparing' }
  if (ofReason !== undefined) return ofReason
  if (run.state === 'waiting') {
    const { lockHolder } = account
    return { kind: 'turn', ...(lockHolder !== null && lockHolder !== run.id && { holder: lockHolder }) }
  }
  if (sends.pending === 0) return undefined
  if (account.dailyCap !== null && account.dailyCapUntil !== null)
    return { kind: 'dailyCap', limit: account.dailyCap, until: account.dailyCapUntil }
  if (account.reminderLimit !== null && account.reminderSlotsUsed >= account.reminderLimit)
    return { kind: 'reminderLimit', limit: account.reminderLimit }
  if (account.slotsUsed >= account.ratePerMinute)
    return { kind: 'accountLimit', limit: account.ratePerMinute }
  return undefined
}

/** What the row says of a run that waits for neither its account nor its turn. */
function waitOfReason({
  reason,
  waitsUntil,
}: RunView): Extract<RunWait, { kind: 'window' | 'people' }> | undefined {
  const until = waitsUntil === null ? {} : { until: waitsUntil }
  if (reason?.startsWith(waitsForPeople) === true) return { kind: 'people', ...until }
  if (reason?.startsWith(waitsForWindow) === true || waitsUntil !== null) return { kind: 'window', ...until }
  return undefined
}

function waitText(
  wait: RunWait,
  { run, account }: { run: RunView; account: ProgressFacts['account'] },
): string {
  switch (wait.kind) {
    case 'operator':
      return run.reason ?? say('waitsPaused')
    case 'window':
    case 'people':
      return run.reason ?? say('waitsForWindow')
    case 'pausedAccount':
      return say('waitsForPausedAccount', {
        account: account.id,
        reason: account.pausedReason ?? say('waitsPaused'),
      })
    case 'account':
      return say('waitsForAccount', {
        account: account.id,
        state: wait.state.replace('_', ' '),
        until: wait.until?.toISOString(),
        detail: account.stateDetail ?? undefined,
      })
    case 'groups':
    case 'preparing':
      return run.reason ?? say('preparingRun')
    case 'turn':
      return run.reason ?? say('itsTurn', { account: account.id, run: wait.holder })
    case 'dailyCap':
      return say('capReached', { cap: wait.limit, at: wait.until.toISOString() })
    case 'reminderLimit':
      return say('reminderLimit', { limit: wait.limit })
    case 'accountLimit':
      return say('accountLimit', { limit: wait.limit })
  }
}
