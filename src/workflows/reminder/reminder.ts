import { CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { Situation } from '../../protocol/payloads.js'
import { isFinalReminder } from '../../domain/states.js'
import { refusal, unknownReminder } from '../../protocol/refusals.js'
import type { ReminderArgs, ReminderResult } from '../../protocol/workflows.js'
import { nowText } from '../clock.js'
import type { CarriedMail } from '../mailbox.js'
import { reminders } from '../proxies.js'
import { indexedAfterMs, waitUntil } from '../waiting.js'
import { reminderDisplay } from './display.js'
import { handleReminderMessages } from './messages.js'
import { reminderOperations } from './operations.js'
import { reminderQueries } from './queries.js'
import { followedRuns, type EndedRun } from './runs.js'
import { knownSituation } from './situation.js'

/** Crosses continue-as-new. */
type Carried = {
  /** How Postgres has it, so that the new life need not ask. */
  carried?: { situation: Situation; lastRun?: EndedRun }
  /** Requests of the operator that were not acted on before. */
  mail?: CarriedMail
}

// How long one that was started by hand waits for a `define` before it asks Postgres.
const definitionMs = 10_000

/**
 * One reminder for its whole life: waits for its times, starts the run of each occurrence, and answers the operator.
 * Its workflowId is the dedupe key, so a second create of the same key finds this one. What it does is decided in
 * Postgres, one transaction for each step, so that it may be terminated at any moment and started anew.
 */
export async function reminder(args: ReminderArgs & Carried): Promise<ReminderResult> {
  const { operator, dedupeKey, carried, mail } = args
  const key = { operator, dedupeKey }
  const display = reminderDisplay()
  const runs = followedRuns(key, carried?.lastRun)
  const situation = knownSituation(carried?.situation, (taken) => display.show(taken, runs.last))
  const operations = reminderOperations(key, { situation, runs })
  const mailbox = handleReminderMessages(operations, reminderQueries(situation, runs), mail)
  const isPaused = () => situation.now.state === 'paused'
  let hasAdvanced = false

  return await CancellationScope.nonCancellable(async () => {
    await begin()
    for (;;) {
      runs.follow(situation.now)
      if (isFinalReminder(situation.now.state)) {
        await mailbox.untilQuiet()
        return { state: situation.now.state, ...(runs.last && { run: runs.last.outcome }) }
      }
      if (mayGoOnAsNew()) {
        await goOnAsNew()
        continue
      }
      await untilDueOrStirred()
      if (runs.hasEnded || isDue()) await advance()
    }
  })

  async function begin(): Promise<void> {
    if (await waitUntil(Date.now() + definitionMs, () => situation.isKnown, 'waiting for its definition'))
      return
    // Started by hand, without `define`: what Postgres knows of this key counts.
    const found = await reminders.loadReminder({ ...key, now: nowText() })
    if (found) situation.take(found)
    // A `define` that is under way may still bring it.
    await condition(() => situation.isKnown || !operations.isDefining)
    if (situation.isKnown) return
    situation.giveUp()
    await mailbox.untilQuiet()
    throw refusal('UnknownReminder', unknownReminder(dedupeKey))
  }

  /** Sleeps until there is something to do. Without a time to wake at it costs nothing. */
  async function untilDueOrStirred(): Promise<void> {
    const seen = situation.now
    const { wakeAt, nextFire } = seen
    const isStirred = () => situation.now !== seen || runs.isStirred
    if (display.isBehind) {
      const untilMs = Math.min(
        Date.now() + indexedAfterMs,
        wakeAt === undefined ? Infinity : Date.parse(wakeAt),
      )
      if (!(await waitUntil(untilMs, isStirred, 'until it runs for long enough to be found by that')))
        display.catchUp()
    }
    if (wakeAt === undefined) return await condition(isStirred)
    const what = isPaused() ? `resumes at ${wakeAt}` : `fires at ${nextFire ?? wakeAt}`
    await waitUntil(Date.parse(wakeAt), isStirred, what)
  }

  function isDue(): boolean {
    const { wakeAt } = situation.now
    return wakeAt !== undefined && Date.parse(wakeAt) <= Date.now()
  }

  /** Writes what is due by now, the rows of runs that begin among it: the next turn of the loop starts their workflows. */
  async function advance(): Promise<void> {
    runs.heedEnds()
    const wasPaused = isPaused()
    situation.take(await reminders.advanceReminder({ ...key, now: nowText() }))
    hasAdvanced = true
    if (wasPaused && !isPaused()) await runs.tell()
  }

  /**
   * After each occurrence, when no run is under way: its end would else have to be asked for. A run that lasts over
   * many occurrences crosses all the same, when Temporal suggests it.
   */
  function mayGoOnAsNew(): boolean {
    if (isFinalReminder(situation.now.state) || runs.hasEnded) return false
    if (workflowInfo().continueAsNewSuggested) return true
    return hasAdvanced && !isDue() && runs.isIdle
  }

  /** Requests that are under way end first; where they left something to do, the reminder stays. */
  async function goOnAsNew(): Promise<void> {
    await mailbox.stop()
    // A signal that comes now makes Temporal refuse this and show it first: keep it cheap, it may come to that often.
    if (mayGoOnAsNew()) {
      const lastRun = runs.last && { lastRun: runs.last }
      await continueAsNew<typeof reminder>({
        ...key,
        carried: { situation: situation.now, ...lastRun },
        ...mailbox.carried(),
      })
    }
    mailbox.goOn()
  }
}
