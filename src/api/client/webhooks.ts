import type { Webhooks } from '../../client/webhooks/webhooks.js'
import {
  deliveriesAnswer,
  deliveryAnswer,
  endpointAnswer,
  endpointsAnswer,
  newEndpointAnswer,
  redeliveredAnswer,
} from '../v1/answers/webhooks.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

export function httpWebhooks({ ask, tell }: Transport): Webhooks {
  return {
    add: async (body, { requestId } = {}) =>
      await ask(newEndpointAnswer, { method: 'POST', path: '/webhooks', body, idempotencyKey: requestId }),
    list: async () => (await ask(endpointsAnswer, { method: 'GET', path: '/webhooks' })).endpoints,
    remove: async (id) => await tell({ method: 'DELETE', path: at`/webhooks/${id}` }),
    enable: async (id) => await ask(endpointAnswer, { method: 'POST', path: at`/webhooks/${id}/enable` }),
    test: async (id, { timeoutMs, requestId } = {}) =>
      await ask(deliveryAnswer, {
        method: 'POST',
        path: at`/webhooks/${id}/test`,
        ...(timeoutMs !== undefined && { body: { timeoutMs } }),
        idempotencyKey: requestId,
      }),
    deliveries: async ({ endpointId: endpoint, states: state, limit } = {}) =>
      (
        await ask(deliveriesAnswer, {
          method: 'GET',
          path: '/webhook-deliveries',
          query: { endpoint, state, limit },
        })
      ).deliveries,
    async redeliver({ endpointId, eventId }, { timeoutMs, requestId } = {}) {
      const { already, ...delivery } = await ask(redeliveredAnswer, {
        method: 'POST',
        path: at`/webhooks/${endpointId}/deliveries/${eventId}/redeliver`,
        ...(timeoutMs !== undefined && { body: { timeoutMs } }),
        idempotencyKey: requestId,
      })
      return already === undefined ? delivery : { ...delivery, already }
    },
  }
}
