import { z } from 'zod'
import { InputError } from '../../client/errors.js'
import { describeValue, isObject } from '../../client/input/issues.js'
import { requestFields, writtenAt } from '../../client/input/schema/requests.js'
import {
  parseReminderInput,
  reminderInputSchema,
  type ReminderInput,
} from '../../client/input/schema/reminder.js'
import { onlyGiven } from './acting.js'
import { readBy } from './read.js'
import { say } from '../../domain/sentences/say.js'

/** Ten thousand reminders of a few lines each. */
export const maxListBytes = 32 * 1024 * 1024

export const reminderInput = reminderInputSchema.meta({ id: 'ReminderInput' })

/** The fields of a reminder, and beside them those of the request. */
export function reminderBody(fields: Partial<typeof requestFields>) {
  return reminderInputSchema.extend({ ...fields, writtenAt })
}

export const listBody = z.object({ reminders: z.array(reminderInput).min(1), writtenAt })

/** What is of the reminder, and what is of the request: the client reads the former, and tells all that is wrong with it. */
export function splitReminder(body: unknown): {
  input: ReminderInput
  options: { reason?: string; timeoutMs?: number; writtenAt?: Date }
} {
  const { reason, timeoutMs, writtenAt: written, ...input } = fieldsOf(body)
  const { writtenAt: at, ...options } = readBy(z.object({ ...requestFields, writtenAt }), {
    reason,
    timeoutMs,
    writtenAt: written,
  })
  return { input, options: { ...onlyGiven(options), ...(at !== undefined && { writtenAt: new Date(at) }) } }
}

/** The fields of one reminder: what they are is the client's to say. @throws InputError where there are none */
export function fieldsOf(
  body: unknown,
): ReminderInput & { reason?: unknown; timeoutMs?: unknown; writtenAt?: unknown } {
  if (isObject(body) && !Array.isArray(body)) return body
  throw new InputError(parseReminderInput(body).issues)
}

/** The `Idempotency-Key` is the key of the reminder, where its body has none. @throws InputError where both differ */
export function withKey(body: unknown, idempotencyKey: string | undefined): ReminderInput {
  const fields = fieldsOf(body)
  if (idempotencyKey === undefined) return fields
  const { key } = fields
  if (key === undefined) return { ...fields, key: idempotencyKey }
  if (key === idempotencyKey) return fields
  throw new InputError([
    {
      field: 'key',
      got: describeValue(key),
      expected: say('keyOfHeader'),
    },
  ])
}

/** @throws InputError */
export function remindersIn(body: unknown): {
  inputs: readonly ReminderInput[]
  options: { writtenAt?: Date }
} {
  const { reminders, writtenAt: at } = readBy(z.strictObject({ reminders: z.unknown(), writtenAt }), body)
  return {
    inputs: reminders as readonly ReminderInput[],
    options: at === undefined ? {} : { writtenAt: new Date(at) },
  }
}
