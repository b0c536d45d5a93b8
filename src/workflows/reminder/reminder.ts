import { CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import { isFinalReminder } from '../../domain/states.js'
import { unknownReminder } from '../../protocol/refusals.js'
import type { ReminderArgs, ReminderResult } from '../../protocol/workflows.js'
import type { CarriedMail, Mailbox } from '../mailbox.js'
import { reminders } from '../proxies.js'
import { refusal } from '../../protocol/refusals.js'
import { handleReminderMessages } from './messages.js'
import { followRuns, tellRuns } from './runs.js'
import { isPaused, nowText, reminderLife, type CarriedReminder, type Life } from './life.js'
import { waitUntil } from '../waiting.js'

/** What crosses continue-as-new. */
type Carried = {
  carried?: CarriedReminder
  /** What the operator asked for and was not acted on before. */
  mail?: CarriedMail
}

// What is over sooner is not worth a write to Temporal's index.
const lastsMs = 5_000
// How long one that was started by hand waits for a `define` before it asks Postgres.
const definitionMs = 10_000

/**
 * One reminder for its whole life: waits for its times, starts the run of each occurrence, and answers the operator.
 * Its workflowId is the dedupe key, so a second create of the same key finds this one. What it does is decided in
 * Postgres, one transaction for each step, so that it may be terminated at any moment and started anew.
 */
export async function reminder(args: ReminderArgs & Carried): Promise<ReminderResult> {
  const life = reminderLife(args)
  const mailbox = handleReminderMessages(life, args.mail)
  return await CancellationScope.nonCancellable(async () => {
    await begin(life, mailbox)
    for (;;) {
      followRuns(life)
      if (life.broken !== undefined) throw life.broken
      if (isFinalReminder(life.situation().state)) {
        await mailbox.untilQuiet()
        return { state: life.situation().state, ...(life.lastRun && { run: life.lastRun.outcome }) }
      }
      if (goesOnAsNew(life)) {
        await mailbox.hold()
        // A signal that comes now makes Temporal refuse this and show it first: keep it cheap, it may come to that often.
        if (goesOnAsNew(life))
          await continueAsNew<typeof reminder>({ ...life.key, carried: life.carried(), ...mailbox.carried() })
        mailbox.goOn()
        continue
      }
      await nextStep(life)
    }
  })
}

async function begin(life: Life, mailbox: Mailbox): Promise<void> {
  if (await waitUntil(Date.now() + definitionMs, () => life.isKnown(), 'waiting for its definition')) return
  // Started by hand, without `define`: what Postgres knows of this key counts.
  const situation = await reminders.loadReminder({ ...life.key, now: nowText() })
  if (situation) life.take(situation)
  // A `define` that is under way may still bring it.
  await condition(() => life.isKnown() || life.defining === 0)
  if (life.isKnown()) return
  life.isUnknown = true
  await mailbox.untilQuiet()
  throw refusal('UnknownReminder', unknownReminder(life.key.dedupeKey))
}

/** Sleeps until there is something to do, and does it. Without a time to wake at it costs nothing. */
async function nextStep(life: Life): Promise<void> {
  life.news = false
  const { wakeAt, nextFire } = life.situation()
  const isStirred = () => life.news || life.hasRunEnded
  if (life.display.isBehind) {
    const untilMs = Math.min(Date.now() + lastsMs, wakeAt === undefined ? Infinity : Date.parse(wakeAt))
    if (!(await waitUntil(untilMs, isStirred, 'until it runs for long enough to be found by that')))
      life.display.catchUp()
  }
  if (wakeAt === undefined) await condition(isStirred)
  else {
    const what = isPaused(life) ? `resumes at ${wakeAt}` : `fires at ${nextFire ?? wakeAt}`
    await waitUntil(Date.parse(wakeAt), isStirred, what)
  }
  const now = life.situation().wakeAt
  const isDue = now !== undefined && Date.parse(now) <= Date.now()
  if (!life.hasRunEnded && !isDue) return
  life.hasRunEnded = false
  const wasPaused = isPaused(life)
  life.take(await reminders.advanceReminder({ ...life.key, now: nowText() }))
  life.hasAdvanced = true
  if (wasPaused && !isPaused(life)) await tellRuns(life)
}

/**
 * After each occurrence, when no run is under way: its end would else have to be asked for. A run that lasts over
 * many occurrences crosses all the same, when Temporal suggests it.
 */
function goesOnAsNew(life: Life): boolean {
  if (isFinalReminder(life.situation().state) || life.hasRunEnded) return false
  if (workflowInfo().continueAsNewSuggested) return true
  const { wakeAt } = life.situation()
  const isIdle = wakeAt === undefined || Date.parse(wakeAt) > Date.now()
  return life.hasAdvanced && isIdle && life.followed.size === 0
}
