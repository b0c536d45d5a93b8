import { dayWindowMs, rateWindowMs, slotQueue, type LimitUse, type SlotQueue } from '../rate-window.js'

/** Messages of an account in any 60 s, where nothing else is set. The column's default in Postgres is the same. */
export const defaultRatePerMinute = 40

type LimitedRun = { reminder: string; ownLimit: LimitUse | null }

export type AccountLimits = {
  /** All limits of the run as one: when its next send may be by the strictest of them. */
  of(run: LimitedRun): SlotQueue
}

/** All limits of an account's runs, as `take_rate_slot` has them: its own two, and that of each reminder. */
export function accountLimits({
  minute,
  day,
  runs,
}: {
  minute: LimitUse
  day: LimitUse | null
  runs: readonly LimitedRun[]
}): AccountLimits {
  const ofAccount = [slotQueue(minute, rateWindowMs), ...(day === null ? [] : [slotQueue(day, dayWindowMs)])]
  // An edit may give a later run of a reminder another limit. What one of them takes counts for all.
  const ofReminders = new Map<string, Map<number, SlotQueue>>()
  for (const { reminder, ownLimit } of runs) {
    if (ownLimit === null) continue
    const byLimit = ofReminders.get(reminder) ?? new Map<number, SlotQueue>()
    ofReminders.set(reminder, byLimit)
    if (!byLimit.has(ownLimit.limit)) byLimit.set(ownLimit.limit, slotQueue(ownLimit, rateWindowMs))
  }
  return {
    of({ reminder, ownLimit }) {
      const byLimit = ofReminders.get(reminder)
      const own = ownLimit === null ? undefined : byLimit?.get(ownLimit.limit)
      const its = own === undefined ? ofAccount : [...ofAccount, own]
      const counting = [...ofAccount, ...(byLimit?.values() ?? [])]
      return {
        nextFreeMs: () => its.reduce((freeMs, slots) => Math.max(freeMs, slots.nextFreeMs()), -Infinity),
        take(atMs) {
          for (const slots of counting) slots.take(atMs)
        },
      }
    },
  }
}
