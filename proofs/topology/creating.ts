import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { ask } from '../shared/ask.js'
import { apiServices, type Apis } from './apis.js'

/**
 * Creates a reminder over HTTP, by both processes at once, as a proxy does that sends a request again: one of them makes it, and
 * the other one answers what that one did.
 */
export async function createTwice(
  { apis, token }: { apis: Apis; token: string },
  { key, ...reminder }: ReminderInput & { key: string },
): Promise<void> {
  const answers = await Promise.all(
    apiServices.map(async (service) => {
      const { status, text } = await ask(`${apis.urlOf(service)}/v1/reminders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
        body: reminder,
      })
      return `${status} ${text}`
    }),
  )
  const [first = '', second] = answers
  if (first !== second || !first.startsWith('201 '))
    throw new Error(
      `Reminder '${key}' was asked of both APIs at once, which answered ${answers.join(' and ')}.`,
    )
}
