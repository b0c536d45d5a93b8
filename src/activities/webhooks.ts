import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Logger } from 'pino'
import type { Cipher } from '../store/cipher.js'
import type { Database } from '../store/database.js'
import * as outbox from '../store/webhook-outbox.js'
import { disableEndpoint } from '../store/webhooks.js'
import { post, type Answer } from '../webhooks/post.js'
import { secretPlace } from '../webhooks/secret-place.js'
import { sign } from '../webhooks/signature.js'
import type { WebhookEnd } from './types.js'

export type WebhookActivities = ReturnType<typeof createWebhookActivities>

// The receiver has this long to answer; it should take the event and work on it later.
const timeoutMs = 10_000
// What the receiver refuses will hardly become right: about a quarter of an hour, for the deploy that mends it.
const triesIfRefused = 8

export function createWebhookActivities({
  database,
  cipher,
  logger,
}: {
  database: Database
  cipher: Cipher
  logger: Logger
}) {
  return {
    /**
     * One try. The body is the same on every try, and the event id with it; the time and its signature are new.
     *
     * @throws ApplicationFailure `WebhookNotTaken`, retryable, perhaps with the delay that the receiver asked for
     */
    async deliverWebhook(key: outbox.DeliveryKey): Promise<WebhookEnd> {
      const event = await outbox.loadWebhook(database, key)
      if (!event) return { kind: 'dropped' }
      if (event.state !== 'waiting') return { kind: event.state }
      if (event.isOff) {
        await outbox.endDelivery(database, { ...key, state: 'dropped' })
        return { kind: 'dropped' }
      }
      const { operator, type, at, now, data } = event
      const secret = cipher.open(secretPlace(operator, key.endpointId), event.secret).toString()
      const body = JSON.stringify({ id: key.eventId, type, at: at.toISOString(), operator, data })
      const answer = await post({
        url: event.url,
        timeoutMs,
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Carillon-Webhooks/1',
          'carillon-event-id': key.eventId,
          'carillon-event-type': type,
          'carillon-signature': sign({ secret, body, atMs: now.getTime() }),
        },
      })
      const { attempt } = Context.current().info
      const said = describe(answer)
      logger.info({ ...key, type, attempt, ...said }, 'webhook tried')
      if (isTaken(answer)) {
        await outbox.recordTry(database, { ...key, ...said, state: 'delivered' })
        return { kind: 'delivered' }
      }
      const isGone = said.status === 410
      if (isGone) await disableEndpoint(database, { id: key.endpointId, reason: 'it answered 410 Gone' })
      const isOver = isGone || (isRefused(answer) && attempt >= triesIfRefused)
      await outbox.recordTry(database, { ...key, ...said, state: isOver ? 'failed' : 'waiting' })
      if (isOver) return { kind: 'failed' }
      throw ApplicationFailure.create({
        message: `Endpoint ${key.endpointId} did not take the event: ${said.status ?? said.error}.`,
        type: 'WebhookNotTaken',
        ...(answer.kind === 'answered' &&
          answer.retryAfterMs !== undefined && { nextRetryDelay: Math.max(1_000, answer.retryAfterMs) }),
      })
    },

    async endWebhook(end: outbox.DeliveryKey & { state: 'failed' | 'dropped' }): Promise<void> {
      await outbox.endDelivery(database, end)
      logger.warn(end, 'webhook given up')
    },
  }
}

function describe(answer: Answer): { status: number | null; error: string | null } {
  return answer.kind === 'answered'
    ? { status: answer.status, error: null }
    : { status: null, error: answer.code }
}

function isTaken(answer: Answer): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status < 300
}

/** It says that the request is wrong, or leads elsewhere; what it cannot take just now is tried for as long as it takes. */
function isRefused(answer: Answer): boolean {
  if (answer.kind === 'unanswered') return answer.code === 'AddressRefused'
  return answer.status < 500 && ![408, 425, 429].includes(answer.status)
}
