import { z } from 'zod'
import { onlyGiven } from '../../api/v1/acting.js'
import {
  reminderConfirmation,
  reminderDetailsAnswer,
  remindersAnswer,
  skippedAnswer,
  snoozedAnswer,
} from '../../api/v1/answers/reminders.js'
import { occurrencesAnswer } from '../../api/v1/answers/occurrences.js'
import { listQuery, listQueryOf, ordering, searching } from '../../api/v1/lists.js'
import { checked } from '../../api/v1/route.js'
import { printCalendar } from '../../cli/reminder/calendar.js'
import { printReminder, printReminders } from '../../cli/reminder/output.js'
import { needs } from '../../client/allowed.js'
import { occurrencesFields } from '../../client/reminders/occurrences-query.js'
import { pauseInput, requestInput, skipInput, snoozeInput } from '../../client/input/schema/requests.js'
import { searchedIn } from '../../domain/search.js'
import type { Confirmation } from '../../client/temporal/signals.js'
import { reminderSorts, reminderStates } from '../../domain/states.js'
import type { ReminderView } from '../../store/views/reminders.js'
import { keyField } from '../fields.js'
import { confirmationText, momentText, pageText, printed } from '../text.js'
import { changes, destroys, reads, tool, type Tool } from '../tool.js'

const key = keyField

export const reminderTools: Tool[] = [
  tool({
    name: 'list_reminders',
    title: 'List reminders',
    description:
      'Reminders, the newest first where no other order is asked for: the state of each, when it is sent next, to how many, and its schedule.',
    needs: needs.reminders.list,
    annotations: reads,
    input: checked(
      listQuery(reminderStates)
        .strict()
        .extend({
          ...ordering(reminderSorts),
          search: searching(searchedIn).search,
        }),
    ),
    answer: remindersAnswer,
    act: async (client, query) => await client.reminders.list(listQueryOf(query)),
    text: ({ items, next }) =>
      items.length === 0
        ? 'There are no such reminders.'
        : pageText(
            printed((context) => printReminders(context, { items })),
            { next },
          ),
  }),
  tool({
    name: 'show_reminder',
    title: 'Show a reminder',
    description:
      'One reminder: what it sends, to whom, its next times and its latest runs. Also one that is over.',
    needs: needs.reminders.show,
    annotations: reads,
    input: checked(z.strictObject({ key })),
    answer: reminderDetailsAnswer,
    act: async (client, { key }) => await client.reminders.show(key),
    text: (details) => printed((context) => printReminder(context, details)),
  }),
  tool({
    name: 'list_occurrences',
    title: 'List what is due on some days',
    description:
      'What was due on some days of the calendar and what became of it, and what is to come, of all reminders or of one: each with the exact time by which snooze_reminder and skip_occurrence name it.',
    needs: needs.reminders.occurrences,
    annotations: reads,
    input: checked(z.strictObject(occurrencesFields)),
    answer: occurrencesAnswer,
    act: async (client, { from, to, ...query }) =>
      await client.reminders.occurrences({ from, to, ...onlyGiven(query) }),
    text: ({ next, ...page }) =>
      pageText(
        printed((context) => printCalendar(context, page)),
        { next },
      ),
  }),
  tool({
    name: 'pause_reminder',
    title: 'Pause a reminder',
    description:
      'Holds a reminder, and its run where one is under way, until it is resumed or until a time. Times that pass meanwhile may be missed.',
    needs: needs.reminders.pause,
    annotations: changes,
    input: checked(pauseInput.extend({ key })),
    answer: reminderConfirmation,
    act: async (client, { key, ...options }) => await client.reminders.pause(key, onlyGiven(options)),
    text: stateText,
  }),
  tool({
    name: 'resume_reminder',
    title: 'Resume a reminder',
    description: 'Lets a paused reminder, and the run that its pause held, go on sending.',
    needs: needs.reminders.resume,
    annotations: changes,
    input: checked(requestInput.extend({ key })),
    answer: reminderConfirmation,
    act: async (client, { key, ...options }) => await client.reminders.resume(key, onlyGiven(options)),
    text: stateText,
  }),
  tool({
    name: 'snooze_reminder',
    title: 'Snooze a reminder',
    description:
      'Moves one occurrence, the next where none is named: `until` a time, or `by` a duration after the time that its calendar has. The others stay where they are; to its own time moves it back, also one that was skipped.',
    needs: needs.reminders.snooze,
    annotations: changes,
    input: checked(snoozeInput.extend({ key })),
    answer: snoozedAnswer,
    act: async (client, { key, ...options }) => await client.reminders.snooze(key, onlyGiven(options)),
    text: ({ key, zone, occurrence, nextFire }) =>
      `Reminder '${key}': the occurrence of ${momentText(occurrence, zone)} is moved. It is due ${momentText(nextFire, zone)}.`,
  }),
  tool({
    name: 'skip_occurrence',
    title: 'Skip an occurrence',
    description:
      'Leaves one occurrence of a reminder out, which is to be named by its time (list_occurrences has each, show_reminder the next). Ask the person first; snooze_reminder to its own time takes it back.',
    needs: needs.reminders.skip,
    annotations: destroys,
    input: checked(
      skipInput.extend({
        key,
        occurrence: skipInput.shape.occurrence.unwrap().meta({
          description: 'The exact time of the occurrence, as its calendar has it.',
        }),
      }),
    ),
    answer: skippedAnswer,
    act: async (client, { key, ...options }) => await client.reminders.skip(key, onlyGiven(options)),
    text: ({ key, zone, kind, occurrence, nextFire }) => {
      const done = kind === 'already' ? 'is over or was skipped already' : 'is skipped'
      const next = nextFire === undefined ? 'No time is to come.' : `It is due ${momentText(nextFire, zone)}.`
      return `Reminder '${key}': the occurrence of ${momentText(occurrence, zone)} ${done}. ${next}`
    },
  }),
  tool({
    name: 'cancel_reminder',
    title: 'Cancel a reminder',
    description:
      'Ends a reminder for good, with its run where one is under way: what was not sent stays unsent. Takes its exact key. Ask the person first; pause_reminder can be taken back.',
    needs: needs.reminders.cancel,
    annotations: destroys,
    input: checked(requestInput.extend({ key })),
    answer: reminderConfirmation,
    act: async (client, { key, ...options }) => await client.reminders.cancel(key, onlyGiven(options)),
    text: stateText,
  }),
  tool({
    name: 'delete_reminder',
    title: 'Delete a reminder',
    description:
      'Cancels a reminder and takes it out of the lists, for good; its history stays. Takes its exact key. Ask the person first.',
    needs: needs.reminders.delete,
    annotations: destroys,
    input: checked(requestInput.extend({ key })),
    answer: reminderConfirmation,
    act: async (client, { key, ...options }) => await client.reminders.delete(key, onlyGiven(options)),
    text: stateText,
  }),
]

function stateText(confirmation: Confirmation<ReminderView>): string {
  const { key, state, pausedUntil, deletedAt, definition } = confirmation.state
  const until =
    state === 'paused' && pausedUntil !== null
      ? ` until ${momentText(pausedUntil, definition.schedule.zone)}`
      : ''
  return confirmationText(
    `Reminder '${key}'`,
    deletedAt === null ? `${state}${until}` : `${state} and deleted`,
    confirmation,
  )
}
