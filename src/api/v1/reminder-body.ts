import { z } from 'zod'
import { InputError } from '../../client/errors.js'
import { describeValue } from '../../client/input/issues.js'
import { requestFields } from '../../client/input/schema-requests.js'
import { reminderInputSchema, type ReminderInput } from '../../client/input/schema.js'
import { onlyGiven } from './acting.js'
import { readBy } from './read.js'

/** Ten thousand reminders of a few lines each. */
export const maxListBytes = 32 * 1024 * 1024

export const reminderInput = reminderInputSchema.meta({ id: 'ReminderInput' })

/** The fields of a reminder, and beside them those of the request. */
export function reminderBody(fields: Partial<typeof requestFields>) {
  return reminderInputSchema.extend(fields)
}

export const listBody = z.object({ reminders: z.array(reminderInput).min(1) })

/** What is of the reminder, and what is of the request: the client reads the former, and tells all that is wrong with it. */
export function splitReminder(body: unknown): {
  input: ReminderInput
  options: { reason?: string; timeoutMs?: number }
} {
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    return { input: body as ReminderInput, options: {} }
  const { reason, timeoutMs, ...input } = body as Record<string, unknown>
  const options = readBy(z.object(requestFields), { reason, timeoutMs })
  return { input, options: onlyGiven(options) }
}

/** The `Idempotency-Key` is the key of the reminder, where its body has none. @throws InputError where both differ */
export function withKey(body: unknown, idempotencyKey: string | undefined): unknown {
  if (idempotencyKey === undefined || body === null || typeof body !== 'object' || Array.isArray(body))
    return body
  const key: unknown = 'key' in body ? body.key : undefined
  if (key === undefined) return { ...body, key: idempotencyKey }
  if (key === idempotencyKey) return body
  throw new InputError([
    {
      field: 'key',
      got: describeValue(key),
      expected:
        'expected what the header Idempotency-Key has, or none of the two: for a reminder both are the name by which it is made once',
    },
  ])
}

/** @throws InputError */
export function remindersIn(body: unknown): readonly ReminderInput[] {
  const { reminders } = readBy(z.strictObject({ reminders: z.unknown() }), body)
  return reminders as readonly ReminderInput[]
}
