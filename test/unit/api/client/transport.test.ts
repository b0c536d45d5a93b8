import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createTransport, type Transport } from '../../../../src/api/client/transport.js'
import { CarillonError } from '../../../../src/client/errors.js'
import { instant } from '../../../../src/api/v1/answers/values.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A server whose answers are given, one after the other; the last one stays. */
async function serving(...answers: Answer[]) {
  const seen: { method: string; url: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    seen.push({ method, url, headers })
    request.resume()
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    answer?.(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, seen, transport: createTransport({ url: `${url}/`, token: 'a-token' }) }
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}, type = 'application/json'): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': type, ...headers }).end(JSON.stringify(body))
const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer =>
  json(
    status,
    {
      type: `urn:carillon:problem:${code}`,
      title: 't',
      status,
      detail: `it is ${code}`,
      code,
      requestId: 'r',
    },
    headers,
    'application/problem+json',
  )
const dies: Answer = (response) => response.socket?.destroy()

const schema = z.object({ at: instant, name: z.string().optional() })
const good = json(200, { at: '2026-11-24T06:00:00.000Z', addedLater: true })

const get = async ({ ask }: Transport) => await ask(schema, { method: 'GET', path: '/thing' })
const post = async ({ ask }: Transport, idempotencyKey?: string | false) =>
  await ask(schema, { method: 'POST', path: '/thing', body: {}, idempotencyKey })

async function failureOf(promise: Promise<unknown>): Promise<CarillonError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(CarillonError)
  return error as CarillonError
}

test('instants are dates, what is new is left out, and what is optional may be missing', async () => {
  const { transport, seen } = await serving(good)
  expect(await get(transport)).toEqual({ at: new Date('2026-11-24T06:00:00Z') })
  expect(seen).toMatchObject([
    { method: 'GET', url: '/v1/thing', headers: { authorization: 'Bearer a-token' } },
  ])
  expect(seen[0]?.headers['idempotency-key']).toBeUndefined()
})

test('a query has each of several values, and nothing for what is not given', async () => {
  const { transport, seen } = await serving(good)
  const query = { state: ['paused', 'scheduled'], limit: 3, deleted: false, cursor: undefined }
  await transport.ask(schema, { method: 'GET', path: '/things', query })
  expect(seen[0]?.url).toBe('/v1/things?state=paused&state=scheduled&limit=3&deleted=false')
})

test('a POST whose answer is lost is sent again under the same key, three times in all', async () => {
  const { transport, seen } = await serving(dies, json(502, 'Bad Gateway', {}, 'text/html'), good)
  await post(transport)
  const keys = seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
})

test('the key of the caller is sent as it is, and none where the request is known by what is in it', async () => {
  const { transport, seen } = await serving(good)
  await post(transport, 'mine')
  await post(transport, false)
  expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', undefined])
})

test('what must not be sent again is not', async () => {
  const { transport, seen } = await serving(dies, good)
  const request = { method: 'PATCH', path: '/thing', body: {}, isRepeatable: false } as const
  expect((await failureOf(transport.ask(schema, request))).code).toBe('unreachable')
  expect(seen).toHaveLength(1)
})

test('an attempt that is under way is waited for, as long as it says', async () => {
  const busy = problem(409, 'in_progress', { 'Retry-After': '0' })
  const { transport, seen } = await serving(busy, busy, busy, busy, good)
  await post(transport)
  expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(seen).toHaveLength(5)
})

test('what the API says is not asked twice, also where it fails', async () => {
  const { transport, seen } = await serving(problem(503, 'unreachable', { 'Retry-After': '5' }))
  expect(await failureOf(get(transport))).toMatchObject({ code: 'unreachable', message: 'it is unreachable' })
  expect(seen).toHaveLength(1)
})

test('the token goes nowhere else', async () => {
  const other = await serving(good)
  const { transport } = await serving((response) =>
    response.writeHead(307, { Location: `${other.url}/v1/thing` }).end(),
  )
  expect((await failureOf(get(transport))).code).toBe('unreachable')
  expect(other.seen).toEqual([])
})

test('no answer in time is told as that, and not asked again', async () => {
  const { transport, seen } = await serving(() => undefined)
  const request = { method: 'GET', path: '/thing', timeLimitMs: 50 } as const
  expect((await failureOf(transport.ask(schema, request))).code).toBe('timed_out')
  // On a slow machine the time may be over before the request is there.
  expect(seen.length).toBeLessThanOrEqual(1)
})

test('what is none of the API is told as that', async () => {
  const html = await serving((response) => response.writeHead(200).end('<html>'))
  expect((await failureOf(get(html.transport))).message).toContain(`${html.url}/ answers with no JSON`)
  const proxy = await serving(json(404, '<html>', {}, 'text/html'))
  expect((await failureOf(get(proxy.transport))).message).toContain('answers with status 404')
})

test('a code or a state of a newer API is told in words', async () => {
  const code = await serving(problem(409, 'code_of_tomorrow'))
  expect(await failureOf(get(code.transport))).toMatchObject({
    code: 'invalid',
    message: 'it is code_of_tomorrow',
  })
  const state = await serving(json(200, { at: 'tomorrow' }))
  const { code: said, message } = await failureOf(get(state.transport))
  expect(said).toBe('not_ready')
  expect(message).toMatch(/does not know: at\. Is the API of a newer version/)
})
