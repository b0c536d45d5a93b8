import { occurrencesAfter } from '../domain/calendar-occurrences.js'
import { describeSchedule } from '../domain/calendar-words.js'
import { isFinalReminder } from '../domain/states.js'
import type { ReminderView } from '../store/views-reminders.js'
import type { RunView } from '../store/views-runs.js'

/** A reminder as lists show it. */
export type ReminderSummary = ReminderView & {
  /** The schedule for people: `every Monday at 08:00 (Africa/Nairobi)`. */
  words: string
}

export type ReminderDetails = ReminderSummary & {
  /** The occurrences after the next fire, as the calendar has them: instants in UTC. */
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
  const occurrence = view.snoozedFrom ?? view.nextFire
  const after = occurrence === null || occurrence < now ? now : occurrence
  return occurrencesAfter(view.definition.schedule, { after: after.toISOString(), limit: upcomingShown })
}
