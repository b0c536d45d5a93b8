import { z } from 'zod'
import { pageFields, stateOf } from '../../../client/paging.js'
import { newWebhookInput, requestFields } from '../../../client/input/schema/requests.js'
import { given } from '../acting.js'
import type { NewWebhookInput } from '../../../client/webhooks/webhooks.js'
import { webhookDeliveryStates } from '../../../domain/webhooks.js'
import {
  deliveriesAnswer,
  deliveryAnswer,
  endpointAnswer,
  endpointsAnswer,
  newEndpointAnswer,
  redeliveredAnswer,
} from '../answers/webhooks.js'
import { checked, noContent, ok, reply, route, written, type Route } from '../route.js'

const tag = 'Webhooks'

export const webhookRoutes: Route[] = [
  route({
    id: 'listWebhooks',
    method: 'get',
    path: '/webhooks',
    tag,
    summary: 'The endpoints that hear of events',
    role: 'owner',
    statuses: { 200: 'The oldest first.' },
    answer: endpointsAnswer,
    handle: async ({ client }) => ok({ endpoints: await client.webhooks.list() }),
  }),
  route({
    id: 'addWebhook',
    method: 'post',
    path: '/webhooks',
    tag,
    summary: 'Add an endpoint',
    description: 'The secret that signs what is sent to it is shown this once.',
    role: 'owner',
    body: written<NewWebhookInput>(newWebhookInput),
    repetition: 'row',
    statuses: { 201: 'It is there.' },
    answer: newEndpointAnswer,
    errors: ['not_ready'],
    handle: async ({ client, body, operationId }) =>
      reply(201, await client.webhooks.add(body, { requestId: operationId }), {
        'Cache-Control': 'no-store',
      }),
  }),
  route({
    id: 'removeWebhook',
    method: 'delete',
    path: '/webhooks/{endpoint}',
    tag,
    summary: 'Take an endpoint away; events that wait for it are dropped',
    role: 'owner',
    statuses: { 204: 'It is gone.' },
    handle: async ({ client, params }) => {
      await client.webhooks.remove(params.endpoint)
      return noContent
    },
  }),
  route({
    id: 'enableWebhook',
    method: 'post',
    path: '/webhooks/{endpoint}/enable',
    tag,
    summary: 'Let an endpoint that answered 410 hear of events again',
    role: 'owner',
    repetition: 'row',
    statuses: { 200: 'The endpoint.' },
    answer: endpointAnswer,
    handle: async ({ client, params }) => ok(await client.webhooks.enable(params.endpoint)),
  }),
  route({
    id: 'testWebhook',
    method: 'post',
    path: '/webhooks/{endpoint}/test',
    tag,
    summary: 'Send an event of the type `test`, and say what came of it',
    role: 'owner',
    body: checked(z.strictObject({ timeoutMs: requestFields.timeoutMs }), { optional: true }),
    repetition: 'row',
    statuses: { 200: 'How it went, or how it is going.' },
    answer: deliveryAnswer,
    errors: ['conflict', 'timed_out'],
    handle: async (call) => ok(await call.client.webhooks.test(call.params.endpoint, given(call))),
  }),
  route({
    id: 'listDeliveries',
    method: 'get',
    path: '/webhook-deliveries',
    tag,
    summary: 'Which event went to which endpoint, the newest first',
    role: 'owner',
    query: z.object({
      endpoint: z.string().optional().meta({ description: 'Only to this endpoint.' }),
      state: z
        .array(stateOf(webhookDeliveryStates))
        .optional()
        .meta({ description: 'Only those in one of these states.' }),
      limit: pageFields.limit,
    }),
    statuses: { 200: 'The newest of them.' },
    answer: deliveriesAnswer,
    errors: ['not_found'],
    handle: async ({ client, query: { endpoint, state, limit } }) =>
      ok({
        deliveries: await client.webhooks.deliveries({
          ...(endpoint !== undefined && { endpointId: endpoint }),
          ...(state !== undefined && { states: state }),
          ...(limit !== undefined && { limit }),
        }),
      }),
  }),
  route({
    id: 'redeliverWebhook',
    method: 'post',
    path: '/webhooks/{endpoint}/deliveries/{event}/redeliver',
    tag,
    summary: 'Deliver an event to an endpoint again, with its id and its body, and say what came of it',
    description:
      'What is tried again by itself is tried at once. What waits for its turn is left as it is (`already`).',
    role: 'owner',
    body: checked(z.strictObject({ timeoutMs: requestFields.timeoutMs }), { optional: true }),
    repetition: 'row',
    statuses: { 200: 'How it went, or how it is going.' },
    answer: redeliveredAnswer,
    errors: ['conflict'],
    handle: async (call) => {
      const { endpoint, event } = call.params
      return ok(await call.client.webhooks.redeliver({ endpointId: endpoint, eventId: event }, given(call)))
    },
  }),
]
