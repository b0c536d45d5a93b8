import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../../src/api/app.js'
import { telegramRoutes } from '../../src/api/telegram.js'
import { telegramUpdateWorkflowId } from '../../src/domain/telegram.js'
import { createLogger } from '../../src/logging.js'
import { openDatabase, type Database } from '../../src/store/database.js'
import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { beginTry, recordDone } from '../../src/store/inbox/tries.js'
import { removeBot } from '../../src/store/inbox/bots.js'
import { addBotRow, botSecret, updateOf } from '../support/bots.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

/** The webhook over a real Temporal and Postgres, without a worker: what is accepted waits. */

const operator = 'school'
let own: TestDatabase
let namespace: TestNamespace
let nobody: Client
let gone: Database

beforeAll(async () => {
  ;[own, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
  await addBotRow(own.database, { id: 'ops', operator })
  nobody = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) })
  gone = openDatabase('postgres://nobody@127.0.0.1:1/none')
})
afterAll(async () => {
  await gone.end()
  await namespace.close()
  await own.close()
})

type Parts = { temporal?: Client; database?: Database; key?: Buffer }

async function post(
  body: unknown,
  {
    bot = 'ops',
    secret = botSecret,
    method = 'POST',
    parts: { temporal = namespace.temporal, database = own.database, key } = {},
  }: { bot?: string; secret?: string | undefined; method?: string; parts?: Parts } = {},
) {
  const app = createApi({
    cronSecret: undefined,
    reconcile: () => Promise.reject(new Error('nobody asks for it')),
    logger: createLogger('silent'),
    telegram: telegramRoutes({
      temporal,
      database,
      ring: key === undefined ? testRing : KeyRing.of(key),
      logger: createLogger('silent'),
    }),
  })
  const response = await app.request(`/webhooks/telegram/${bot}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(secret !== '' && { 'x-telegram-bot-api-secret-token': secret }),
    },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Record<string, unknown>
  return { status: response.status, answer, retryAfter: response.headers.get('retry-after') }
}

async function rowOf(updateId: number): Promise<string | undefined> {
  const { rows } = await own.database.query<{ state: string }>(
    `select state from telegram_update where bot = 'ops' and update_id = $1`,
    [updateId],
  )
  return rows[0]?.state
}

async function runsOf(updateId: number): Promise<string[]> {
  const handle = namespace.temporal.workflow.getHandle(telegramUpdateWorkflowId({ bot: 'ops', updateId }))
  const found = await handle.describe().catch(() => undefined)
  return found === undefined ? [] : [found.runId]
}

test('who has not the secret of a bot that is there hears one and the same thing', async () => {
  const asked = [
    await post(updateOf({ updateId: 1, chat: 1 }), { secret: '' }),
    await post(updateOf({ updateId: 1, chat: 1 }), { secret: `${botSecret}x` }),
    await post(updateOf({ updateId: 1, chat: 1 }), { bot: 'none' }),
    await post('no JSON', { bot: 'none', secret: '' }),
    // What no bot can be called is not asked of Postgres, which would refuse it.
    await post(updateOf({ updateId: 1, chat: 1 }), { bot: '%00' }),
  ]
  for (const { status, answer } of asked)
    expect({ status, code: answer['code'], detail: answer['detail'] }).toEqual({
      status: 401,
      code: 'unauthorized',
      detail: asked[0]?.answer['detail'],
    })
  expect(await rowOf(1)).toBeUndefined()
})

test('what is no update is refused, and what is too large is not read', async () => {
  expect(await post('{')).toMatchObject({ status: 400, answer: { code: 'malformed' } })
  expect(await post({ message: {} })).toMatchObject({ status: 400, answer: { code: 'malformed' } })
  expect(await post({ update_id: 5, message: { text: 'x'.repeat(1_100_000) } })).toMatchObject({
    status: 413,
    answer: { code: 'too_large' },
  })
  expect(await post('', { method: 'GET' })).toMatchObject({ status: 405 })
})

test('one that is accepted is in Postgres, where nobody can read it, and in Temporal, which has its id alone', async () => {
  const update = updateOf({ updateId: 10, chat: 77_000_000_001, text: 'The word of the day' })
  expect(await post(update)).toMatchObject({ status: 200, answer: { ok: true } })
  expect(await rowOf(10)).toBe('waiting')
  const { rows } = await own.database.query<{ all: string }>(
    `select encode(body, 'escape') || encode(chat, 'escape') as all from telegram_update where update_id = 10`,
  )
  for (const word of ['word of the day', '77000000001']) expect(rows[0]?.all).not.toContain(word)
  const handle = namespace.temporal.workflow.getHandle(telegramUpdateWorkflowId({ bot: 'ops', updateId: 10 }))
  const { events } = await handle.fetchHistory()
  const { payloads } = events?.[0]?.workflowExecutionStartedEventAttributes?.input ?? {}
  const [input] = await createPayloadCodec(testRing).decode(payloads ?? [])
  expect(JSON.parse(Buffer.from(input?.data ?? []).toString())).toEqual({ bot: 'ops', updateId: 10 })
})

test('many deliveries at once, and more when it is long over, are one row and one workflow', async () => {
  const update = updateOf({ updateId: 20, chat: 2 })
  const all = await Promise.all(Array.from({ length: 10 }, async () => await post(update)))
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
  const [runId] = await runsOf(20)
  expect(runId).toBeDefined()
  const key = { bot: 'ops', updateId: 20 }
  const begun = await beginTry(own.database, key)
  await recordDone(own.database, { ...key, try: begun?.try ?? 0 })
  // Temporal has forgotten it: its row has not.
  await namespace.temporal.workflow.getHandle(telegramUpdateWorkflowId(key)).terminate()
  expect(await post(update)).toMatchObject({ status: 200 })
  expect(await runsOf(20)).toEqual([runId])
  expect(await rowOf(20)).toBe('done')
})

test('without Temporal it is 503, and the same update is taken when Temporal is back', async () => {
  const update = updateOf({ updateId: 30, chat: 3 })
  const away = await post(update, { parts: { temporal: nobody } })
  expect(away).toMatchObject({ status: 503, answer: { code: 'unreachable' }, retryAfter: '5' })
  expect(await runsOf(30)).toEqual([])
  expect(await post(update)).toMatchObject({ status: 200 })
  expect(await runsOf(30)).toHaveLength(1)
})

test('without Postgres it is 503, and so it is with another key', async () => {
  const update = updateOf({ updateId: 40, chat: 4 })
  expect(await post(update, { parts: { database: gone } })).toMatchObject({
    status: 503,
    answer: { code: 'unreachable' },
    retryAfter: '5',
  })
  expect(await post(update, { parts: { key: Buffer.alloc(32, 9) } })).toMatchObject({
    status: 503,
    answer: { code: 'not_ready' },
    retryAfter: '5',
  })
  expect(await rowOf(40)).toBeUndefined()
})

test('a bot that was removed takes nothing', async () => {
  await removeBot(own.database, { id: 'ops', operator }, { actor: operator, via: 'api', requestId: 'once' })
  expect(await post(updateOf({ updateId: 50, chat: 5 }))).toMatchObject({ status: 401 })
})
