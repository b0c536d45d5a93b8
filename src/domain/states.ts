import type { Calendar } from './calendar/calendar.js'
import { say } from './sentences/say.js'

/** The states of reminders, runs, targets and sends, as they are in Postgres, in Temporal and on the screen. */

export const reminderStates = ['scheduled', 'running', 'paused', 'completed', 'canceled', 'missed'] as const
export type ReminderState = (typeof reminderStates)[number]

export const runStates = [
  'preparing',
  'waiting',
  'running',
  'paused',
  'completed',
  'partial',
  'failed',
  'canceled',
  'missed',
  'skipped',
] as const
export type RunState = (typeof runStates)[number]
/** How a run that was begun can end. An occurrence that was `missed` or `skipped` has a row and was never begun. */
export type FinalRunState = Extract<RunState, 'completed' | 'partial' | 'failed' | 'canceled'>
export type OmittedRunState = Extract<RunState, 'missed' | 'skipped'>

export const targetStates = ['pending', 'delivered', 'failed', 'unknown', 'skipped', 'expired'] as const
export type TargetState = (typeof targetStates)[number]
export type FinalTargetState = Exclude<TargetState, 'pending'>
export type TargetCounts = Record<TargetState, number>

export const accountStates = [
  'new',
  'pairing',
  'connecting',
  'connected',
  'reconnecting',
  'replaced',
  'logged_out',
  'time_locked',
  'limited',
  'temporarily_banned',
  'banned',
  'outdated',
  'unreadable',
  'unlinked',
  'removed',
] as const
export type AccountState = (typeof accountStates)[number]

/** The state of the targets that are not done when a run ends, and why. */
export type Remainder = { state: 'skipped' | 'expired' | 'failed'; reason: string }

/** The reason that an operator's cancel leaves on what was not sent. */
export const canceledByOperator = say('canceledBy', { who: say('phraseOperator') })

/** The reason why a run waits for the lock, for people: its row says it, too. */
export const waitsForLock = say('waitsForLock')
/** How the reason begins why a run waits for the hours of its reminder, and why it waits with messages to people. */
export const waitsForWindow = 'window'
export const waitsForPeople = 'WhatsApp, which takes no messages to people from this account'
/** The reason why a run to all groups waits until they were read from WhatsApp. */
export const groupsNotRead = say('groupsNotRead')

export function isFinalReminder(state: ReminderState): boolean {
  return state === 'completed' || state === 'canceled' || state === 'missed'
}

export function isFinalRun(state: RunState): state is FinalRunState | OmittedRunState {
  return finalRunStates.has(state)
}

const finalRunStates: ReadonlySet<RunState> = new Set([
  'completed',
  'partial',
  'failed',
  'canceled',
  'missed',
  'skipped',
])

/** The orders of lists, the usual one first: by when reminders were created, or by when they fire. */
export const reminderSorts = ['newest', 'oldest', 'next'] as const
export type ReminderSort = (typeof reminderSorts)[number]

/** By when runs were due. */
export const runSorts = ['latest', 'earliest'] as const
export type RunSort = (typeof runSorts)[number]

/** How a reminder may be scheduled: once, by a rule, or in steps from an anchor. */
export const scheduleKinds = ['once', 'recurring', 'steps'] as const satisfies Calendar['kind'][]
export type ScheduleKind = (typeof scheduleKinds)[number]
