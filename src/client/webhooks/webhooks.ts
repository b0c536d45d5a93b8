import { randomUUID } from 'node:crypto'
import { webhookTypes, type WebhookDeliveryState, type WebhookType } from '../../domain/webhooks.js'
import { createCipher } from '../../store/encryption/cipher.js'
import { encryptionKeyState } from '../../store/encryption/encryption-check.js'
import * as store from '../../store/webhooks/webhooks.js'
import { urlProblem } from '../../webhooks/address.js'
import { startWebhookRelay } from '../../webhooks/relay.js'
import { secretPlace } from '../../webhooks/secret-place.js'
import { newSecret } from '../../webhooks/signature.js'
import type { ClientContext } from '../context.js'
import { CarillonError, InputError, type InputIssue } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import { checkStorable } from '../storable.js'
import { findSettled } from './settled.js'

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
  add(input: NewWebhookInput): Promise<{ endpoint: store.EndpointView; secret: string }>
  list(): Promise<store.EndpointView[]>
  /** Events that wait for it are dropped. @throws CarillonError `not_found` */
  remove(id: string): Promise<void>
  /** For an endpoint that answered 410. @throws CarillonError `not_found` */
  enable(id: string): Promise<store.EndpointView>
  /** Sends an event of the type `test` and says what came of it, or of its tries so far when the time is over. */
  test(id: string, options?: { timeoutMs?: number }): Promise<store.DeliveryView>
  deliveries(query?: DeliveriesQuery): Promise<store.DeliveryView[]>
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function createWebhooks({ temporal, database, operator, encryptionKey }: ClientContext): Webhooks {
  async function show(id: string): Promise<store.EndpointView> {
    const all = await store.listEndpoints(database, operator)
    const found = all.find((endpoint) => endpoint.id === id)
    if (found) return found
    const ids = all.map((endpoint) => endpoint.id).join(', ')
    throw new CarillonError(
      'not_found',
      `There is no webhook endpoint '${id}'. ${ids === '' ? 'Add one with `carillon webhook add`.' : `You have: ${ids}.`}`,
    )
  }

  return {
    async add({ url, types = [...webhookTypes], allowHttp = false }) {
      checkStorable({ url })
      const issues = [...(await urlIssues(url, allowHttp)), ...typeIssues(types)]
      if (issues.length > 0) throw new InputError(issues)
      if ((await encryptionKeyState(database, encryptionKey)) === 'other')
        throw new CarillonError(
          'not_ready',
          'What is secret here is stored encrypted, and so is the secret of an endpoint: set CARILLON_ENCRYPTION_KEY to the key that the workers have.',
        )
      const id = randomUUID()
      const secret = newSecret()
      const sealed = createCipher(encryptionKey).seal(secretPlace(operator, id), Buffer.from(secret))
      const known = webhookTypes.filter((type) => types.includes(type))
      await store.insertEndpoint(database, { id, operator, url, types: known, secret: sealed, allowHttp })
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
      await store.removeEndpoint(database, { operator, id })
    },
    async enable(id) {
      await show(id)
      await store.enableEndpoint(database, { operator, id })
      return await show(id)
    },
    async test(id, { timeoutMs = 15_000 } = {}) {
      const { disabledAt } = await show(id)
      if (disabledAt !== null)
        throw new CarillonError(
          'conflict',
          `Endpoint '${id}' is disabled. Enable it with \`carillon webhook enable ${id}\`.`,
        )
      const eventId = randomUUID()
      await store.insertTestEvent(database, { eventId, endpointId: id, operator })
      return await findSettled({ database, operator, eventId, timeoutMs })
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
  }
}

async function urlIssues(url: string, allowHttp: boolean): Promise<InputIssue[]> {
  const expected = await urlProblem(url, { allowHttp })
  return expected === undefined ? [] : [{ field: 'url', expected }]
}

function typeIssues(types: string[]): InputIssue[] {
  const expected = `expected some of ${webhookTypes.join(', ')}`
  if (types.length === 0) return [{ field: 'types', got: 'none', expected }]
  return types
    .filter((type) => !webhookTypes.includes(type as WebhookType))
    .map((type) => ({ field: 'types', got: describeValue(type), expected }))
}
