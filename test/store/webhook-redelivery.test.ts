import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measureWebhooks } from '../../src/store/views/metrics.js'
import { redeliver, type Redelivery } from '../../src/store/webhooks/redelivery.js'
import {
  markHandedOver,
  purgeEvents,
  tidyQueue,
  toHandOver,
  webhookChannel,
  type DeliveryTurn,
} from '../../src/store/webhooks/webhook-queue.js'
import { beginTry, endDelivery, recordNotTaken, recordTaken } from '../../src/store/webhooks/webhook-tries.js'
import * as store from '../../src/store/webhooks/webhooks.js'
import { addBotRow } from '../support/bots.js'
import { eventually } from '../support/eventually.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const operator = 'school'
const limit = { atOncePerEndpoint: 3 }
const refused = { status: 404, error: null, retryAfterMs: undefined, retryMs: 60_000 }
let testDatabase: TestDatabase
let database: TestDatabase['database']

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterAll(() => testDatabase.close())

test('of many requests at once one puts it in the queue and into the audit, and its event is as it was', async () => {
  const turn = await givenUp()
  const before = await eventOf(turn)
  const answers = await Promise.all(Array.from({ length: 8 }, async () => await ask(turn)))
  expect(answers.toSorted()).toEqual([...Array<Redelivery>(7).fill('already'), 'asked'])
  expect(await show(turn)).toMatchObject({ state: 'waiting', attempts: 1, lastStatus: 404 })
  expect(await eventOf(turn)).toEqual(before)
  const { rows } = await database.query(`select subject, action, actor, via from audit where subject = $1`, [
    `webhook:${turn.endpointId}/${turn.eventId}`,
  ])
  expect(rows).toMatchObject([{ action: 'redeliverWebhook', actor: 'ada', via: 'cli' }])
})

test('the relay hears of it at once', async () => {
  const turn = await givenUp()
  const relay = await database.connect()
  try {
    let heard = 0
    relay.on('notification', () => (heard += 1))
    await relay.query(`listen ${webhookChannel}`)
    await ask(turn)
    await eventually(() => expect(heard).toBe(1))
  } finally {
    relay.release(true)
  }
})

test('a request that is made again is done once, also where the event was given up again or its endpoint is disabled', async () => {
  const turn = await givenUp()
  expect(await ask(turn, 'once')).toBe('asked')
  await endDelivery(database, { ...(await handOver(turn)), state: 'failed' })
  expect(await ask(turn, 'once')).toBe('asked')
  await store.disableEndpoint(database, { id: turn.endpointId, reason: 'it answered 410 Gone' })
  expect(await ask(turn, 'once')).toBe('asked')
  expect(await ask(turn, 'another')).toBe('disabled')
  expect(await show(turn)).toMatchObject({ state: 'failed' })
})

test('a try of before neither begins nor ends what was asked for', async () => {
  const old = await givenUp()
  await setAge(old, '20 days')
  await ask(old)
  const late = { ...old, ...refused, isOver: true }
  expect(await beginTry(database, old, limit)).toEqual({ kind: 'handedBack' })
  await recordNotTaken(database, late)
  await recordTaken(database, { ...old, status: 200, error: null })
  await endDelivery(database, { ...old, state: 'failed' })
  expect(await show(old)).toMatchObject({ state: 'waiting', attempts: 1 })
  const next = await handOver(old)
  expect(next.turn).toBeGreaterThan(old.turn)
  expect(await beginTry(database, next, limit)).toMatchObject({ kind: 'begun', attempts: 0, isLast: false })
  // While it is being tried nothing is to do.
  expect(await ask(old)).toBe('already')
  await recordTaken(database, { ...next, status: 200, error: null })
  expect(await show(old)).toMatchObject({ state: 'delivered', attempts: 2 })
})

test('an old event is worth its tries for three days from the request, and waits for none of the gauges longer', async () => {
  const turn = await givenUp()
  await setAge(turn, '20 days')
  await database.query(`update webhook_delivery set at = now() - interval '20 days' where event_id = $1`, [
    turn.eventId,
  ])
  await ask(turn)
  await database.query(
    `update webhook_endpoint set failures = 5, failing_since = now(), last_failure = '503',
       next_try_at = now() + interval '1 hour' where id = $1`,
    [turn.endpointId],
  )
  expect(await tidyQueue(database)).toMatchObject({ givenUp: 0 })
  expect((await measureWebhooks(database)).oldestSeconds).toBeLessThan(3_600)
  await database.query(
    `update webhook_delivery set redelivered_at = now() - interval '73 hours' where event_id = $1`,
    [turn.eventId],
  )
  expect(await tidyQueue(database)).toMatchObject({ givenUp: 1 })
})

test('what is about to be purged is not there any more, and what was asked for before is kept until it has ended', async () => {
  const [kept, late] = [await givenUp(), await givenUp()]
  await setAge(kept, '29 days 23 hours')
  await setAge(late, '29 days 23 hours 55 minutes')
  expect(await ask(late)).toBe('missing')
  expect(await ask(kept)).toBe('asked')
  for (const turn of [kept, late]) await setAge(turn, '31 days')
  await purgeEvents(database)
  expect([await show(kept), await show(late)]).toMatchObject([{ state: 'waiting' }, undefined])
  await recordTaken(database, { ...(await handOver(kept)), status: 200, error: null })
  await purgeEvents(database)
  expect(await show(kept)).toBeUndefined()
})

test('of another operator, of a bot or of an endpoint that was removed it is not there', async () => {
  const turn = await givenUp()
  const request = { requestId: `cli~${randomUUID()}` }
  expect(await redeliver(database, { ...turn, operator: 'shop', request })).toBe('missing')
  await store.removeEndpoint(database, { operator, id: turn.endpointId })
  expect(await ask(turn)).toBe('missing')
  expect(await show(turn)).toMatchObject({ state: 'failed' })
  const alert = await givenUp()
  await addBotRow(database, { id: 'ops', operator })
  const { rows } = await database.query<{ endpointId: string }>(
    `update webhook_delivery set endpoint_id = (select id from webhook_endpoint where bot = 'ops')
     where event_id = $1 returning endpoint_id as "endpointId"`,
    [alert.eventId],
  )
  expect(await ask({ ...alert, endpointId: rows[0]?.endpointId ?? '' })).toBe('missing')
})

async function ask(turn: DeliveryTurn, requestId: string = randomUUID()): Promise<Redelivery> {
  const { eventId, endpointId } = turn
  const request = { requestId: `cli~${requestId}`, by: 'ada' }
  return await redeliver(database, { eventId, endpointId, operator, request })
}

/** An event that its endpoint has refused for good. */
async function givenUp(): Promise<DeliveryTurn> {
  const [eventId, endpointId] = [randomUUID(), randomUUID()]
  await store.insertEndpoint(database, {
    id: endpointId,
    operator,
    url: 'https://receiver.example/',
    types: ['run.failed'],
    secret: Buffer.of(0, 1),
    allowHttp: false,
  })
  await database.query(
    `insert into webhook_event (id, operator, type, data) values ($1, $2, 'run.failed', '{"runId":"run:school/a"}')`,
    [eventId, operator],
  )
  await database.query('insert into webhook_delivery (event_id, endpoint_id) values ($1, $2)', [
    eventId,
    endpointId,
  ])
  const turn = await handOver({ eventId, endpointId })
  await beginTry(database, turn, limit)
  await recordNotTaken(database, { ...turn, ...refused, isOver: true })
  return turn
}

/** As the relay does. */
async function handOver({ eventId, endpointId }: Omit<DeliveryTurn, 'turn'>): Promise<DeliveryTurn> {
  const found = (await toHandOver(database, limit)).find((one) => one.eventId === eventId)
  if (!found) throw new Error('nothing to hand over')
  const turn = { eventId, endpointId, turn: found.turn }
  await markHandedOver(database, turn)
  return turn
}

async function show({ eventId, endpointId }: DeliveryTurn): Promise<store.DeliveryView | undefined> {
  return (await store.listDeliveries(database, { operator, eventId, endpointId, limit: 1 }))[0]
}

async function eventOf({ eventId }: DeliveryTurn) {
  return (await database.query(`select * from webhook_event where id = $1`, [eventId])).rows
}

async function setAge({ eventId }: DeliveryTurn, age: string): Promise<void> {
  await database.query(`update webhook_event set at = now() - $1::interval where id = $2`, [age, eventId])
}
