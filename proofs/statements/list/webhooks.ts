import { redeliver } from '../../../src/store/webhooks/redelivery.js'
import {
  handBack,
  handedOver,
  hasEndpoints,
  markHandedOver,
  msUntilNextTry,
  purgeEvents,
  tellRelay,
  tidyQueue,
  toHandOver,
} from '../../../src/store/webhooks/webhook-queue.js'
import {
  beginTry,
  endDelivery,
  recordNotTaken,
  recordTaken,
} from '../../../src/store/webhooks/webhook-tries.js'
import {
  disableEndpoint,
  enableEndpoint,
  insertEndpoint,
  insertTestEvent,
  listDeliveries,
  listEndpoints,
  listSealedSecrets,
  removeEndpoint,
} from '../../../src/store/webhooks/webhooks.js'
import { endpointId, operator } from '../scene.js'
import type { Statements } from './statements.js'

const limit = 50
// md5 of 'new 1': one that waits.
const eventId = 'f0218056-200c-a6d1-0d02-48d78e6f7ba5'
const delivery = { eventId, endpointId }
const turn = { ...delivery, turn: 1 }
const other = '00000000-0000-4000-8000-000000000002'

export const ofWebhooks: Statements = {
  'webhooks/webhook-queue.toHandOver': (db) => toHandOver(db, { atOncePerEndpoint: 4 }),
  'webhooks/webhook-queue.markHandedOver': (db) => markHandedOver(db, turn),
  'webhooks/webhook-queue.handBack': async (db) => {
    await markHandedOver(db, turn)
    await handBack(db, turn)
  },
  'webhooks/webhook-queue.msUntilNextTry': (db) => msUntilNextTry(db),
  'webhooks/webhook-queue.handedOver': async (db) => {
    await handedOver(db, { after: undefined, limit: 100 })
    await handedOver(db, { after: undefined, limit: 100, operator })
  },
  'webhooks/webhook-queue.tellRelay': (db) => tellRelay(db),
  'webhooks/webhook-queue.hasEndpoints': async (db) => {
    await hasEndpoints(db)
    await hasEndpoints(db, { operator })
  },
  'webhooks/webhook-queue.tidyQueue': (db) => tidyQueue(db),
  'webhooks/webhook-queue.purgeEvents': (db) => purgeEvents(db),
  'webhooks/redelivery.redeliver': async (db) => {
    await endDelivery(db, { ...turn, state: 'failed' })
    await redeliver(db, { ...delivery, operator, request: { requestId: 'once' } })
  },
  'webhooks/webhook-tries.beginTry': (db) => beginTry(db, turn, { atOncePerEndpoint: 4 }),
  'webhooks/webhook-tries.recordTaken': (db) => recordTaken(db, { ...turn, status: 200, error: null }),
  'webhooks/webhook-tries.recordNotTaken': (db) =>
    recordNotTaken(db, {
      ...turn,
      status: 500,
      error: null,
      isOver: false,
      retryAfterMs: undefined,
      retryMs: 1_000,
    }),
  'webhooks/webhook-tries.endDelivery': (db) => endDelivery(db, { ...turn, state: 'failed' }),
  'webhooks/webhooks.insertEndpoint': (db) =>
    insertEndpoint(db, {
      id: other,
      operator,
      url: 'https://example.org/other',
      types: ['run.failed'],
      secret: Buffer.from('x'),
      allowHttp: false,
    }),
  'webhooks/webhooks.listSealedSecrets': (db) => listSealedSecrets(db, operator),
  'webhooks/webhooks.listEndpoints': (db) => listEndpoints(db, operator),
  'webhooks/webhooks.removeEndpoint': (db) => removeEndpoint(db, { operator, id: endpointId }),
  'webhooks/webhooks.enableEndpoint': (db) => enableEndpoint(db, { operator, id: endpointId }),
  'webhooks/webhooks.disableEndpoint': (db) => disableEndpoint(db, { id: endpointId, reason: 'x' }),
  'webhooks/webhooks.insertTestEvent': (db) =>
    insertTestEvent(db, { eventId: '00000000-0000-4000-8000-000000000003', endpointId, operator }),
  'webhooks/webhooks.listDeliveries': async (db) => {
    await listDeliveries(db, { operator, limit })
    await listDeliveries(db, { operator, limit, states: ['failed'] })
    await listDeliveries(db, { operator, limit, endpointId: other })
    await listDeliveries(db, { operator, limit, eventId })
  },
}
