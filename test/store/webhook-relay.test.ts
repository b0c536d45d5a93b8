import { getEventListeners } from 'node:events'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import pino from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createWebhookRelayActivities } from '../../src/activities/webhook-relay.js'
import { webhookChannel } from '../../src/store/webhooks/webhook-queue.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

test('a relay that looks often leaves nothing on what lives as long as it, and ends when it is told to', async () => {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
  const { cancelled, cancellationSignal } = environment.context
  const reactions = vi.spyOn(cancelled, 'then')
  const looks = vi.spyOn(db.database, 'query')
  const relay = createWebhookRelayActivities({
    database: db.database,
    // There is nothing to be handed over.
    temporal: undefined as never,
    logger: pino({ level: 'silent' }),
  })
  const relaying = environment.run(async () => await relay.relayWebhooks())
  const ended = expect(relaying).rejects.toThrow('CANCELLED')
  const teller = await db.database.connect()
  for (let times = 0; times < 5; times++) {
    const before = looks.mock.calls.length
    await eventually(async () => {
      await teller.query(`notify ${webhookChannel}`)
      expect(looks.mock.calls.length).toBeGreaterThan(before)
    })
  }
  teller.release()
  expect(reactions.mock.calls.length).toBeLessThan(2)
  expect(getEventListeners(cancellationSignal, 'abort').length).toBeLessThan(2)
  environment.cancel('CANCELLED')
  await ended
})
