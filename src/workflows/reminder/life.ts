import type { RunOutcome, Situation } from '../../protocol/payloads.js'
import type { ReminderArgs } from '../../protocol/workflows.js'
import { reminderDisplay, type ReminderDisplay } from './display.js'

/** What crosses continue-as-new: how Postgres has it, so that the new life need not ask. */
export type CarriedReminder = { situation: Situation; lastRun?: EndedRun }

export type EndedRun = { runId: string; outcome: RunOutcome }

export type FollowedRun = { isStarted: boolean }

export type Life = {
  readonly key: { operator: string; dedupeKey: string }
  /** How the reminder stands after the last transaction of ours; we are the only one that changes it. */
  situation(): Situation
  isKnown(): boolean
  take(situation: Situation): void
  readonly display: Pick<ReminderDisplay, 'isBehind' | 'catchUp'>
  carried(): CarriedReminder
  /** Neither Postgres nor a `define` knows of it. */
  isUnknown: boolean
  /** How many `define` are under way. */
  defining: number
  /** Something changed that the main loop must look at. */
  news: boolean
  hasRunEnded: boolean
  hasAdvanced: boolean
  /** The runs under way, by id. */
  readonly followed: Map<string, FollowedRun>
  /** Those that have ended in this life: Postgres knew of them when it was last asked. */
  readonly ended: Set<string>
  /** Runs that were told that a later one takes their place. */
  readonly superseded: Set<string>
  lastRun: EndedRun | undefined
  /** What went wrong beside the main loop: it ends the workflow, which is better than to wait for ever. */
  broken: unknown
}

export function reminderLife({
  operator,
  dedupeKey,
  carried,
}: ReminderArgs & { carried?: CarriedReminder }): Life {
  let current = carried?.situation
  const display = reminderDisplay()
  const life: Life = {
    key: { operator, dedupeKey },
    situation() {
      if (!current) throw new Error('the reminder is not known yet')
      return current
    },
    isKnown: () => current !== undefined,
    take(situation) {
      current = situation
      life.news = true
      display.show(situation, life.lastRun)
    },
    display,
    carried: () => ({
      situation: life.situation(),
      ...(life.lastRun && { lastRun: life.lastRun }),
    }),
    isUnknown: false,
    defining: 0,
    news: false,
    hasRunEnded: false,
    hasAdvanced: false,
    followed: new Map(),
    ended: new Set(),
    superseded: new Set(),
    lastRun: carried?.lastRun,
    broken: undefined,
  }
  if (current) display.show(current, carried?.lastRun)
  return life
}

export function isPaused(life: Life): boolean {
  return life.situation().state === 'paused'
}

/** Temporal's clock: what is due is what its timers say. */
export function nowText(): string {
  return new Date(Date.now()).toISOString()
}
