import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/store/database.js'
import {
  handBack,
  markHandedOver,
  msUntilNextTry,
  tidyQueue,
  toHandOver,
  type DeliveryTurn,
} from '../../src/store/webhooks/webhook-queue.js'
import { beginTry, recordNotTaken, recordTaken } from '../../src/store/webhooks/webhook-tries.js'
import * as store from '../../src/store/webhooks/webhooks.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { Blocker } from '../support/postgres-locks.js'

const operator = 'school'
const limit = { atOncePerEndpoint: 3 }
let testDatabase: TestDatabase
let database: TestDatabase['database']

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterEach(() => Blocker.releaseAll())
afterAll(() => testDatabase.close())

test('an endpoint has so many tries at once, however many workers ask, and another endpoint has its own', async () => {
  const [slow, quick] = [await addEndpoint(), await addEndpoint()]
  await tell(slow, 40)
  await tell(quick, 2)
  const first = await handOver()
  expect(count(first)).toEqual({ [slow]: 3, [quick]: 2 })
  // Nothing more of it is handed over until one of them was tried.
  expect(await handOver()).toEqual([])
  const begun = await Promise.all(first.map(async (turn) => await beginTry(database, turn, limit)))
  expect(begun.map(({ kind }) => kind)).toEqual(first.map(() => 'begun'))
  // As after a hand-over that counted wrongly: Postgres has the last word.
  const more = await force(slow, 10)
  const refused = await Promise.all(more.map(async (turn) => await beginTry(database, turn, limit)))
  expect(new Set(refused.map(({ kind }) => kind))).toEqual(new Set(['handedBack']))
  expect(await handOver()).toEqual([])

  const [done] = first.filter(({ endpointId }) => endpointId === slow)
  await recordTaken(database, { ...keyOf(done), status: 200, error: null })
  expect(count(await handOver())).toEqual({ [slow]: 1 })
  await remove(slow, quick)
})

test('five failures in a row begin a back-off: one try at its end, doubled by each that fails, ended by one that does not', async () => {
  const id = await addEndpoint()
  await tell(id, 40)
  const handed: DeliveryTurn[] = []
  for (let failures = 1; failures < 5; failures++) {
    handed.push(...(await handOver()))
    expect(await fail(handed.shift())).toMatchObject({ failures, beganBackOff: false, nextTryAt: undefined })
    expect((await show(id)).nextTryAt).toBeNull()
  }
  const { nextTryAt, beganBackOff } = await fail(handed.shift())
  expect(await backOffSeconds(id)).toBe(15)
  expect(beganBackOff).toBe(true)
  expect(await show(id)).toMatchObject({ failures: 5, lastFailure: 'ETIMEDOUT', nextTryAt, waiting: 40 })
  // What was under way as it began does not make it longer.
  expect(await fail(handed.shift())).toMatchObject({ failures: 5, beganBackOff: false, nextTryAt })
  expect(await msUntilNextTry(database)).toBeGreaterThan(0)
  expect(await handOver()).toEqual([])
  // A delivery that Temporal tries again meanwhile makes no request.
  const [inTemporal] = await force(id, 1)
  expect(inTemporal && (await beginTry(database, inTemporal, limit))).toEqual({ kind: 'handedBack' })
  const waiting = await store.listDeliveries(database, {
    operator,
    endpointId: id,
    states: ['waiting'],
    limit: 99,
  })
  expect(waiting.filter((one) => one.nextTryAt?.getTime() === nextTryAt?.getTime()).length).toBeGreaterThan(
    30,
  )

  const lengths: number[] = []
  for (let probes = 0; probes < 8; probes++) {
    await endBackOff(id)
    const probing = await handOver()
    expect(probing).toHaveLength(1)
    expect(await fail(probing[0])).toMatchObject({ failures: 6 + probes })
    lengths.push(await backOffSeconds(id))
  }
  expect(lengths).toEqual([30, 60, 120, 240, 480, 900, 900, 900])

  await endBackOff(id)
  const [probe] = await handOver()
  expect(probe && (await beginTry(database, probe, limit))).toMatchObject({ kind: 'begun' })
  expect(await recordTaken(database, { ...keyOf(probe), status: 200, error: null })).toEqual({
    answersAgain: true,
  })
  expect(await show(id)).toMatchObject({
    failures: 0,
    failingSince: null,
    lastFailure: null,
    nextTryAt: null,
  })
  expect(await handOver()).toHaveLength(3)
  await remove(id)
})

test('each event has its turn: one that is tried in vain goes to the end of the queue', async () => {
  const id = await addEndpoint()
  const events = await tell(id, 4)
  await backOff(id)
  const tried: string[] = []
  for (let probes = 0; probes < 8; probes++) {
    await endBackOff(id)
    const [turn] = await handOver()
    await fail(turn)
    tried.push(turn?.eventId ?? '')
  }
  expect(new Set(tried.slice(0, 4))).toEqual(new Set(events))
  expect(tried.slice(4)).toEqual(tried.slice(0, 4))
  await remove(id)
})

test('Retry-After holds for the endpoint, and one that asked for it is tried by one event first', async () => {
  const id = await addEndpoint()
  await tell(id, 1)
  const [turn] = await handOver()
  await fail(turn, 120_000)
  await tell(id, 2)
  expect(await backOffSeconds(id)).toBe(120)
  await endBackOff(id)
  expect(await handOver()).toHaveLength(1)
  await remove(id)
})

test('a test goes at once through the back-off, does not make it longer, and ends it', async () => {
  const id = await addEndpoint()
  await tell(id, 5)
  await backOff(id)
  const before = await show(id)
  const eventId = randomUUID()
  await store.insertTestEvent(database, { eventId, endpointId: id, operator })
  const [asked, ...rest] = await handOver()
  expect(rest).toEqual([])
  expect(asked?.eventId).toBe(eventId)
  expect(await fail(asked)).toMatchObject({ nextTryAt: undefined })
  expect(await show(id)).toMatchObject({ failures: before.failures, nextTryAt: before.nextTryAt })
  await recordTaken(database, { ...keyOf(asked), status: 200, error: null })
  expect(await show(id)).toMatchObject({ failures: 0, nextTryAt: null })
  await remove(id)
})

test('enable gives an endpoint in back-off what waits for it at once', async () => {
  const id = await addEndpoint()
  await tell(id, 5)
  await backOff(id)
  expect(await handOver()).toEqual([])
  expect(await store.enableEndpoint(database, { operator, id })).toBe(true)
  expect(await handOver()).toHaveLength(3)
  await remove(id)
})

test('what waited for three days in vain is given up, and what waits for an endpoint that is gone is dropped', async () => {
  const [failing, gone] = [await addEndpoint(), await addEndpoint()]
  const [old] = await tell(failing, 2)
  await tell(gone, 2)
  await backOff(failing)
  await database.query(`update webhook_event set at = now() - interval '73 hours' where id = $1`, [old])
  await store.removeEndpoint(database, { operator, id: gone })
  expect(await tidyQueue(database)).toEqual({ dropped: 2, givenUp: 1 })
  expect(await store.listDeliveries(database, { operator, eventId: old ?? '', limit: 9 })).toMatchObject([
    { state: 'failed', lastError: 'NotTried' },
  ])
  await remove(failing)
})

test('what is being tried, what has ended and what waits for an endpoint that answers is left alone, however old', async () => {
  const [failing, well, off] = [await addEndpoint(), await addEndpoint(), await addEndpoint()]
  const events = [await tell(failing, 2), await tell(well, 1), await tell(off, 2)].flat()
  await force(off, 1)
  const [taken] = await force(failing, 2)
  await recordTaken(database, { ...keyOf(taken), status: 200, error: null })
  await backOff(failing)
  await store.disableEndpoint(database, { id: off, reason: 'it answered 410 Gone' })
  await database.query(`update webhook_event set at = now() - interval '73 hours' where id = any ($1)`, [
    events,
  ])
  expect(await tidyQueue(database)).toEqual({ dropped: 1, givenUp: 0 })
  expect(await statesOf(failing)).toEqual(['delivered', 'waiting'])
  expect(await statesOf(well)).toEqual(['waiting'])
  expect(await statesOf(off)).toEqual(['dropped', 'waiting'])
  await remove(failing, well, off)
})

test('what another process is at is passed over, and not waited for', async () => {
  const [failing, gone] = [await addEndpoint(), await addEndpoint()]
  const [old] = await tell(failing, 2)
  const [first] = await tell(gone, 2)
  await backOff(failing)
  await database.query(
    `update webhook_event set at = now() - interval '73 hours' where id in (select event_id from webhook_delivery where endpoint_id = $1)`,
    [failing],
  )
  await store.removeEndpoint(database, { operator, id: gone })
  const url = new URL(testDatabase.url)
  url.searchParams.set('options', '-c lock_timeout=2s')
  const impatient = openDatabase(url.toString(), { maxConnections: 1 })
  try {
    const blocker = await Blocker.take(
      testDatabase.url,
      'select from webhook_delivery where event_id = any ($1) for update',
      [[old, first]],
    )
    expect(await tidyQueue(impatient)).toEqual({ dropped: 1, givenUp: 1 })
    await blocker.release()
    expect(await tidyQueue(impatient)).toEqual({ dropped: 1, givenUp: 1 })
  } finally {
    await impatient.end()
  }
  await remove(failing)
})

test('a turn that has passed can neither try nor come back', async () => {
  const id = await addEndpoint()
  await tell(id, 1)
  const [first] = await handOver()
  if (!first) throw new Error('nothing was handed over')
  expect(await handBack(database, first)).toBe(true)
  const [second] = await handOver()
  expect(second).toEqual({ ...first, turn: 2 })
  expect(await beginTry(database, first, limit)).toEqual({ kind: 'handedBack' })
  expect(await handBack(database, first)).toBe(false)
  expect(second && (await beginTry(database, second, limit))).toMatchObject({ kind: 'begun' })
  await remove(id)
})

test('a try that comes before the relay could say that it handed over is one of that turn', async () => {
  const id = await addEndpoint()
  await tell(id, 1)
  const [found] = await toHandOver(database, limit)
  if (!found) throw new Error('nothing to hand over')
  const { type: _type, ...turn } = found
  expect(await beginTry(database, turn, limit)).toMatchObject({ kind: 'begun' })
  expect(await handBack(database, turn)).toBe(true)
  // It says so now, too late: the delivery waits for its next turn all the same.
  await markHandedOver(database, turn)
  expect(await handOver()).toEqual([{ ...turn, turn: 2 }])
  await remove(id)
})

async function addEndpoint(): Promise<string> {
  const id = randomUUID()
  const secret = Buffer.of(0, 1)
  const url = 'https://receiver.example/'
  await store.insertEndpoint(database, { id, operator, url, types: ['run.failed'], secret, allowHttp: false })
  return id
}

async function remove(...ids: string[]): Promise<void> {
  for (const id of ids) await store.removeEndpoint(database, { operator, id })
  await tidyQueue(database)
}

/** Events for this endpoint alone, in order. */
async function tell(endpointId: string, events: number): Promise<string[]> {
  const ids = Array.from({ length: events }, () => randomUUID())
  for (const id of ids) {
    await database.query(
      `insert into webhook_event (id, operator, type, data) values ($1, $2, 'run.failed', '{}')`,
      [id, operator],
    )
    await database.query('insert into webhook_delivery (event_id, endpoint_id) values ($1, $2)', [
      id,
      endpointId,
    ])
  }
  return ids
}

/** As the relay does. */
async function handOver(): Promise<DeliveryTurn[]> {
  const turns = (await toHandOver(database, limit)).map(({ type: _type, ...turn }) => turn)
  for (const turn of turns) await markHandedOver(database, turn)
  return turns
}

/** Handed over whatever room there is. */
async function force(endpointId: string, most: number): Promise<DeliveryTurn[]> {
  const { rows } = await database.query<DeliveryTurn>(
    `update webhook_delivery set handed_at = now(), turn = turn + 1 where event_id in (
       select event_id from webhook_delivery where endpoint_id = $1 and handed_at is null and state = 'waiting' limit $2)
     returning event_id as "eventId", endpoint_id as "endpointId", turn`,
    [endpointId, most],
  )
  return rows
}

async function fail(turn: DeliveryTurn | undefined, retryAfterMs?: number) {
  if (!turn) throw new Error('nothing was handed over')
  const rest = { isOver: false, retryAfterMs, retryMs: 1_000 }
  return await recordNotTaken(database, { ...keyOf(turn), status: null, error: 'ETIMEDOUT', ...rest })
}

function keyOf(turn: DeliveryTurn | undefined) {
  return { eventId: turn?.eventId ?? '', endpointId: turn?.endpointId ?? '', turn: turn?.turn ?? 0 }
}

async function backOff(id: string): Promise<void> {
  await database.query(
    `update webhook_endpoint set failures = 5, failing_since = now(), last_failure = '503',
       next_try_at = now() + interval '1 minute' where id = $1`,
    [id],
  )
}

async function endBackOff(id: string): Promise<void> {
  await database.query(`update webhook_endpoint set next_try_at = now() where id = $1`, [id])
}

async function backOffSeconds(id: string): Promise<number> {
  const { rows } = await database.query<{ left: number }>(
    `select extract(epoch from next_try_at - (select max(last_at) from webhook_delivery where endpoint_id = $1))::float8 as left
     from webhook_endpoint where id = $1`,
    [id],
  )
  return rows[0]?.left ?? 0
}

async function statesOf(endpointId: string): Promise<string[]> {
  const deliveries = await store.listDeliveries(database, { operator, endpointId, limit: 99 })
  return deliveries.map(({ state }) => state).toSorted()
}

async function show(id: string): Promise<store.EndpointView> {
  const found = (await store.listEndpoints(database, operator)).find((endpoint) => endpoint.id === id)
  if (!found) throw new Error('no endpoint')
  return found
}

function count(turns: DeliveryTurn[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { endpointId } of turns) counts[endpointId] = (counts[endpointId] ?? 0) + 1
  return counts
}
