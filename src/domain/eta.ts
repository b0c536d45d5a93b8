import { accountLimits } from './accounts/limits.js'
import { lastMomentMs } from './hours/last-moment.js'
import { priorityQueue } from './priority-queue.js'
import type { LimitUse } from './rate-window.js'
import { rememberedHours } from './hours/remembered-hours.js'
import type { Hours } from './hours/sending-hours.js'
import type { RunState } from './states.js'
import type { SendingWindow } from './hours/window.js'

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
  /** The run that holds the account's lock. */
  holder: string | null
  /** Those of the account that are not over, in the order in which they came. */
  runs: QueuedRun[]
  /** No sends before this, where the account is restricted; null where something stops it for a time nobody knows. */
  freeFromMs: number | null
  /** The account's limit of a minute. */
  minute: LimitUse
  /** Its cap of 24 hours, where it has one. */
  day: LimitUse | null
  /** The time of a send beyond what the limit demands, as measured now or lately; null where nothing was. */
  gapMs: number | null
  /** The holder's sends that have their slot and are not acknowledged yet. */
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
const mostTurns = (runs: number) => 10_000 + 20 * runs

type Queued = Omit<QueuedRun, 'deadlineMs'> & {
  deadlineMs: number
  /** Its place among all: the highest priority first, then the earliest, then the first that came. */
  place: number
  /** When it may send again, while it may not. */
  opensMs: number
}

/**
 * Estimates all runs in one pass. A run is missing where its end can't be known: nothing is measured and nothing is limited, or
 * somebody must act first.
 */
export function estimateEtas(facts: QueueFacts): Map<string, Eta> {
  const etas = new Map<string, Eta>()
  const { nowMs, freeFromMs } = facts
  if (freeFromMs === null) return etas
  const live = facts.runs.filter(({ state }) => state !== 'paused')
  for (const { id, state, remainingSends } of live)
    if (remainingSends === 0 && state !== 'preparing') etas.set(id, { finishesAtMs: nowMs, unsent: 0 })
  const runs = inOrder(live.filter(({ remainingSends }) => remainingSends > 0))
  const limits = accountLimits({ ...facts, runs })
  const hoursOf = rememberedHours()
  const gapMs = facts.gapMs ?? 0
  let atMs = Math.max(nowMs, freeFromMs)
  const open = priorityQueue<Queued>((a, b) => a.place < b.place)
  const closed = priorityQueue<Queued>((a, b) => a.opensMs < b.opensMs)

  // One whose window is closed by then is about to give the lock back.
  let holder = runs.find(({ id }) => id === facts.holder)
  if (holder !== undefined && opensMs(holder) > atMs) holder = undefined
  for (const run of runs) if (run !== holder) queue(run)
  // The send before the next one.
  let beforeMs = holder && atMs === nowMs ? (facts.lastAckMs ?? atMs) : atMs
  let inFlight = holder ? facts.inFlight : 0
  for (let turn = 0; turn < mostTurns(runs.length); turn++) {
    const current = holder ?? nextOpen()
    holder = undefined
    if (current !== undefined) {
      send(current)
      inFlight = 0
      queue(current)
    } else {
      const first = closed.peek()
      if (first === undefined) break
      atMs = first.opensMs
    }
    beforeMs = atMs
  }
  return etas

  /** Until it is done or must stop. It keeps the lock while it waits for the limit, until its time is over. */
  function send(run: Queued): void {
    const endMs = Math.min(hours(run)?.closesMs ?? Infinity, run.deadlineMs) - lastMomentMs
    const slots = limits.of(run)
    while (run.remainingSends > 0) {
      const freeMs = inFlight > 0 ? -Infinity : slots.nextFreeMs()
      const sentMs = Math.max(atMs, Math.max(beforeMs, freeMs) + gapMs)
      atMs = Math.max(atMs, Math.min(sentMs, endMs))
      beforeMs = atMs
      if (sentMs >= endMs) return
      if (inFlight > 0) inFlight -= 1
      else slots.take(sentMs)
      run.remainingSends -= 1
    }
  }

  /** Behind those in front of it, or among those that wait for their window; nowhere, where it is done. */
  function queue(run: Queued): void {
    run.opensMs = opensMs(run)
    const isOver = Math.max(atMs, run.opensMs) >= run.deadlineMs - lastMomentMs
    if (run.remainingSends === 0 || isOver) settle(run)
    else if (run.opensMs <= atMs) open.push(run)
    else closed.push(run)
  }

  /** The next in the queue, of those that may send at all. */
  function nextOpen(): Queued | undefined {
    for (let run = closed.peek(); run !== undefined && run.opensMs <= atMs; run = closed.peek()) {
      closed.pop()
      queue(run)
    }
    for (let run = open.pop(); run !== undefined; run = open.pop()) {
      if (opensMs(run) <= atMs && atMs < run.deadlineMs - lastMomentMs) return run
      queue(run)
    }
    return undefined
  }

  function settle({ id, state, remainingSends: unsent, deadlineMs }: Queued): void {
    const finishesAtMs = unsent > 0 ? Math.max(nowMs, deadlineMs) : atMs
    // Nothing is known of how fast it is, and nothing holds it up.
    const isUnknown = finishesAtMs <= nowMs && facts.gapMs === null
    if (state !== 'preparing' && !isUnknown) etas.set(id, { finishesAtMs: Math.round(finishesAtMs), unsent })
  }

  function opensMs(run: Queued): number {
    return hours(run)?.opensMs ?? atMs
  }

  /** As the run looks at them: what is about to close is closed. */
  function hours(run: Queued): Hours | undefined {
    return hoursOf(run, Math.floor(atMs + lastMomentMs))
  }
}

function inOrder(runs: readonly QueuedRun[]): Queued[] {
  const queued = runs.map((run) => ({
    ...run,
    deadlineMs: run.deadlineMs ?? Infinity,
    scheduledMs: Date.parse(run.scheduledAt),
    place: 0,
    opensMs: 0,
  }))
  // Stable: equal ones keep the order in which they came.
  queued.sort((a, b) => b.priority - a.priority || a.scheduledMs - b.scheduledMs)
  queued.forEach((run, place) => (run.place = place))
  return queued
}
