import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import { signInRoutes } from '../../../src/api/auth/sign-in.js'
import { parseConfig } from '../../../src/config.js'
import { createLogger } from '../../../src/logging.js'
import { openDatabase } from '../../../src/store/database.js'
import { HttpError } from '../../../src/api/v1/problems.js'

const listed = 'https://app.example.org'
const live = new Hono()
  .get('/thing', (context) =>
    context.json({ ok: true }, 200, { ETag: '"x"', 'Idempotency-Replayed': 'true' }),
  )
  .post('/thing', () => {
    throw new HttpError('key_reused', 'It was used.')
  })

function api(corsOrigins: string[]) {
  const never = () => Promise.reject(new Error('nobody asks for it'))
  const database = openDatabase('postgres://nobody@127.0.0.1:1/none')
  return createApi({
    cronSecret: 'a-secret-of-cron-services',
    reconcile: never,
    logger: createLogger('silent'),
    live,
    signIn: signInRoutes({ database, addressOf: () => undefined }),
    corsOrigins,
  })
}

const ask = async (
  app: ReturnType<typeof api>,
  {
    origin,
    method = 'GET',
    path = '/v1/thing',
    headers = {},
  }: { origin?: string; method?: string; path?: string; headers?: object },
) => await app.request(path, { method, headers: { ...(origin !== undefined && { origin }), ...headers } })

const ahead = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' }

describe('where no origin is listed', () => {
  test.each([undefined, listed, 'null'])('nothing is said of it (%s)', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask(api([]), {
        ...(origin !== undefined && { origin }),
        method,
        headers: ahead,
      })
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })
})

describe('an origin that is listed', () => {
  const app = api([listed, 'http://localhost:3000'])

  test('may read answers, and the headers that it needs of them', async () => {
    for (const origin of [listed, 'http://localhost:3000']) {
      const { headers } = await ask(app, { origin })
      expect(headers.get('access-control-allow-origin')).toBe(origin)
      expect(headers.get('vary')).toMatch(/Origin/)
      const exposed = headers.get('access-control-expose-headers')?.split(',')
      for (const name of [
        'X-Request-Id',
        'ETag',
        'Location',
        'Retry-After',
        'Idempotency-Replayed',
        'Link',
        'Deprecation',
      ])
        expect(exposed).toContain(name)
      // Who is signed in by a cookie acts from our own pages alone.
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test('is told ahead what it may send', async () => {
    const answer = await ask(app, { origin: listed, method: 'OPTIONS', headers: ahead })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(listed)
    expect(answer.headers.get('access-control-allow-methods')?.split(',')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PATCH', 'DELETE']),
    )
    const allowed = answer.headers.get('access-control-allow-headers')?.split(',')
    for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Last-Event-ID'])
      expect(allowed).toContain(name)
    expect(answer.headers.get('access-control-max-age')).toBe('600')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('may read what went wrong', async () => {
    for (const [method, path] of [
      ['POST', '/v1/thing'],
      ['GET', '/v1/nothing'],
    ] as const) {
      const answer = await ask(app, { origin: listed, method, path })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('access-control-allow-origin')).toBe(listed)
    }
  })

  test('is not let in elsewhere, and signs nobody in', async () => {
    for (const path of ['/healthz', '/docs', '/sign-in', '/api/cron/process-scheduled'])
      expect((await ask(app, { origin: listed, path })).headers.get('access-control-allow-origin')).toBeNull()
    const answer = await app.request('https://carillon.example.org/v1/sign-in', {
      method: 'POST',
      headers: { origin: listed, 'content-type': 'application/json' },
      body: '{"token":"x"}',
    })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test.each([
  'https://evil.example.org',
  'https://app.example.org.evil.org',
  'https://sub.app.example.org',
  'http://app.example.org',
  'https://app.example.org:8443',
  'https://APP.example.org',
  'null',
  '',
])('%s is another one: it is answered as if there were none', async (origin) => {
  const app = api([listed])
  const answer = await ask(app, { origin })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  // A cache must not give what a listed one got to this one.
  expect(answer.headers.get('vary')).toMatch(/Origin/)
  const before = await ask(app, { origin, method: 'OPTIONS', headers: ahead })
  expect(before.status).toBe(404)
  expect([...before.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
})

describe('CARILLON_CORS_ORIGINS', () => {
  const origins = (text: string) => parseConfig({ CARILLON_CORS_ORIGINS: text }).corsOrigins

  test('has exact origins, and none where it is not set', () => {
    expect(parseConfig({}).corsOrigins).toEqual([])
    expect(origins('')).toEqual([])
    expect(origins('https://app.example.org, http://localhost:3000 ,')).toEqual([
      'https://app.example.org',
      'http://localhost:3000',
    ])
  })

  test.each([
    '*',
    'null',
    'https://*.example.org',
    'app.example.org',
    'https://app.example.org/',
    'https://app.example.org/path',
    'https://app.example.org:443',
    'HTTPS://app.example.org',
    'https://user@app.example.org',
    'ftp://app.example.org',
    'file:///tmp',
  ])('%s is refused', (text) => {
    expect(() => origins(text)).toThrow(
      /CARILLON_CORS_ORIGINS: expected origins such as https:\/\/app\.example\.org, .* and no \*, got '/,
    )
  })
})
