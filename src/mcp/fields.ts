import { z } from 'zod'
import { fieldsOf } from '../api/v1/reminder-body.js'
import type { ReminderInput } from '../client/input/schema/reminder.js'

/** What names the one thing that a tool is for. Nothing is found by a part of its name, nor by being the latest. */

const named = (expected: string, description: string) => z.string({ error: expected }).meta({ description })

export const accountField = named(
  'expected the id of an account',
  'The id of an account, as list_accounts has it.',
)
export const keyField = named(
  'expected the key of a reminder',
  'The exact key of a reminder, as list_reminders has it.',
)
export const runField = named('expected the id of a run', 'The exact id of a run, as list_runs has it.')

/** The fields of a reminder beside others, all as they were written: the former are the client's to read. */
export function reminderFields<Other extends string>(
  given: unknown,
): ReminderInput & { [Name in Other]?: unknown } {
  return fieldsOf(given)
}
