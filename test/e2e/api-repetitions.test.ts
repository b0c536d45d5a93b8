import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthentication } from '../../src/api/auth/authenticate.js'
import {
  createRepetitions,
  replayedHeader,
  type Answered,
  type Attempt,
  type Repetitions,
} from '../../src/api/v1/repetitions.js'
import { createLogger } from '../../src/logging.js'
import { apiOf, type Send } from '../support/api.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

// No worker runs: what is asked for stays asked for.
let testDatabase: TestDatabase
let namespace: TestNamespace
/** Two processes. */
let send: [Send, Send]
const logger = createLogger('silent')
const caller = { operatorId: 'school', tokenId: 't', name: 't', role: 'owner' } as const
const leaseMs = 600

beforeAll(async () => {
  ;[testDatabase, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
  const backend = { temporal: namespace.temporal, database: testDatabase.database, operator: 'school' }
  send = [apiOf(backend).send, apiOf(backend).send]
})
afterAll(async () => {
  await namespace.close()
  await testDatabase.close()
})

const processOf = (): Repetitions =>
  createRepetitions({ database: testDatabase.database, logger, leaseMs, waitMs: 3_000 })
const asked = (key: string, body: unknown = {}) => ({
  caller,
  key,
  route: 'POST /v1/things',
  url: '/v1/things',
  body,
})
const answer = (text: string): Answered => ({
  status: 201,
  headers: { 'Content-Type': 'application/json' },
  text,
})

test('a request that is sent again is answered what it was, byte for byte, and not done again', async () => {
  const headers = { 'Idempotency-Key': 'add/1' }
  const first = await send[0]('POST', '/v1/accounts', { body: { id: 'one' }, headers })
  const again = await send[1]('POST', '/v1/accounts', { body: { id: 'one' }, headers })
  expect(first.status).toBe(201)
  expect(again).toMatchObject({ status: 201, text: first.text })
  expect(again.headers.get(replayedHeader)).toBe('true')
  expect(again.headers.get('location')).toBe('/v1/accounts/one')
  expect(first.headers.get(replayedHeader)).toBeNull()
  // What is for good is kept, too: it is what the first one was told.
  const refused = { 'Idempotency-Key': 'add/2' }
  const no = await send[0]('POST', '/v1/accounts', { body: { id: 'one' }, headers: refused })
  const noAgain = await send[1]('POST', '/v1/accounts', { body: { id: 'one' }, headers: refused })
  expect(noAgain).toMatchObject({ status: 409, text: no.text })
})

test('another request with the same key is refused; one that cannot be used takes no key', async () => {
  const headers = { 'Idempotency-Key': 'add/3' }
  expect((await send[0]('POST', '/v1/accounts', { body: { id: 'No!' }, headers })).status).toBe(422)
  expect((await send[0]('POST', '/v1/accounts', { body: { id: 'three' }, headers })).status).toBe(201)
  const others = [
    send[1]('POST', '/v1/accounts', { body: { id: 'four' }, headers }),
    send[1]('POST', '/v1/accounts/three/pairing', { body: { method: 'qr' }, headers }),
  ]
  for (const other of await Promise.all(others))
    expect(other).toMatchObject({ status: 409, body: { code: 'key_reused' } })
})

test('the secret of an endpoint is shown to who sends the request again, and kept sealed', async () => {
  const headers = { 'Idempotency-Key': 'hook' }
  const body = { url: 'http://127.0.0.1:9/hook' }
  const first = await send[0]('POST', '/v1/webhooks', { body, headers })
  const again = await send[1]('POST', '/v1/webhooks', { body, headers })
  expect(first.status).toBe(201)
  expect(again.text).toBe(first.text)
  const { secret } = first.body as { secret: string }
  const { rows } = await testDatabase.database.query<{ answer: Buffer }>(
    `select answer from api_request where key = 'hook'`,
  )
  expect(rows[0]?.answer.includes(secret)).toBe(false)
  expect((await send[0]('GET', '/v1/webhooks')).body).toMatchObject({ endpoints: [{}] })
})

test('ten at once are one: the others wait, and hear the same', async () => {
  let done = 0
  const work = async () => {
    done += 1
    await new Promise((resolve) => setTimeout(resolve, leaseMs * 2))
    return answer(`{"done":${done}}`)
  }
  const processes = [processOf(), processOf()]
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => await processes[index % 2]?.(asked('at-once'), work)),
  )
  expect(done).toBe(1)
  expect(new Set(answers.map((one) => one?.text))).toEqual(new Set(['{"done":1}']))
})

test('who waits for too long is told to come again', async () => {
  let end = () => {}
  let held: Promise<Answered> | undefined
  await new Promise<void>((begun) => {
    held = processOf()(asked('long'), async () => {
      await new Promise<void>((resolve) => {
        end = resolve
        begun()
      })
      return answer('{}')
    })
  })
  const impatient = createRepetitions({ database: testDatabase.database, logger, leaseMs, waitMs: 200 })
  await expect(impatient(asked('long'), async () => answer('never'))).rejects.toMatchObject({
    code: 'in_progress',
  })
  end()
  expect(await held).toMatchObject({ text: '{}' })
  expect(await impatient(asked('long'), async () => answer('never'))).toMatchObject({ text: '{}' })
})

test('of a process that dies with it another goes on, under the same id, and no sooner than the lease is over', async () => {
  const ids: string[] = []
  // What a dead process leaves behind.
  await testDatabase.database.query(
    `insert into api_request (operator, key, digest, route, token_id, operation_id, attempt_id, leased_until)
     select 'school', 'dies', digest, '', '', $1, $2, clock_timestamp() + interval '400 milliseconds' from api_request where key = 'long'`,
    [randomUUID(), randomUUID()],
  )
  const { rows } = await testDatabase.database.query<{ id: string; leasedUntil: Date }>(
    `select operation_id as id, leased_until as "leasedUntil" from api_request where key = 'dies'`,
  )
  let isOver: boolean | undefined
  const answered = await processOf()(asked('dies'), async ({ operationId, isRepeated }) => {
    ids.push(operationId)
    expect(isRepeated).toBe(true)
    const now = await testDatabase.database.query<{ isOver: boolean }>(
      'select clock_timestamp() >= $1 as "isOver"',
      [rows[0]?.leasedUntil],
    )
    isOver = now.rows[0]?.isOver
    return answer('{"done":true}')
  })
  expect(isOver).toBe(true)
  expect(answered.text).toBe('{"done":true}')
  expect(ids).toEqual([rows[0]?.id])
})

test('an attempt that another one has taken over from says what that one says', async () => {
  let begun = () => {}
  let end = () => {}
  const hasBegun = new Promise<void>((resolve) => (begun = resolve))
  const stopped = new Promise<void>((resolve) => (end = resolve))
  // It does not renew its lease: its process stands still.
  const slow = createRepetitions({
    database: testDatabase.database,
    logger,
    leaseMs: 3_600_000,
    waitMs: 3_000,
  })(asked('taken-over'), async () => {
    begun()
    await stopped
    return answer('{"by":"the first"}')
  })
  await hasBegun
  await testDatabase.database.query(
    `update api_request set leased_until = '-infinity' where key = 'taken-over'`,
  )
  const second = await processOf()(asked('taken-over'), async () => answer('{"by":"the second"}'))
  end()
  expect(second.text).toBe('{"by":"the second"}')
  expect((await slow).text).toBe('{"by":"the second"}')
})

test('a token whose making was not answered is made once, and the secret that is answered opens it', async () => {
  const headers = { 'Idempotency-Key': 'token/1' }
  const body = { name: 'desk', role: 'viewer' }
  const first = await send[0]('POST', '/v1/tokens', { body, headers })
  // Its process died before the answer was kept.
  await testDatabase.database.query(
    `update api_request set answer = null, leased_until = '-infinity' where key = 'token/1'`,
  )
  const again = await send[1]('POST', '/v1/tokens', { body, headers })
  expect(again.status).toBe(201)
  const [lost, told] = [first, again].map(({ body }) => body as { token: { id: string }; secret: string })
  expect(told?.token.id).toBe(lost?.token.id)
  const { authenticate } = createAuthentication({ database: testDatabase.database })
  const holderOf = async (secret = '') =>
    await authenticate(new Request('http://x/', { headers: { authorization: `Bearer ${secret}` } }))
  expect(await holderOf(told?.secret)).toMatchObject({ name: 'desk', role: 'viewer' })
  expect(await holderOf(lost?.secret)).toBeUndefined()
  // Another request with that name is another token.
  const other = await send[1]('POST', '/v1/tokens', { body, headers: { 'Idempotency-Key': 'token/2' } })
  expect(other).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('a token that is revoked by its name is revoked once, and a new one of that name stays', async () => {
  const made = async (key: string) =>
    await send[0]('POST', '/v1/tokens', {
      body: { name: 'till', role: 'viewer' },
      headers: { 'Idempotency-Key': key },
    })
  expect((await made('till/1')).status).toBe(201)
  const revoked = async () =>
    await send[1]('POST', '/v1/tokens/till/revoke', { headers: { 'Idempotency-Key': 'till/2' } })
  const first = await revoked()
  expect(first.status).toBe(200)
  const second = await made('till/3')
  // Its process died before the answer was kept.
  await testDatabase.database.query(
    `update api_request set answer = null, leased_until = '-infinity' where key = 'till/2'`,
  )
  const again = await revoked()
  const idOf = ({ body }: { body: unknown }) => (body as { token: { id: string } }).token.id
  expect(again).toMatchObject({ status: 200, body: { already: true, token: { id: idOf(first) } } })
  const { body } = await send[0]('GET', '/v1/tokens')
  expect((body as { items: { id: string; revokedAt: string | null }[] }).items).toContainEqual(
    expect.objectContaining({ id: idOf(second), revokedAt: null }),
  )
})

test('what may be done or not is handed on under the same id at once; a day later the key is free', async () => {
  const ids: string[] = []
  const begun: Date[] = []
  const process = processOf()
  await expect(
    process(asked('fails'), async ({ operationId, begunAt }) => {
      ids.push(operationId)
      begun.push(begunAt)
      throw new Error('the connection broke')
    }),
  ).rejects.toThrow('the connection broke')
  const work = async ({ operationId, begunAt }: Attempt) => {
    ids.push(operationId)
    begun.push(begunAt)
    return answer('{}')
  }
  await process(asked('fails'), work)
  expect(ids[1]).toBe(ids[0])
  await testDatabase.database.query(
    `update api_request set created_at = now() - interval '25 hours' where key = 'fails'`,
  )
  await process(asked('fails', { another: 'body' }), work)
  expect(ids).toHaveLength(3)
  expect(ids[2]).not.toBe(ids[0])
  // Times that count from now count from when the first attempt began, and those of another request from its own.
  expect(begun[1]).toEqual(begun[0])
  expect(Number(begun[2])).toBeGreaterThan(Number(begun[0]))
})
