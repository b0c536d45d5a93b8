import type { LockHolder, LockRequest } from '../domain/lock-queue.js'
import type { HeldRun } from '../domain/run-hold.js'
import type { FinalTargetState, ReminderState, RunState, TargetCounts } from '../domain/states.js'
import type { StoredRunArgs } from './workflows.js'

/**
 * The payloads between workflows and activities. Nothing in them is personal: texts, recipients and media stay in
 * Postgres and travel by reference, since Temporal keeps every payload in its history.
 */

/** A run that is to be begun, or has begun and not ended: its row in Postgres. */
export type DueRun = Omit<StoredRunArgs, 'operator' | 'dedupeKey'> & {
  trigger: 'schedule' | 'fireNow'
  /** A later occurrence has been begun, so that this one is to be canceled. */
  isSuperseded?: true
  /** When it was begun, others had the account's lock or waited for it: this one waits too. */
  isAccountBusy?: true
}

/** A reminder as Postgres knows it: what a workflow that takes it up (again) goes on from. */
export type Situation = {
  state: ReminderState
  reason: string | null
  accountId: string
  /** All times are instants in UTC. What fires next: its occurrence, or what that was snoozed to. */
  nextFire?: string
  /** The same, on the clock of the reminder's zone. */
  nextFireText?: string
  /** The occurrence of the next fire, where it was snoozed. */
  snoozedFrom?: string
  /** The times of the next fires, in order. */
  upcoming: string[]
  buffered?: string
  pausedUntil?: string
  /** A cancel that waits for the runs under way to end. */
  endingBecause?: string
  /** When there is something to do, unless a run ends before; missing where there is not. */
  wakeAt?: string
  runs: DueRun[]
}

/** The answer to a request of a reminder, and how that stands after it. */
export type Answered<Answer> = { answer: Answer; situation: Situation }

/** An operator's request, as it is recorded; the same id on every attempt. */
export type RecordedRequest = { requestId: string; by?: string; reason?: string }

export type LockState = {
  holder?: LockHolder
  pausedBecause?: string
  /** The first of those that wait, in the order in which they will be granted. */
  waiting: LockRequest[]
  waitingCount: number
}

export type PreparedRun = HeldRun & {
  total: number
  counts: TargetCounts
  state: RunState
  /** An instant in UTC: a retry has one of its own. */
  deadline: string
  /** Sends are allowed at some hours only. */
  hasWindow: boolean
  /** Some part shows media, which is uploaded before the first send. */
  hasMedia: boolean
  /** The token, where it has the lock of its account, and runs. */
  lockToken?: number
  /** It has its place in the queue for the lock. */
  waits?: true
  /** The ordinals that are pending, of a run that goes on where some are not. */
  left?: number[]
  /** Nothing was prepared: all groups of the account are its audience, and they were not read whole yet. */
  waitsForGroups?: true
}

/** The answer to a request to send to the failed targets of a run again. The deadline is an instant in UTC. */
export type Retried =
  | { kind: 'retried'; targets: number; deadline: string }
  /** It was opened by an earlier request: perhaps one whose task was lost. */
  | { kind: 'already' }
  | { kind: 'nothing'; counts: TargetCounts }

/** An interval of a window, as instants in UTC; `closesAt` is no part of it. */
export type OpenHours = {
  opensAt: string
  closesAt: string
  /** When it opens, on the wall clock of the reminder's zone, for people. */
  opensText: string
}

export type RunOutcome = { state: RunState; counts: TargetCounts }

/** How fast a run is, and when it will have ended. What is missing is not known. */
export type RunEstimate = {
  /** Messages a minute, measured over the last one. */
  ratePerMinute?: number
  /** An instant in UTC. */
  finishesAt?: string
  /** Messages that will not be sent, since the time to deliver ends before. */
  unsentAtDeadline?: number
}

export type TargetOutcome =
  /** Also where an earlier attempt had ended it. */
  | { kind: FinalTargetState }
  /** Not done: paused or canceled before the next part. The ledger knows which part that is. */
  | { kind: 'held'; until?: undefined }
  /** Not done: WhatsApp takes no messages to people from the account until this instant, and others may go on. */
  | { kind: 'held'; until: string }

/** How a session ended that will not come back by itself. */
export type SessionEnd = {
  kind: 'unlinked' | 'replaced' | 'banned' | 'noAccount'
  /** The device was taken off so that the account can be removed. */
  isRemoval?: true
}

/**
 * How the delivery of an event ended; `dropped` when its endpoint was disabled or removed meanwhile. `handedBack`: it
 * waits in its endpoint's queue again, and is handed over another time.
 */
export type WebhookEnd = { kind: 'delivered' | 'failed' | 'dropped' | 'handedBack' }

/** How an update of a bot ended; `dropped` where its bot was removed. */
export type UpdateEnd = { kind: 'done' | 'dropped' }

/** What is to be done about an update now. */
export type UpdateTurn =
  | { kind: 'go' }
  /** One that came before it in its chat has not ended. */
  | { kind: 'behind' }
  /** Given up, until it is re-driven. */
  | { kind: 'dead' }
  | { kind: 'ended'; end: UpdateEnd['kind'] }

/** What came of one try: what is to be done now. `again`: it failed, or Telegram wants a pause. */
export type UpdateTry = UpdateTurn | { kind: 'again'; afterMs: number }

/** What became of a message that tells of a run. */
export type ShownProgress =
  | { kind: 'edited' | 'same' }
  /** Telegram wants a pause. */
  | { kind: 'wait'; afterMs: number }
  /** The run has ended, or there is no such message any more. */
  | { kind: 'over' }
