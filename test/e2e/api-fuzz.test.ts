import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiDocument } from '../../src/api/v1/openapi.js'
import { allRoutes } from '../../src/api/v1/routes/all.js'
import { requestsOf, type KnownNames } from '../support/api-requests.js'
import { startTelegram, type TelegramSimulator } from '../../simulator/telegram/telegram.js'
import { apiOf, type Answer, type Send } from '../support/api.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { startSystem, type System } from '../support/system.js'

/**
 * Requests made of the OpenAPI document, and some that it does not allow: nothing fails, each answer is one that the document
 * has for its route (see `answerCheck`), and who has no token hears the same whatever is asked for. FUZZ_RUNS says how many for
 * each route; `npm run fuzz` does more of it, with Schemathesis and over sockets.
 */
const runsEach = Number(process.env['FUZZ_RUNS'] ?? 12)
const document = openApiDocument(allRoutes)
const { schemas } = document.components
const phone = '15550007100'
const jid = '120363000000000001@g.us'

let system: System
let send: Send
let telegram: TelegramSimulator
let sent = 0
const accounts = ['second', 'third']
const known: KnownNames = {
  account: new Set(['office', ...accounts]),
  key: new Set(['trip', 'weekly']),
  run: new Set(),
  endpoint: new Set(),
  token: new Set(),
  ordinal: new Set(['0', '1']),
  bot: new Set(['ops', 'desk']),
  update: new Set(['10000']),
  name: new Set(['anna']),
  media: new Set(),
}

beforeAll(async () => {
  ;[system, telegram] = await Promise.all([startSystem(), startTelegram()])
  send = apiOf(system, { telegramUrl: telegram.url }).send
  await system.pairAccount({ id: 'office', phone })
  await system.createGroups({ phone, groups: 1, members: 1 })
  const { operator, database } = system
  for (const bot of ['ops', 'desk']) {
    await addBotRow(database, { id: bot, operator })
    await acceptRow(database, { bot, updateId: 10_000, operator, chat: 1 })
  }
  for (const id of accounts) await send('POST', '/v1/accounts', { body: { id } })
  const common = { account: 'office', to: jid, text: 'x', zone: 'UTC' }
  await send('POST', '/v1/reminders', { body: { ...common, key: 'trip', at: '2035-01-01 08:00' } })
  await send('POST', '/v1/reminders', {
    body: { ...common, key: 'weekly', cron: '0 8 * * MON', start: '2035-01-01 08:00' },
  })
  learn('fireReminder', await send('POST', '/v1/reminders/weekly/fire'))
})
afterAll(async () => {
  await telegram.close()
  await system.close()
})

type Named = Partial<Record<'id' | 'key' | 'runId' | 'name' | 'media', string>>

/** What an answer names is what later requests are about. */
function learn(operationId: string, { status, body }: Pick<Answer, 'status' | 'body'>): void {
  // What is no JSON names nothing.
  if (status >= 300 || body === undefined) return
  const { endpoint, token, ...answer } = body as Named & { endpoint?: Named; token?: Named }
  const of: Record<string, [name: string, value: string | undefined]> = {
    addAccount: ['account', answer.id],
    createReminder: ['key', answer.key],
    cloneReminder: ['key', answer.key],
    fireReminder: ['run', answer.runId],
    uploadMedia: ['media', answer.media],
    addWebhook: ['endpoint', endpoint?.id],
    createToken: ['token', token?.name],
  }
  const [name, value] = of[operationId] ?? []
  if (name !== undefined && value !== undefined) known[name]?.add(value)
}

// They end the account that runs are of: it stays out of their names.
const ending = new Set(['removeAccount', 'unlinkAccount'])
const withoutOffice: KnownNames = { ...known, account: new Set(accounts) }

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, operation]) =>
      [operation.operationId, { method: method.toUpperCase(), path, operation }] as const,
  ),
)

describe.each(operations)('%s', (operationId, { method, path, operation }) => {
  const names = ending.has(operationId) ? withoutOffice : known
  const requests = requestsOf(path, { method, operation, schemas, known: names })

  test('answers whatever it is sent', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ hasWait, ...request }) => {
        sent += 1
        const answer = await send(method, request.path, request)
        learn(operationId, answer)
        // A worker that has not acted in the time that was given is told as that.
        if (answer.status === 504 && hasWait) return
        expect(answer.status, answer.text).toBeLessThan(500)
      }),
      { numRuns: runsEach, endOnFailure: true },
    )
  }, 240_000)

  test('says nothing to who has no token', async () => {
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.constantFrom('', 'another-token', `carillon_${'x'.repeat(43)}`),
        async ({ path, headers, body }, token) => {
          sent += 1
          const answer = await send(method, path, { headers, body, token })
          expect(withoutRequestId(answer)).toEqual(nobodysAnswer)
        },
      ),
      { numRuns: runsEach, endOnFailure: true },
    )
  })
})

const nobodysAnswer = {
  status: 401,
  body: {
    type: 'urn:carillon:problem:unauthorized',
    title: 'A token is needed',
    status: 401,
    detail: 'Send the header `Authorization: Bearer <token>`.',
    code: 'unauthorized',
  },
}

function withoutRequestId({ status, body }: Answer) {
  const { requestId: _requestId, ...problem } = body as { requestId: string }
  return { status, body: problem }
}

test('so many requests', () => expect(sent).toBeGreaterThanOrEqual(2 * runsEach * operations.length))
