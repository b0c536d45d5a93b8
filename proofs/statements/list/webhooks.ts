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
} from '../../../src/store/webhook-queue.js'
import { beginTry, endDelivery, recordNotTaken, recordTaken } from '../../../src/store/webhook-tries.js'
import {
  disableEndpoint,
  enableEndpoint,
  insertEndpoint,
  insertTestEvent,
  isEncryptionInUse,
  listDeliveries,
  listEndpoints,
  listSealedSecrets,
  removeEndpoint,
} from '../../../src/store/webhooks.js'
import { endpointId, operator } from '../scene.js'
import type { Statements } from './statements.js'

const limit = 50
// md5 of 'new 1': one that waits.
const eventId = 'f0218056-200c-a6d1-0d02-48d78e6f7ba5'
const delivery = { eventId, endpointId }
const turn = { ...delivery, turn: 1 }
const other = '00000000-0000-4000-8000-000000000002'

export const ofWebhooks: Statements = {
  'webhook-queue.toHandOver': (db) => toHandOver(db, { atOncePerEndpoint: 4 }),
  'webhook-queue.markHandedOver': (db) => markHandedOver(db, turn),
  'webhook-queue.handBack': async (db) => {
    await markHandedOver(db, turn)
    await handBack(db, turn)
  },
  'webhook-queue.msUntilNextTry': (db) => msUntilNextTry(db),
  'webhook-queue.handedOver': (db) => handedOver(db, { after: undefined, limit: 100 }),
  'webhook-queue.tellRelay': (db) => tellRelay(db),
  'webhook-queue.hasEndpoints': (db) => hasEndpoints(db),
  'webhook-queue.tidyQueue': (db) => tidyQueue(db),
  'webhook-queue.purgeEvents': (db) => purgeEvents(db),
  'webhook-tries.beginTry': (db) => beginTry(db, turn, { atOncePerEndpoint: 4 }),
  'webhook-tries.recordTaken': (db) => recordTaken(db, { ...delivery, status: 200, error: null }),
  'webhook-tries.recordNotTaken': (db) =>
    recordNotTaken(db, {
      ...delivery,
      status: 500,
      error: null,
      isOver: false,
      retryAfterMs: undefined,
      retryMs: 1_000,
    }),
  'webhook-tries.endDelivery': (db) => endDelivery(db, { ...delivery, state: 'failed' }),
  'webhooks.insertEndpoint': (db) =>
    insertEndpoint(db, {
      id: other,
      operator,
      url: 'https://example.org/other',
      types: ['run.failed'],
      secret: Buffer.from('x'),
      allowHttp: false,
    }),
  'webhooks.listSealedSecrets': (db) => listSealedSecrets(db, operator),
  'webhooks.listEndpoints': (db) => listEndpoints(db, operator),
  'webhooks.removeEndpoint': (db) => removeEndpoint(db, { operator, id: endpointId }),
  'webhooks.enableEndpoint': (db) => enableEndpoint(db, { operator, id: endpointId }),
  'webhooks.disableEndpoint': (db) => disableEndpoint(db, { id: endpointId, reason: 'x' }),
  'webhooks.insertTestEvent': (db) =>
    insertTestEvent(db, { eventId: '00000000-0000-4000-8000-000000000003', endpointId, operator }),
  'webhooks.listDeliveries': async (db) => {
    await listDeliveries(db, { operator, limit })
    await listDeliveries(db, { operator, limit, states: ['failed'] })
    await listDeliveries(db, { operator, limit, endpointId: other })
    await listDeliveries(db, { operator, limit, eventId })
  },
  'webhooks.isEncryptionInUse': (db) => isEncryptionInUse(db),
}
