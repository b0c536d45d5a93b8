import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Difference } from '../domain/definition.js'
import type { LockHolder, LockRequest } from '../domain/lock-queue.js'
import type { ReminderState, RunState, TargetCounts } from '../domain/states.js'

/**
 * The public protocol of the workflows. It is used by our client, from the Temporal Web UI and by
 * `temporal workflow signal`, so every signal works with no payload at all, and a payload of another shape is logged
 * and ignored: it can neither fail nor wedge a workflow.
 */

/**
 * The payload of an operator's signal: who says so and why. All of it is optional. With a `requestId` of its own a
 * request that is sent twice is done once.
 */
export type OperatorRequest = { reason?: string; by?: string; requestId?: string }

/** One that has its id: the same in each try at a task. */
export type IdentifiedRequest = OperatorRequest & { requestId: string }

/** Characters of a reason, of who asks, and of a `requestId`. */
export const maxRequestText = 500

/** `until`, for a reminder: an instant in UTC at which it resumes by itself. A run takes no notice of it. */
export type PauseRequest = OperatorRequest & { until?: string }

export const pauseSignal = defineSignal<[PauseRequest?]>('pause')
export const resumeSignal = defineSignal<[OperatorRequest?]>('resume')
export const cancelSignal = defineSignal<[OperatorRequest?]>('cancel')

// reminder

export type DefineRequest = { digest: string; by?: string; requestId?: string }

export type DefineAnswer =
  | { kind: 'created' | 'exists'; state: ReminderState; scheduledAt: string }
  | { kind: 'conflict'; state: ReminderState; differences: Difference[] }
  /** The key belongs to a reminder that is over; nothing is sent. */
  | { kind: 'ended'; state: ReminderState; endedAt: string; differences: Difference[] }

export const defineReminderUpdate = defineUpdate<DefineAnswer, [DefineRequest]>('define')

/**
 * A run of its own, at once, with the newest definition. It does not shift the calendar, and a paused reminder is not
 * resumed by it. While such a run is under way another `fireNow` is taken for a repetition.
 */
export const fireNowSignal = defineSignal<[OperatorRequest?]>('fireNow')

/** Ends the reminder as `cancel` does and takes it out of the lists; its history stays for the audit. */
export const deleteSignal = defineSignal<[OperatorRequest?]>('delete')

/**
 * The newest definition wins; a run that is under way keeps the one it began with. With `ifDigest` only while that is the
 * definition that the reminder has: refused with the type `DefinitionChanged` else.
 */
export type EditRequest = OperatorRequest & { digest: string; ifDigest?: string }
export type EditAnswer = {
  kind: 'edited' | 'unchanged'
  state: ReminderState
  /** An instant in UTC; missing where the new calendar has no occurrence to come. */
  nextFire?: string
}
export const editReminderUpdate = defineUpdate<EditAnswer, [EditRequest]>('edit')

/**
 * Moves one occurrence to an instant in UTC; the others stay where they are. `occurrence`: which, by the time that the
 * calendar has, an instant in UTC; the next one when not given. To its own time moves it back, also one that was left out.
 */
export type SnoozeRequest = OperatorRequest & { until: string; occurrence?: string }
export type SnoozeAnswer = {
  /** The occurrence, as the calendar has it. */
  occurrence: string
  nextFire: string
}
export const snoozeReminderUpdate = defineUpdate<SnoozeAnswer, [SnoozeRequest]>('snooze')

/**
 * Leaves one occurrence out: `occurrence`, by the time that the calendar has (an instant in UTC), or the next one. With
 * it, a request that is sent twice skips one.
 */
export type SkipRequest = OperatorRequest & { occurrence?: string }
export type SkipAnswer = { kind: 'skipped' | 'already'; occurrence: string; nextFire?: string }
export const skipNextUpdate = defineUpdate<SkipAnswer, [SkipRequest]>('skipNext')

export type ReminderStatus = {
  state: ReminderState
  /** The next fire, an instant in UTC: its occurrence, or what that was snoozed to. */
  nextFire?: string
  /** The occurrence of the next fire, where it was snoozed. */
  snoozedFrom?: string
  /** The run under way, or the last one. */
  runId?: string
  pausedBecause?: string
  pausedUntil?: string
  /** An occurrence that is due and waits for the run under way. */
  buffered?: string
}
export const statusQuery = defineQuery<ReminderStatus>('status')
/** The next occurrences, as instants in UTC. */
export const upcomingQuery = defineQuery<string[]>('upcoming')

// run

export type RunProgress = {
  state: RunState
  /** Targets by state. */
  counts: TargetCounts
  total: number
  waitsFor?: string
  /** When it goes on by itself, an instant in UTC, where that is known. */
  waitsUntil?: string
  /** Messages a minute, as measured half a minute ago or later. */
  ratePerMinute?: number
  /** An instant in UTC at which it will have ended: with its limit, its window and the queue in front of it. */
  finishesAt?: string
  /** Messages that will not be sent, since the time to deliver ends before. */
  unsentAtDeadline?: number
}
export const progressQuery = defineQuery<RunProgress>('progress')

/** A reminder tells its run that the run's row was paused, resumed or canceled. The run would hear later in any case. */
export const lookAtRowSignal = defineSignal('lookAtRow')

/**
 * Sends to the failed targets of a finished run again, under its id: update-with-start, since its workflow has closed
 * (src/client/runs/retry-failed.ts). What is delivered, unknown, skipped or expired stays as it is. One `requestId` is one
 * retry. Refused with the type `RunUnderWay` where the run has not ended.
 */
export type RetryFailedAnswer =
  /** How many targets are sent to again, and the instant in UTC after which nothing more is sent. */
  | { kind: 'retried'; targets: number; deadline: string }
  /** A retry is under way, and this request is taken for a repetition of it. */
  | { kind: 'already' }
  /** No target has failed; nothing is changed. */
  | { kind: 'nothing'; counts: TargetCounts }
export const retryFailedUpdate = defineUpdate<RetryFailedAnswer, [OperatorRequest?]>('retryFailed')

/** Who gives the lock back, or the lock's workflow, tells a run that it is the holder now. `runs`: its row says so. */
export type LockGranted = { token: number; runs?: boolean }
export const lockGrantedSignal = defineSignal<[LockGranted]>('lockGranted')

// accountLock

/** Somebody has come to the queue, which is in Postgres: look at it. No payload; one that is there is not read. */
export const requestLockSignal = defineSignal('request')

export const pauseAccountSignal = defineSignal<[OperatorRequest?]>('pauseAccount')
export const resumeAccountSignal = defineSignal<[OperatorRequest?]>('resumeAccount')

/** As it was when the lock last looked: a minute ago at most, while somebody waits. */
export type LockQueue = {
  holder?: LockHolder
  /** The first twenty, in the order in which they will be granted. */
  waiting: LockRequest[]
  waitingCount: number
  pausedBecause?: string
}
export const lockQueueQuery = defineQuery<LockQueue>('queue')

// accountSession

/** The account is to be linked anew; how is in Postgres, since a phone number must not be in a history. */
export const pairSignal = defineSignal('pair')

/** Takes the device off the account at WhatsApp. Its runs wait until one is linked again. */
export const unlinkSignal = defineSignal<[OperatorRequest?]>('unlink')

/**
 * The same, and then the account is gone: its keys and its groups, and its runs are canceled. Its reminders are kept,
 * paused with that reason.
 */
export const removeAccountSignal = defineSignal<[OperatorRequest?]>('removeAccount')

// telegramUpdate

/** It may be its turn: the one before it in its chat has ended, or its row was changed. No payload; one that is there is not read. */
export const turnSignal = defineSignal('turn')

/** A dead update is tried again, behind those that wait in its chat. One that is not dead is left as it is. */
export const redriveSignal = defineSignal<[OperatorRequest?]>('redrive')
