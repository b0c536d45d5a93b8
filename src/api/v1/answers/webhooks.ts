import { z } from 'zod'
import { webhookDeliveryStates, webhookTypes } from '../../../domain/webhooks.js'
import { count, instant, maybe } from './values.js'
import { saidIn } from './said.js'

export const endpointAnswer = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(z.enum(webhookTypes)),
    createdAt: instant,
    disabledAt: maybe(instant),
    disabledReason: maybe(z.string()),
    waiting: count.meta({ description: 'Events that wait for it.' }),
    failures: count.meta({ description: 'Tries in a row that it did not take.' }),
    failingSince: maybe(instant),
    lastFailure: maybe(z.string()),
    nextTryAt: maybe(instant),
    said: saidIn('disabledReason'),
  })
  .meta({ id: 'WebhookEndpoint' })
export const endpointsAnswer = z.object({ endpoints: z.array(endpointAnswer) })
export const newEndpointAnswer = z.object({ endpoint: endpointAnswer, secret: z.string() })

const delivery = z.object({
  eventId: z.string(),
  endpointId: z.string(),
  type: z.enum([...webhookTypes, 'test']),
  at: instant,
  state: z.enum(webhookDeliveryStates),
  attempts: count,
  lastAt: maybe(instant),
  lastStatus: maybe(z.int()),
  lastError: maybe(z.string()),
  nextTryAt: maybe(instant),
})
export const deliveryAnswer = delivery.meta({ id: 'WebhookDelivery' })
export const redeliveredAnswer = delivery
  .extend({
    already: z
      .literal(true)
      .optional()
      .meta({ description: 'True where it waits for its turn, or is being tried: it is left as it is.' }),
  })
  .meta({ id: 'RedeliveredEvent' })
export const deliveriesAnswer = z.object({ deliveries: z.array(deliveryAnswer) })
