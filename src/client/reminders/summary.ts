import { describeSchedule } from '../../domain/calendar/words/words.js'
import { upcoming, type Due, type Policies } from '../../domain/firing.js'
import { isFinalReminder } from '../../domain/states.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { ReminderView } from '../../store/views/reminders.js'
import type { RunView } from '../../store/views/runs.js'

/** A reminder as lists show it. */
export type ReminderSummary = ReminderView & {
  /** The schedule for people: `every Monday at 08:00 (Africa/Nairobi)`. */
  words: string
}

export type ReminderDetails = ReminderSummary & {
  /** The fires after the next, a snoozed one among them: instants in UTC. */
  upcoming: string[]
  /** The latest first. */
  runs: RunView[]
}

const upcomingShown = 3

export function summarized(view: ReminderView): ReminderSummary {
  return { ...view, words: describeSchedule(view.definition.schedule) }
}

/** What comes after the next fire; nothing of a reminder that is over. */
export function upcomingOf(view: ReminderView, now: Date): string[] {
  if (isFinalReminder(view.state)) return []
  const fires = firesOf(view, { policies: view.definition, now, limit: upcomingShown + 1 })
  const [first] = fires
  const isNext =
    first !== undefined && view.nextFire !== null && Date.parse(first.dueAt) <= view.nextFire.getTime()
  return fires
    .slice(isNext ? 1 : 0)
    .map(({ dueAt }) => dueAt)
    .filter((at) => Date.parse(at) > now.getTime())
    .slice(0, upcomingShown)
}

/** What fires next, in the order of the times, with what is snoozed and without what is skipped. */
export function firesOf(
  { dealtWithUntil, moved, bufferedAt }: ReminderView,
  { policies, now, limit }: { policies: Policies; now: Date; limit: number },
): Due[] {
  const pending = {
    ...(dealtWithUntil && { cursor: spellInstant(dealtWithUntil) }),
    ...(moved.length > 0 && {
      moved: moved.map(({ from, to }) => ({
        from: spellInstant(from),
        ...(to !== null && { to: spellInstant(to) }),
      })),
    }),
    ...(bufferedAt && { buffered: spellInstant(bufferedAt) }),
  }
  return upcoming(policies, { pending, nowMs: now.getTime(), limit })
}
