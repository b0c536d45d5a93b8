import { groupJid } from '../shared/one-account.js'
import type { HttpAnswer } from '../shared/ask.js'
import type { Repeatable } from './callers.js'

export const reminderKey = (index: number) => `lesson-${index}`

/** Due in years: nothing fires meanwhile. */
export function createRequests(keys: number): Repeatable[] {
  return Array.from({ length: keys }, (_, index): Repeatable => {
    const key = reminderKey(index)
    return {
      method: 'POST',
      path: '/v1/reminders',
      key,
      body: {
        account: 'office',
        to: groupJid(index % 5),
        text: `The library is open until six (${index})`,
        at: '2035-01-01T09:00',
        zone: 'UTC',
      },
      wrongIn: (answer) => wrongInCreated(answer, key),
    }
  })
}

function wrongInCreated({ status, text }: HttpAnswer, key: string): string | undefined {
  if (status !== 200 && status !== 201) return `${status} ${text}`
  const answer = JSON.parse(text) as { kind: string; key: string; state: string; scheduledAt: string }
  const kind = status === 201 ? 'created' : 'exists'
  const isRight =
    answer.kind === kind &&
    answer.key === key &&
    // Some are paused or fired later on.
    ['scheduled', 'paused', 'running'].includes(answer.state) &&
    Date.parse(answer.scheduledAt) === Date.UTC(2035, 0, 1, 9)
  return isRight ? undefined : `${status} ${text}`
}
