import { estimateEtas } from '../../domain/eta.js'
import type { LimitUse } from '../../domain/rate-window.js'
import { sendingHours, type Hours } from '../../domain/hours/sending-hours.js'
import type { ReminderDefinition } from '../../domain/definition.js'

/** The time of a send beyond what the limit demands, in ms: the usual pause between parts, 200–499, and its ack. */
const assumedGapMs = 400

export type PreviewedDelivery = {
  sends: number
  /** Messages in any minute: the account's limit, or the reminder's own where that is lower. */
  limitPerMinute: number
  /** Messages of the account in any 24 hours; missing where it has no cap. */
  dailyCap?: number
  /** When the first send may be: its time, or when the window opens, although that may be too late. */
  beginsAt: string
  finishesAt: string
  durationMs: number
  /** Sends that its deadline would come before. */
  expiring: number
}

export type PreviewedLimits = {
  /** The account's, of any minute. */
  ratePerMinute: number
  /** The account's, of any 24 hours, as it is now; null is no cap. */
  dailyCap: number | null
}

/** How long the run of an occurrence would take, if the account had nothing else to send, nor had sent in the day before. */
export function previewDelivery(
  definition: ReminderDefinition,
  { at, sends, limits }: { at: string; sends: number; limits: PreviewedLimits },
): PreviewedDelivery {
  const nowMs = Date.parse(at)
  const { window, schedule, priority, deliverWithinMs, ratePerMinute } = definition
  const { dailyCap } = limits
  const deadlineMs = nowMs + deliverWithinMs
  const id = 'previewed'
  const run = {
    id,
    state: 'running' as const,
    remainingSends: sends,
    priority,
    scheduledAt: at,
    deadlineMs,
    window: window ?? null,
    zone: schedule.zone,
    reminder: id,
    ownLimit: ratePerMinute === undefined ? null : unused(ratePerMinute),
  }
  const facts = {
    nowMs,
    holder: null,
    runs: [run],
    freeFromMs: nowMs,
    minute: unused(limits.ratePerMinute),
    day: dailyCap === null ? null : unused(dailyCap),
    gapMs: assumedGapMs,
    inFlight: 0,
    lastAckMs: null,
  }
  const eta = estimateEtas(facts).get(id) ?? { finishesAtMs: nowMs, unsent: 0 }
  const beginsMs = Math.max(nowMs, hoursOf(definition, nowMs)?.opensMs ?? nowMs)
  return {
    sends,
    limitPerMinute: Math.min(limits.ratePerMinute, ratePerMinute ?? Infinity),
    ...(dailyCap !== null && { dailyCap }),
    beginsAt: new Date(beginsMs).toISOString(),
    finishesAt: new Date(eta.finishesAtMs).toISOString(),
    durationMs: Math.max(0, eta.finishesAtMs - beginsMs),
    expiring: eta.unsent,
  }
}

const unused = (limit: number): LimitUse => ({ limit, slotsUsed: 0, oldestSlotsMs: [] })

/** The opening of the window at an instant, or the next one. */
export function hoursOf({ window, schedule }: ReminderDefinition, atMs: number): Hours | undefined {
  return window === undefined ? undefined : sendingHours(window, schedule.zone, atMs)
}
