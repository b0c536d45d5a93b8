import {
  endDelivery,
  hasEndpoints,
  loadWebhook,
  markHandedOver,
  purgeEvents,
  recordTry,
  toHandOver,
} from '../../../src/store/webhook-outbox.js'
import {
  disableEndpoint,
  enableEndpoint,
  insertEndpoint,
  insertTestEvent,
  isEncryptionInUse,
  listDeliveries,
  listEndpoints,
  removeEndpoint,
} from '../../../src/store/webhooks.js'
import { endpointId, operator } from '../scene.js'
import type { Statements } from './statements.js'

const limit = 50
// md5 of 'new 1': one that waits.
const eventId = 'f0218056-200c-a6d1-0d02-48d78e6f7ba5'
const delivery = { eventId, endpointId }
const other = '00000000-0000-4000-8000-000000000002'

export const ofWebhooks: Statements = {
  'webhook-outbox.toHandOver': (db) => toHandOver(db, 100),
  'webhook-outbox.markHandedOver': (db) => markHandedOver(db, delivery),
  'webhook-outbox.loadWebhook': (db) => loadWebhook(db, delivery),
  'webhook-outbox.recordTry': (db) =>
    recordTry(db, { ...delivery, state: 'waiting', status: 500, error: null }),
  'webhook-outbox.endDelivery': (db) => endDelivery(db, { ...delivery, state: 'failed' }),
  'webhook-outbox.purgeEvents': (db) => purgeEvents(db),
  'webhook-outbox.hasEndpoints': (db) => hasEndpoints(db),
  'webhooks.insertEndpoint': (db) =>
    insertEndpoint(db, {
      id: other,
      operator,
      url: 'https://example.org/other',
      types: ['run.failed'],
      secret: Buffer.from('x'),
      allowHttp: false,
    }),
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
