import { accountLimits } from './account-limits.js'
import { lastMomentMs } from './last-moment.js'
import { compareLockRequests } from './lock-queue.js'
import type { LimitUse } from './rate-window.js'
import { sendingHours, type Hours } from './sending-hours.js'
import type { RunState } from './states.js'
import type { SendingWindow } from './window.js'

/**
 * When a run will have ended. The account's next hours are played through as its lock, the limits and the windows will
 * have them: who holds the lock sends until it is done or must stop, then comes the next in the queue.
 */

/** A run that is not over, as one of its account's. Times are in ms since 1970. */
export type QueuedRun = {
  id: string
  state: RunState
  remainingSends: number
  priority: number
  scheduledAt: string
  deadlineMs: number | null
  window: SendingWindow | null
  zone: string
  /** The dedupe key: the runs of a reminder share what is taken of its own limit. */
  reminder: string
  /** The reminder's own limit of a minute, where it has one. */
  ownLimit: LimitUse | null
}

export type QueueFacts = {
  nowMs: number
  /** Who holds the account's lock. */
  holder: string | null
  /** Those of the account that are not over, in the order in which they came. */
  runs: QueuedRun[]
  /** No sends before this, where WhatsApp holds the account; null where something holds it for a time nobody knows. */
  freeFromMs: number | null
  /** The account's limit of a minute. */
  minute: LimitUse
  /** Its cap of 24 hours, where it has one. */
  day: LimitUse | null
  /** What a send takes beyond what the limit demands, as measured now or lately; null where nothing was. */
  gapMs: number | null
  /** Of the holder: sends that have their slot and are not acknowledged yet. */
  inFlight: number
  /** The holder's last acknowledgement since it went on: its next one is a gap later. */
  lastAckMs: number | null
}

export type Eta = {
  finishesAtMs: number
  /** Sends that the deadline will come before. */
  unsent: number
}

// Far more turns than a queue takes before its deadlines: only what never ends comes here.
const maxTurns = 10_000

/** Undefined where it can't be known: nothing is measured and nothing is limited, or somebody must act first. */
export function estimateEta(facts: QueueFacts, runId: string): Eta | undefined {
  const { nowMs, freeFromMs } = facts
  if (freeFromMs === null) return undefined
  const runs = facts.runs.filter(({ state }) => state !== 'paused').map((run) => ({ ...run }))
  const own = runs.find(({ id }) => id === runId)
  if (own === undefined || own.state === 'preparing') return undefined
  if (own.remainingSends === 0) return { finishesAtMs: nowMs, unsent: 0 }

  const limits = accountLimits({ ...facts, runs })
  const gapMs = facts.gapMs ?? 0
  let atMs = Math.max(nowMs, freeFromMs)
  // One whose window is closed by then is about to give the lock back.
  let holder = runs.find((run) => run.id === facts.holder && opensMs(run, atMs) <= atMs)
  // The send before the next one.
  let beforeMs = holder && atMs === nowMs ? (facts.lastAckMs ?? atMs) : atMs
  let inFlight = holder ? facts.inFlight : 0
  for (let turn = 0; turn < maxTurns; turn++) {
    const current = holder ?? firstOpen(runs, atMs)
    holder = undefined
    if (current === undefined) {
      atMs = nextOpening(runs, atMs)
    } else {
      const endMs = lastMoment(current, atMs)
      while (current.remainingSends > 0) {
        const freeMs = inFlight > 0 ? -Infinity : limits.nextFreeMs(current)
        const sentMs = Math.max(atMs, Math.max(beforeMs, freeMs) + gapMs)
        // It keeps the lock while it waits for the limit, until its time is over.
        atMs = Math.max(atMs, Math.min(sentMs, endMs))
        beforeMs = atMs
        if (sentMs >= endMs) break
        if (inFlight > 0) inFlight -= 1
        else limits.take(current, sentMs)
        current.remainingSends -= 1
      }
      inFlight = 0
    }
    beforeMs = atMs
    for (const run of runs.filter((run) => isDone(run, atMs))) runs.splice(runs.indexOf(run), 1)
    if (!runs.includes(own)) break
  }
  if (runs.includes(own)) return undefined
  const unsent = own.remainingSends
  const finishesAtMs = unsent > 0 && own.deadlineMs !== null ? Math.max(nowMs, own.deadlineMs) : atMs
  // Nothing is known of how fast it is, and nothing holds it up.
  if (finishesAtMs <= nowMs && facts.gapMs === null) return undefined
  return { finishesAtMs: Math.round(finishesAtMs), unsent }
}

function isDone(run: QueuedRun, atMs: number): boolean {
  return run.remainingSends === 0 || (run.deadlineMs !== null && atMs >= run.deadlineMs - lastMomentMs)
}

/** The next in the queue: the highest priority, then the earliest, of those that may send at all. */
function firstOpen(runs: QueuedRun[], atMs: number): QueuedRun | undefined {
  return runs
    .filter((run) => opensMs(run, atMs) <= atMs)
    .toSorted(compareLockRequests)
    .at(0)
}

/** Where nobody may send now: when the first of them may, or expires. */
function nextOpening(runs: QueuedRun[], atMs: number): number {
  return Math.min(...runs.map((run) => Math.min(opensMs(run, atMs), run.deadlineMs ?? Infinity)))
}

function opensMs(run: QueuedRun, atMs: number): number {
  return hoursOf(run, atMs)?.opensMs ?? atMs
}

function lastMoment(run: QueuedRun, atMs: number): number {
  const closesMs = hoursOf(run, atMs)?.closesMs ?? Infinity
  return Math.min(closesMs, run.deadlineMs ?? Infinity) - lastMomentMs
}

/** As the run looks at them: what is about to close is closed. */
function hoursOf({ window, zone }: QueuedRun, atMs: number): Hours | undefined {
  return window === null ? undefined : sendingHours(window, zone, Math.floor(atMs + lastMomentMs))
}
