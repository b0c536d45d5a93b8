import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import type { Caller } from '../../../src/api/caller.js'
import { mayActAs, roles, type Role } from '../../../src/domain/access.js'
import { openApiDocument } from '../../../src/api/v1/openapi.js'
import { describedRoutes } from '../../../src/api/v1/described.js'
import { allRoutes } from '../../../src/api/v1/routes/all.js'
import { nameOf } from '../../../src/api/v1/v1.js'
import { createLogger } from '../../../src/logging.js'

const neverAsked = () => {
  throw new Error('it came to the client')
}

/** Whoever is asked for is the role that the token names; what comes to the client has gone too far. */
const app = createApi({
  cronSecret: undefined,
  reconcile: neverAsked,
  logger: createLogger('silent'),
  v1: {
    authenticate: async (request): Promise<Caller | undefined> => {
      const role = request.headers.get('authorization')?.replace('Bearer ', '')
      if (!roles.includes(role as Role)) return undefined
      return { operatorId: 'school', tokenId: 'token', name: 'test', role: role as Role }
    },
    clientOf: neverAsked,
    examine: neverAsked,
    repetitions: neverAsked,
  },
})

const send = async (method: string, path: string, headers: Record<string, string> = {}) =>
  await app.request(path, { method: method.toUpperCase(), headers })
const filled = (path: string) => `/v1${path.replaceAll(/\{\w+\}/g, 'x')}`
const routes = allRoutes.map((route) => [nameOf(route), route] as const)

describe('without a token', () => {
  test.each(routes)('%s says nothing but that one is needed', async (_name, { method, path }) => {
    for (const headers of [{}, { authorization: 'Bearer nobody' }, { authorization: 'Basic owner' }]) {
      const answer = await send(method, filled(path), headers)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="carillon"')
      expect(await answer.json()).toMatchObject({ code: 'unauthorized' })
    }
  })

  test.each(['/v1', '/v1/nothing', '/v1/reminders/x/y/z', '/v1/openapi.json/x'])(
    'what is not there is not told apart: %s',
    async (path) => expect((await send('GET', path)).status).toBe(path === '/v1' ? 401 : 401),
  )
})

describe('a role that is too low is refused, before anything is read', () => {
  const refused = routes.flatMap(([name, route]) =>
    roles
      .filter((role) => !mayActAs({ role }, route.role))
      .map((role) => [`${role}: ${name}`, role, route] as const),
  )
  test.each(refused)('%s', async (_name, role, { method, path }) => {
    const answer = await send(method, filled(path), { authorization: `Bearer ${role}` })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'forbidden' })
  })
})

describe('what is no request', () => {
  const owner = { authorization: 'Bearer owner' }

  test('another method is told which ones there are', async () => {
    const answer = await send('PUT', '/v1/reminders/x', owner)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE')
  })

  test('an unknown path is a problem, too', async () => {
    const answer = await send('GET', '/v1/nothing', owner)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  test('a URL that is too long', async () => {
    expect((await send('GET', `/v1/reminders?cursor=${'x'.repeat(9_000)}`, owner)).status).toBe(414)
  })

  test.each([
    ['no JSON', 400, '{"to": ', 'application/json'],
    ['no UTF-8', 400, new Uint8Array([0x22, 0xff, 0x22]), 'application/json'],
    ['another type', 415, 'to=x', 'application/x-www-form-urlencoded'],
    [
      'values too deep in each other',
      400,
      `{"text": ${'['.repeat(3_000)}"xxx"${']'.repeat(3_000)}}`,
      'application/json',
    ],
    [
      'an object of too many fields',
      400,
      JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`xxx${n}`, 1]))),
      'application/json',
    ],
    ['too much', 413, `"${'x'.repeat(300_000)}"`, 'application/json'],
  ])('%s', async (_what, status, body, type) => {
    const answer = await app.request('/v1/reminders', {
      method: 'POST',
      headers: { ...owner, 'content-type': type },
      body,
    })
    expect(answer.status).toBe(status)
    expect(await answer.text()).not.toContain('xxx')
  })

  test('an Idempotency-Key with what no header should have', async () => {
    const answer = await send('POST', '/v1/accounts/x/pause', { ...owner, 'idempotency-key': 'a b' })
    expect(answer.status).toBe(400)
  })

  test('a failure of ours tells nothing of itself, but its id', async () => {
    const answer = await send('GET', '/v1/accounts', owner)
    expect(answer.status).toBe(500)
    const body = (await answer.json()) as { requestId: string }
    expect(body).toMatchObject({ code: 'failure' })
    expect(JSON.stringify(body)).not.toContain('client')
    expect(answer.headers.get('x-request-id')).toBe(body.requestId)
  })
})

describe('the OpenAPI document', () => {
  const document = openApiDocument(describedRoutes)
  const text = JSON.stringify(document)

  test('is public, and has each route once', async () => {
    const answer = await send('GET', '/v1/openapi.json')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(JSON.parse(text))
    const ids = describedRoutes.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(document.openapi).toBe('3.1.0')
  })

  test('each reference leads somewhere', () => {
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).toHaveProperty(name)
    expect(text).not.toContain('$defs')
  })

  test('each POST says what becomes of a repetition', () => {
    for (const route of allRoutes.filter(({ method }) => method === 'post'))
      expect([route.id, route.repetition]).toEqual([route.id, expect.any(String)])
  })
})

describe('what is public', () => {
  test('/healthz', async () => expect(await (await send('GET', '/healthz')).json()).toEqual({ status: 'ok' }))

  test('/docs is one page with all routes, and nothing of others in it', async () => {
    const answer = await send('GET', '/docs')
    const html = await answer.text()
    for (const { id, path } of allRoutes) {
      expect(html).toContain(`id="${id}"`)
      expect(html).toContain(`/v1${path}`)
    }
    expect(html).not.toMatch(/<script|<link|<img|javascript:|style="|src=|url\(|@import/)
    for (const [, target = ''] of html.matchAll(/href="([^"]*)"/g))
      expect(target).toMatch(/^(#[\w-]+|\/v1\/openapi\.json)$/)
    // The policy allows the one style that is there, to the character.
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(html) ?? []
    const digest = createHash('sha256').update(style).digest('base64')
    expect(answer.headers.get('content-security-policy')).toContain(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'`,
    )
  })

  test('every answer has the headers that keep browsers from doing more with it', async () => {
    for (const path of ['/healthz', '/v1/accounts', '/v1/openapi.json', '/nothing']) {
      const { headers } = await send('GET', path)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })
})
