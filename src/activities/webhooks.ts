import { ApplicationFailure } from '@temporalio/activity'
import type { Logger } from 'pino'
import { retryDelayMs } from '../domain/webhooks.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { openAt } from '../store/encryption/place.js'
import type { Database } from '../store/database.js'
import type { DeliveryTurn } from '../store/webhooks/webhook-queue.js'
import { alertChats } from './telegram/alerts.js'
import * as tries from '../store/webhooks/webhook-tries.js'
import { disableEndpoint } from '../store/webhooks/webhooks.js'
import { post, type Answer } from '../webhooks/post.js'
import { secretPlace } from '../webhooks/secret-place.js'
import { sign } from '../webhooks/signature.js'
import type { WebhookEnd } from '../protocol/payloads.js'
import { say } from '../domain/sentences/say.js'

export type WebhookActivities = ReturnType<typeof createWebhookActivities>

// The receiver has this long to answer; it should take the event and work on it later.
const timeoutMs = 10_000
// An event that the receiver refuses is hardly ever taken later: a quarter of an hour, for the deploy that mends it.
const triesIfRefused = 8
/**
 * Tries at once to one endpoint, over all workers: Postgres counts them. One that hangs has these few of the slots of
 * this process's worker (see task-workers.ts), and soon is in back-off; the others have the rest.
 */
export const atOncePerEndpoint = 5

export function createWebhookActivities(deps: {
  database: Database
  ring: KeyRing
  logger: Logger
  /** Of the Bot API; Telegram's own when missing. */
  telegramUrl: string | undefined
}) {
  const { database, ring, logger } = deps
  return {
    /**
     * One try. The body is the same on every try, and the event id with it; the time and its signature are new.
     *
     * @throws ApplicationFailure `WebhookNotTaken`, retryable, with the delay until it is tried again
     */
    async deliverWebhook(turn: DeliveryTurn): Promise<WebhookEnd> {
      const begun = await tries.beginTry(database, turn, { atOncePerEndpoint })
      if (begun.kind === 'handedBack') return begun
      if (begun.kind === 'ended') return { kind: begun.state }
      const { type, attempts } = begun
      const { eventId, endpointId } = turn
      const answer =
        begun.bot === null
          ? await post({ url: begun.url, timeoutMs, ...signed(turn, begun) })
          : await alertChats(deps, { ...begun, bot: begun.bot, eventId, endpointId })
      // No try that failed: the same turn goes on with those who were not told.
      if (answer.kind === 'unfinished') throw notTaken(endpointId, 'not all were told yet', 1_000)
      const said = describe(answer)
      const key = { ...turn, ...said }
      const logged = { endpointId, status: said.status, code: said.error }
      logger.info({ eventId, ...logged, type, attempt: attempts + 1 }, 'webhook tried')
      if (isTaken(answer)) {
        const { answersAgain } = await tries.recordTaken(database, key)
        if (answersAgain) logger.info({ endpointId }, 'webhook endpoint answers again')
        return { kind: 'delivered' }
      }
      const isGone = said.status === 410
      if (isGone) await disableEndpoint(database, { id: endpointId, reason: say('answeredGone') })
      const isOver = isGone || begun.isLast || (isRefused(answer) && attempts + 1 >= triesIfRefused)
      const retryAfterMs = answer.kind === 'answered' ? answer.retryAfterMs : undefined
      const retryMs = Math.max(retryDelayMs(attempts + 1), retryAfterMs ?? 0)
      const { failures, beganBackOff, nextTryAt } = await tries.recordNotTaken(database, {
        ...key,
        isOver,
        retryAfterMs,
        retryMs,
      })
      if (beganBackOff) logger.warn({ ...logged, failures, nextTryAt }, 'webhook endpoint in back-off')
      if (isOver) return { kind: 'failed' }
      if (nextTryAt !== undefined) return { kind: 'handedBack' }
      throw notTaken(endpointId, `${said.status ?? said.error}`, retryMs)
    },

    async endWebhook({
      eventId,
      endpointId,
      turn,
      state,
    }: DeliveryTurn & { state: 'failed' | 'dropped' }): Promise<void> {
      await tries.endDelivery(database, { eventId, endpointId, turn, state })
      logger.warn({ eventId, endpointId, state }, 'webhook given up')
    },
  }

  function signed(
    { eventId, endpointId }: DeliveryTurn,
    { operator, type, at, now, data, secret: sealed }: tries.Begun,
  ): { body: string; headers: Record<string, string> } {
    const secret = openAt(ring, secretPlace(operator, endpointId), sealed).toString()
    const body = JSON.stringify({ id: eventId, type, at: at.toISOString(), operator, data })
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Carillon-Webhooks/1',
        'carillon-event-id': eventId,
        'carillon-event-type': type,
        'carillon-signature': sign({ secret, body, atMs: now.getTime() }),
      },
    }
  }
}

function notTaken(endpointId: string, why: string, retryMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `Endpoint ${endpointId} did not take the event: ${why}.`,
    type: 'WebhookNotTaken',
    nextRetryDelay: retryMs,
  })
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
