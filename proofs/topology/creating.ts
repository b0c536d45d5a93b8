import type { ReminderInput } from '../../src/client/input/schema.js'
import { apiServices, type Apis } from './apis.js'

/**
 * Creates a reminder over HTTP, by both processes at once, as a proxy does that sends a request again: one of them makes it, and
 * the other one finds it.
 */
export async function createTwice(
  { apis, token }: { apis: Apis; token: string },
  { key, ...reminder }: ReminderInput & { key: string },
): Promise<void> {
  const statuses = await Promise.all(
    apiServices.map(async (service) => {
      const answer = await fetch(`${apis.urlOf(service)}/v1/reminders`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'Idempotency-Key': key,
        },
        body: JSON.stringify(reminder),
      })
      await answer.arrayBuffer()
      return answer.status
    }),
  )
  if (statuses.toSorted((a, b) => a - b).join() !== '200,201')
    throw new Error(`Reminder '${key}' was created by both APIs, which answered ${statuses.join(' and ')}.`)
}
