import { randomUUID } from 'node:crypto'
import { webhookTypes, type WebhookDeliveryState } from '../../domain/webhooks.js'
import { openAt, sealAt } from '../../store/encryption/place.js'
import { ringForSecret } from '../secrets-ring.js'
import { redeliver } from '../../store/webhooks/redelivery.js'
import type { DeliveryKey } from '../../store/webhooks/webhook-queue.js'
import * as store from '../../store/webhooks/webhooks.js'
import { urlProblem } from '../../webhooks/address.js'
import { startWebhookRelay } from '../../webhooks/relay.js'
import { secretPlace } from '../../webhooks/secret-place.js'
import { newSecret } from '../../webhooks/signature.js'
import { askerOf, type ClientContext } from '../context.js'
import { CarillonError, InputError, type InputIssue } from '../errors.js'
import { schemaIssues } from '../input/issues.js'
import { newWebhookInput } from '../input/schema/requests.js'
import { operatorRequest } from '../temporal/signals.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { checkStorable } from '../storable.js'
import { findSettled } from './settled.js'
import { say } from '../../domain/sentences/say.js'

export type NewWebhookInput = {
  /** https, or http on a private network. */
  url: string
  /** All when not given. */
  types?: string[]
  /** Plain http to a public address, too. */
  allowHttp?: boolean
}

export type DeliveriesQuery = { endpointId?: string; states?: WebhookDeliveryState[]; limit?: number }

export type Webhooks = {
  /**
   * The secret is shown this once. @throws InputError; CarillonError `not_ready` where the secret could not be stored
   * as safely as what is stored already
   */
  add(
    input: NewWebhookInput,
    /** The same for every call that is one request: it is one endpoint, with one secret. */
    options?: { requestId?: string },
  ): Promise<{ endpoint: store.EndpointView; secret: string }>
  list(): Promise<store.EndpointView[]>
  /** Events that wait for it are dropped. @throws CarillonError `not_found` */
  remove(id: string): Promise<void>
  /** For an endpoint that answered 410. @throws CarillonError `not_found` */
  enable(id: string): Promise<store.EndpointView>
  /** Sends an event of the type `test` and says what came of it, or of its tries so far when the time is over. */
  test(id: string, options?: { timeoutMs?: number; requestId?: string }): Promise<store.DeliveryView>
  deliveries(query?: DeliveriesQuery): Promise<store.DeliveryView[]>
  /**
   * Delivers an event again that was taken, given up or dropped, with its id and its body, and says what came of it as `test`
   * does; one that is tried again by itself is tried at once. One that waits for its turn, or is being tried, is left as it is
   * (`already`). @throws CarillonError `not_found`; `conflict` where the endpoint is disabled
   */
  redeliver(
    key: DeliveryKey,
    options?: { timeoutMs?: number; requestId?: string },
  ): Promise<store.DeliveryView & { already?: true }>
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function createWebhooks(context: ClientContext): Webhooks {
  const { temporal, database, operator } = context
  const asker = askerOf(context)
  async function show(id: string): Promise<store.EndpointView> {
    const all = await store.listEndpoints(database, operator)
    const found = all.find((endpoint) => endpoint.id === id)
    if (found) return found
    const ids = all.map((endpoint) => endpoint.id).join(', ')
    throw new CarillonError(
      'not_found',
      say('noEndpoint', {
        id,
        hint: ids === '' ? say('phraseAddEndpoint') : say('phraseYouHave', { ids }),
      }),
    )
  }

  return {
    async add(input, { requestId = randomUUID() } = {}) {
      const malformed = schemaIssues(newWebhookInput, input, 'webhook')
      if (malformed.length > 0) throw new InputError(malformed)
      checkStorable({ url: input.url })
      const { url, types = [...webhookTypes], allowHttp = false } = input
      const issues = await urlIssues(url, allowHttp)
      if (issues.length > 0) throw new InputError(issues)
      const ring = await ringForSecret(database, 'phraseEndpointSecret')
      const id = requestId
      const place = secretPlace(operator, id)
      const sealed = sealAt(ring, place, Buffer.from(newSecret()))
      const known = webhookTypes.filter((type) => types.includes(type))
      const kept = await store.insertEndpoint(
        database,
        { id, operator, url, types: known, secret: sealed, allowHttp },
        asker,
      )
      const secret = openAt(ring, place, kept).toString()
      try {
        await startWebhookRelay(temporal)
      } catch (error) {
        throw explainTemporalError(error)
      }
      return { endpoint: await show(id), secret }
    },
    list: async () => await store.listEndpoints(database, operator),
    async remove(id) {
      await show(id)
      await store.removeEndpoint(database, { operator, id }, asker)
    },
    async enable(id) {
      await show(id)
      await store.enableEndpoint(database, { operator, id }, asker)
      return await show(id)
    },
    async test(id, { timeoutMs = 15_000, requestId: eventId = randomUUID() } = {}) {
      const { disabledAt } = await show(id)
      if (disabledAt !== null) throw new CarillonError('conflict', say('endpointDisabled', { id }))
      await store.insertTestEvent(database, { eventId, endpointId: id, operator }, asker)
      return await findSettled({ database, operator, eventId, endpointId: id, timeoutMs })
    },
    async deliveries({ endpointId, states, limit = 50 } = {}) {
      if (endpointId !== undefined && !idPattern.test(endpointId)) await show(endpointId)
      return await store.listDeliveries(database, {
        operator,
        limit,
        ...(endpointId !== undefined && { endpointId }),
        ...(states !== undefined && { states }),
      })
    },
    async redeliver({ endpointId, eventId }, { timeoutMs = 15_000, requestId } = {}) {
      const request = operatorRequest(context, undefined, requestId)
      await show(endpointId)
      const key = { endpointId, eventId }
      const done = idPattern.test(eventId)
        ? await redeliver(database, { ...key, operator, request })
        : 'missing'
      switch (done) {
        case 'asked':
          return await findSettled({ database, operator, ...key, timeoutMs })
        case 'already':
          return { ...(await findSettled({ database, operator, ...key, timeoutMs: 0 })), already: true }
        case 'disabled':
          throw new CarillonError('conflict', say('endpointDisabled', { id: endpointId }))
        case 'missing':
          throw new CarillonError('not_found', say('noDelivery', { event: eventId, id: endpointId }))
      }
    },
  }
}

async function urlIssues(url: string, allowHttp: boolean): Promise<InputIssue[]> {
  const expected = await urlProblem(url, { allowHttp })
  return expected === undefined ? [] : [{ field: 'url', expected }]
}
