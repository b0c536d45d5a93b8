import { localText } from '../../domain/calendar/local-time.js'
import { upcomingUntil, type Due, type Pending } from '../../domain/firing.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { Queryable } from '../../store/database.js'
import { listFiring, type DaysQuery, type FiringReminder } from '../../store/views/occurrences.js'

export type ToCome = Due & {
  key: string
  /** On the clock of its zone: `2026-11-24T09:00:00`. */
  local: string
}

/** The clock of no zone is further from UTC. */
const zonesMs = 14 * 3_600_000
const dayMs = 86_400_000
const atOnce = 1_000
/** Once a minute for more than a month. Nothing that is sent to people is sent as often. */
const mostOfOneReminder = 50_000
/** Rules take the thread: others have it after so long. */
const breatheMs = 10

/** Calls with each occurrence of those days that fires if nothing changes, in no order. */
export async function forEachToCome(
  db: Queryable,
  { now, from, to, ...query }: DaysQuery & { now: Date },
  onEach: (one: ToCome) => void,
): Promise<void> {
  const untilMs = Date.parse(`${to}T00:00:00Z`) + dayMs + zonesMs
  if (untilMs < now.getTime()) return
  let after: { nextFire: Date; key: string } | undefined
  let sinceMs = performance.now()
  do {
    const page = await listFiring(db, {
      ...query,
      until: new Date(untilMs),
      limit: atOnce,
      ...(after && { after }),
    })
    for (const reminder of page) {
      for (const due of dueOf(reminder, { nowMs: now.getTime(), untilMs })) {
        const local = localText(due.dueAt, reminder.schedule.zone)
        const day = local.slice(0, 10)
        if (day >= from && day <= to) onEach({ key: reminder.key, ...due, local })
      }
      if (performance.now() - sinceMs > breatheMs) {
        await new Promise(setImmediate)
        sinceMs = performance.now()
      }
    }
    after = page.length < atOnce ? undefined : page.at(-1)
  } while (after)
}

function dueOf(
  { schedule, dealtWithUntil, moved, bufferedAt, pausedUntil }: FiringReminder,
  { nowMs, untilMs }: { nowMs: number; untilMs: number },
): Due[] {
  const pending: Pending = {
    ...(dealtWithUntil && { cursor: spellInstant(dealtWithUntil) }),
    ...(moved && { moved }),
    ...(bufferedAt && { buffered: spellInstant(bufferedAt) }),
  }
  // A second before: what is due at the very moment in which a pause ends fires.
  const startMs = pausedUntil === null ? nowMs : Math.max(nowMs, pausedUntil.getTime() - 1_000)
  const coming = upcomingUntil({ schedule }, { pending, nowMs: startMs, untilMs, limit: mostOfOneReminder })
  const { buffered } = pending
  return buffered === undefined ? coming : [{ occurrence: buffered, dueAt: buffered }, ...coming]
}
