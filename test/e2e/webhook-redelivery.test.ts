import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { insertOperator } from '../../src/store/operators/operators.js'
import type { DeliveryView } from '../../src/store/webhooks/webhooks.js'
import { apiOf, type Send } from '../support/api.js'
import { documentedVerifier, type Verifier } from '../support/documented-verifier.js'
import { eventually } from '../support/eventually.js'
import { Blocker } from '../support/postgres-locks.js'
import { startSystem, type System } from '../support/system.js'
import { startReceiver, type Receiver } from '../support/webhook-receiver.js'

let system: System
let receiver: Receiver
let isFromCarillon: Verifier
let send: Send

beforeAll(async () => {
  ;[system, receiver, isFromCarillon] = await Promise.all([
    startSystem(),
    startReceiver(),
    documentedVerifier(),
  ])
  ;({ send } = apiOf(system, { callers: { editor: { role: 'editor' } } }))
})
afterEach(() => Blocker.releaseAll())
afterAll(async () => {
  await system.close()
  await receiver.close()
})

test('what was taken and lost arrives again as it was, and one request is one more', async () => {
  const { endpointId, secret, eventId, route } = await delivered('/lost')
  const headers = { 'Idempotency-Key': randomUUID() }
  const first = await send('POST', route, { headers })
  expect(first).toMatchObject({ status: 200, body: { eventId, state: 'delivered', attempts: 2 } })
  const second = await send('POST', route, { headers })
  expect(second.headers.get('Idempotency-Replayed')).toBe('true')
  expect(second.text).toBe(first.text)
  // As of one that died before it was answered.
  const requestId = randomUUID()
  const { webhooks } = system.client
  const key = { endpointId, eventId }
  expect(await webhooks.redeliver(key, { requestId })).toMatchObject({ state: 'delivered', attempts: 3 })
  expect(await webhooks.redeliver(key, { requestId })).toMatchObject({ state: 'delivered', attempts: 3 })

  const [original, ...again] = receiver.received('/lost')
  expect(again).toHaveLength(2)
  for (const { event, body, headers: sent } of again) {
    expect([event.id, body]).toEqual([eventId, original?.body])
    expect(isFromCarillon({ secret, signature: String(sent['carillon-signature']), body })).toBe(true)
  }
  expect(await webhooks.deliveries({ endpointId })).toMatchObject([
    { eventId, state: 'delivered', attempts: 3 },
  ])
  const { items } = await system.client.audit.list({ areas: ['webhooks'] })
  expect(items.filter(({ action }) => action === 'redeliverWebhook')).toMatchObject([
    { subject: `webhook:${endpointId}/${eventId}`, by: system.operator, via: 'library' },
    { subject: `webhook:${endpointId}/${eventId}`, by: `${system.operator}/owner`, via: 'api' },
  ])
})

test('what was given up is tried as often as a new event, however old it is and however often it was tried', async () => {
  const { endpointId, eventId } = await delivered('/given-up')
  await system.database.query(
    `with d as (update webhook_delivery set state = 'failed', attempts = 8, last_status = 404 where event_id = $1)
     update webhook_event set at = now() - interval '20 days' where id = $1`,
    [eventId],
  )
  receiver.answers('/given-up', [404, 404])
  expect(
    await system.client.webhooks.redeliver({ endpointId, eventId }, { timeoutMs: 55_000 }),
  ).toMatchObject({ state: 'delivered', attempts: 11, lastStatus: 200 })
})

test('a worker that is killed with it loses nothing: it arrives by another', async () => {
  const { endpointId, eventId } = await delivered('/killed')
  let answer: ServerResponse | undefined
  receiver.answers('/killed', [(response) => (answer = response)])
  const asked = system.client.webhooks.redeliver({ endpointId, eventId }, { timeoutMs: 120_000 })
  await eventually(() => expect(receiver.received('/killed')).toHaveLength(2))
  const blocker = await Blocker.take(
    system.databaseUrl,
    'select from webhook_delivery where endpoint_id = $1 for update',
    [endpointId],
  )
  answer?.writeHead(200).end()
  await blocker.untilBlocked('%update webhook_delivery%')
  await system.worker().stop('SIGKILL')
  await blocker.endBlocked()
  await blocker.release()
  await system.startWorker()
  expect(await asked).toMatchObject({ state: 'delivered', attempts: 2 })
  const bodies = receiver.received('/killed').map(({ body }) => body)
  expect(bodies).toEqual(Array(3).fill(bodies[0]))
})

test('asked for while no worker runs, it is there for the next one', async () => {
  const { endpointId, eventId } = await delivered('/waits')
  await system.worker().stop('SIGKILL')
  expect(await system.client.webhooks.redeliver({ endpointId, eventId }, { timeoutMs: 0 })).toMatchObject({
    state: 'waiting',
    attempts: 1,
  })
  await system.startWorker()
  await eventually(() => expect(receiver.received('/waits')).toHaveLength(2))
  await eventually(async () =>
    expect(await show(endpointId)).toMatchObject({ state: 'delivered', attempts: 2 }),
  )
})

test('what Temporal would try in a while is tried at once; what waits for its turn is left as it is, and says until when', async () => {
  const { endpointId, eventId } = await delivered('/later')
  const { webhooks } = system.client
  receiver.answers('/later', [503, 503])
  const key = { endpointId, eventId }
  expect(await webhooks.redeliver(key, { timeoutMs: 500 })).toMatchObject({ state: 'waiting', attempts: 2 })
  await eventually(async () => expect(await show(endpointId)).toMatchObject({ attempts: 3 }))
  expect(await webhooks.redeliver(key)).toMatchObject({ state: 'delivered', attempts: 4 })
  expect(receiver.received('/later')).toHaveLength(4)

  await system.database.query(
    `update webhook_endpoint set failures = 5, failing_since = now(), last_failure = '503',
       next_try_at = now() + interval '10 minutes' where id = $1`,
    [endpointId],
  )
  const waits = await webhooks.redeliver(key)
  expect(waits).toMatchObject({ state: 'waiting', attempts: 4 })
  expect(waits.nextTryAt?.getTime()).toBeGreaterThan(Date.now() + 500_000)
  expect(await webhooks.redeliver(key)).toEqual({ ...waits, already: true })
  // A test goes past all that, and what waits follows it.
  expect(await webhooks.test(endpointId)).toMatchObject({ state: 'delivered' })
  await eventually(async () =>
    expect(await webhooks.deliveries({ endpointId })).toContainEqual(
      expect.objectContaining({ eventId, state: 'delivered', attempts: 5 }),
    ),
  )
})

test('a disabled endpoint is refused with what to do, and what was dropped meanwhile can be had then', async () => {
  const { endpointId, eventId, route } = await delivered('/off')
  receiver.answers('/off', [410])
  expect(await send('POST', route)).toMatchObject({ body: { state: 'failed', lastStatus: 410 } })
  expect(await send('POST', route)).toMatchObject({
    status: 409,
    body: {
      detail: `Endpoint '${endpointId}' is disabled. Enable it with \`carillon webhook enable ${endpointId}\`.`,
    },
  })
  await system.database.query(`update webhook_delivery set state = 'dropped' where event_id = $1`, [eventId])
  await system.client.webhooks.enable(endpointId)
  expect(await send('POST', route)).toMatchObject({ body: { state: 'delivered', attempts: 3 } })
})

test('what is purged, of another endpoint or of another operator is not there, in the same words', async () => {
  const { endpointId, eventId, route } = await delivered('/own')
  const other = await delivered('/other')
  await system.database.query(`delete from webhook_event where id = $1`, [eventId])
  const gone = await send('POST', route)
  expect(gone).toMatchObject({
    status: 404,
    body: { detail: expect.stringContaining('or it is older than 30 days and was purged') },
  })
  const told = (answer: { text: string }, id: string): string =>
    answer.text.replaceAll(id, '<event>').replaceAll(/"requestId":"[^"]*"/g, '')
  const at = (event: string): string => `/v1/webhooks/${endpointId}/deliveries/${event}/redeliver`
  for (const id of [other.eventId, randomUUID(), 'nothing'])
    expect(told(await send('POST', at(id)), id)).toBe(told(gone, eventId))

  await insertOperator(system.database, { id: 'acme', actor: 'test' })
  const { temporal, database } = system
  const acme = apiOf({ temporal, database, operator: 'acme' })
  const nowhere = randomUUID()
  const foreign = await acme.send('POST', other.route)
  expect(foreign.status).toBe(404)
  expect(told(foreign, other.endpointId)).toBe(
    told(await acme.send('POST', other.route.replace(other.endpointId, nowhere)), nowhere),
  )
  expect(await send('POST', other.route, { token: 'editor' })).toMatchObject({ status: 403 })
  expect(await show(other.endpointId)).toMatchObject({ attempts: 1 })
})

/** An endpoint, and an event that it has taken. */
async function delivered(path: string) {
  const { webhooks } = system.client
  const { endpoint, secret } = await webhooks.add({ url: receiver.url(path), types: ['reminder.missed'] })
  await system.database.query(
    `select tell_webhooks(gen_random_uuid(), $1, 'reminder.missed', '{"reminderKey":"trip"}')`,
    [system.operator],
  )
  const { eventId } = await eventually(async () => {
    const found = await show(endpoint.id)
    expect(found?.state).toBe('delivered')
    return found as DeliveryView
  })
  // The others hear no more of these.
  await system.database.query(`update webhook_endpoint set types = '{run.failed}' where id = $1`, [
    endpoint.id,
  ])
  const route = `/v1/webhooks/${endpoint.id}/deliveries/${eventId}/redeliver`
  return { endpointId: endpoint.id, secret, eventId, route }
}

async function show(endpointId: string): Promise<DeliveryView | undefined> {
  const [delivery] = await system.client.webhooks.deliveries({ endpointId })
  return delivery
}
