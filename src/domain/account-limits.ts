import { dayWindowMs, rateWindowMs, slotQueue, type LimitUse, type SlotQueue } from './rate-window.js'

type LimitedRun = { id: string; reminder: string; ownLimit: LimitUse | null }

export type AccountLimits = {
  /** When the run's next send may be, by the limits alone: the one that holds it longest counts. */
  nextFreeMs(run: LimitedRun): number
  take(run: LimitedRun, atMs: number): void
}

/** All limits that hold an account's runs, as `take_rate_slot` has them: its own two, and that of each reminder. */
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
  // By run, and not by reminder: an edit may give a later run of it another limit. What one takes counts for all.
  const ofReminders = runs.flatMap(({ id, reminder, ownLimit }) =>
    ownLimit === null ? [] : [{ id, reminder, slots: slotQueue(ownLimit, rateWindowMs) }],
  )
  const holding = (run: LimitedRun): SlotQueue[] => [
    ...ofAccount,
    ...ofReminders.filter(({ id }) => id === run.id).map(({ slots }) => slots),
  ]
  return {
    nextFreeMs: (run) => Math.max(...holding(run).map((slots) => slots.nextFreeMs())),
    take(run, atMs) {
      for (const slots of ofAccount) slots.take(atMs)
      for (const { reminder, slots } of ofReminders) if (reminder === run.reminder) slots.take(atMs)
    },
  }
}
