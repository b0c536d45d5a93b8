import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'
import type { EndpointView } from '../store/webhooks/webhooks.js'

type Situation = { sentence: Sentence } & ({ isFine: true } | { isFine: false; remedy: Sentence })

export type WebhookSituation = Situation & {
  /** Without the id of the endpoint, and without what waits for it. */
  text: string
}

/** Whether an endpoint takes what is sent to it, in words, and what the operator can do where it does not. */
export function webhookSituation(endpoint: EndpointView, now: Date): WebhookSituation {
  const { sentence } = situationOf({ ...endpoint, waiting: 0 }, now)
  return { ...situationOf(endpoint, now), text: sentence.slice(`'${endpoint.id}' is `.length) }
}

function situationOf(
  { id, disabledReason, failures, failingSince, lastFailure, nextTryAt, waiting }: EndpointView,
  now: Date,
): Situation {
  const of = { endpoint: id, waiting: waiting > 0 ? waiting : undefined }
  if (disabledReason !== null)
    return {
      isFine: false,
      sentence: say('doctorWebhookDisabled', { ...of, reason: disabledReason }),
      remedy: say('doctorEnableWebhook', { endpoint: id }),
    }
  if (nextTryAt === null || failingSince === null) return { isFine: true, sentence: say('doctorWebhook', of) }
  const fromNow = (time: Date): number => time.getTime() - now.getTime()
  return {
    isFine: false,
    sentence: say('doctorWebhookFailing', {
      ...of,
      failures,
      since: fromNow(failingSince),
      last: String(lastFailure),
      next: fromNow(nextTryAt),
    }),
    remedy: say('doctorMendWebhook', { endpoint: id }),
  }
}
