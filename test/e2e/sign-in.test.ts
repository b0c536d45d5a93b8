import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthentication } from '../../src/api/auth/authenticate.js'
import { createSignInLink } from '../../src/client/operators/sign-in-link.js'
import { signInRoutes } from '../../src/api/auth/sign-in.js'
import type { Role } from '../../src/domain/access.js'
import { workflowsPage } from '../../src/settings/temporal-ui.js'
import { createTokens, type NewTokenInput } from '../../src/client/operators/tokens.js'
import { tokenPrefix } from '../../src/client/operators/secrets.js'
import { openDatabase, type Database } from '../../src/store/database.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import type { Client } from '@temporalio/client'
import { signInApi } from '../support/api.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'

const origin = 'https://carillon.example.org'
const operator = 'school'

let db: TestDatabase
let address = 0
beforeAll(async () => {
  db = await createTestDatabase()
  await insertAccount(db.database, { id: 'office', operator })
})
afterAll(() => db.close())

/** Nothing of a token needs Temporal. */
const tokens = () =>
  createTokens({ database: db.database, operator, temporal: undefined as unknown as Client })

let made = 0
async function newToken(input: Partial<NewTokenInput> = {}) {
  return await tokens().create({ name: `token-${++made}`, role: 'owner', ...input })
}

function app({
  from = `192.0.2.${++address}`,
  database = db.database,
  workflowsPage,
}: { from?: string; database?: Database; workflowsPage?: string } = {}) {
  return signInApi(
    signInRoutes({ database, addressOf: () => from, ...(workflowsPage !== undefined && { workflowsPage }) }),
  )
}

const browser = { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

async function signIn(routes: ReturnType<typeof app>, body: object, headers: object = browser) {
  return await routes.request(`${origin}/v1/sign-in`, {
    method: 'POST',
    headers: { ...headers },
    body: JSON.stringify(body),
  })
}

function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

async function signedIn(secret: string) {
  const routes = app()
  const response = await signIn(routes, { token: secret })
  expect(response.status).toBe(200)
  const { csrf } = (await response.json()) as { csrf: string }
  return { routes, cookie: cookieOf(response), csrf }
}

async function authenticate(request: Request) {
  return await createAuthentication({ database: db.database }).authenticate(request)
}

const bearer = (secret: string) =>
  new Request(origin, { method: 'POST', headers: { authorization: `Bearer ${secret}` } })

describe('a page of another origin that may read by the cookie', () => {
  const ui = 'https://temporal.example.org'
  const reader = async (headers: Record<string, string>) =>
    await createAuthentication({ database: db.database }).authenticateReader(
      new Request(`${origin}/codec/decode`, { method: 'POST', headers }),
      [ui],
    )

  test('is whoever is signed in here, and may change nothing by it', async () => {
    const { token, secret } = await newToken()
    const { cookie } = await signedIn(secret)
    const from = { origin: ui, 'sec-fetch-site': 'same-site', cookie }
    expect(await reader(from)).toMatchObject({ tokenId: token.id, role: 'owner' })
    expect(await authenticate(new Request(origin, { method: 'POST', headers: from }))).toBeUndefined()
    expect(await reader({ authorization: `Bearer ${secret}` })).toMatchObject({ tokenId: token.id })
  })

  test('is nobody from an origin that is not listed, from none, and without the cookie', async () => {
    const { secret } = await newToken()
    const { cookie } = await signedIn(secret)
    for (const headers of [
      { cookie },
      { cookie, origin },
      { cookie, origin: 'null' },
      { cookie, origin: `${ui}.evil.org` },
      { origin: ui },
      { origin: ui, cookie: `${cookie.slice(0, -3)}abc` },
    ])
      expect(await reader(headers)).toBeUndefined()
  })
})

describe('a bearer token', () => {
  test('is its holder, and notes that it was used, once a minute', async () => {
    const { token, secret } = await newToken({ role: 'editor', accounts: ['office'] })
    expect(secret).toMatch(/^carillon_[A-Za-z0-9_-]{43}$/)
    expect(await authenticate(bearer(secret))).toEqual({
      operatorId: operator,
      tokenId: token.id,
      name: token.name,
      role: 'editor',
      accounts: ['office'],
    })
    const lastUsed = async () =>
      (await tokens().list()).items.find(({ id }) => id === token.id)?.lastUsedAt?.getTime()
    await eventually(async () => expect(await lastUsed()).toBeDefined())
    const first = await lastUsed()
    for (let i = 0; i < 5; i++) await authenticate(bearer(secret))
    expect(await lastUsed()).toBe(first)
  })

  test('is nowhere in Postgres', async () => {
    const { token, secret } = await newToken()
    const { rows } = await db.database.query<{ row: string }>(
      'select token::text as row from token where id = $1',
      [token.id],
    )
    expect(rows[0]?.row).not.toContain(secret.slice(tokenPrefix.length))
    expect(JSON.stringify(await tokens().list())).not.toContain(secret)
  })

  test('that is revoked, expired, cut off, longer, of another case or none at all is nobody', async () => {
    const { secret } = await newToken()
    const revoked = await newToken()
    await tokens().revoke(revoked.token.name)
    const expired = await newToken({ lastsMs: 60_000 })
    await db.database.query(`update token set expires_at = now() where id = $1`, [expired.token.id])
    for (const wrong of [
      revoked.secret,
      expired.secret,
      secret.slice(0, -1),
      secret.slice(0, 20),
      `${secret}A`,
      secret.toUpperCase(),
      secret.slice(tokenPrefix.length),
      tokenPrefix,
    ])
      expect(await authenticate(bearer(wrong)), wrong.slice(0, 12)).toBeUndefined()
    expect(await authenticate(new Request(origin))).toBeUndefined()
    for (const header of ['Basic abc', 'Bearer', `Bearer ${secret} ${secret}`, secret])
      expect(
        await authenticate(new Request(origin, { headers: { authorization: header } })),
        header.slice(0, 8),
      ).toBeUndefined()
    expect(await authenticate(bearer(secret))).toBeDefined()
  })

  test('makes room for its name when it has expired or was revoked, and not before', async () => {
    const first = await newToken({ lastsMs: 60_000 })
    const { name } = first.token
    await expect(tokens().create({ name, role: 'viewer' })).rejects.toMatchObject({ code: 'conflict' })
    await db.database.query(`update token set expires_at = now() where id = $1`, [first.token.id])
    const second = await tokens().create({ name, role: 'viewer' })
    expect(await tokens().revoke(name, { reason: 'lost' })).toMatchObject({
      id: second.token.id,
      isValid: false,
    })
    expect(await tokens().revoke(second.token.id)).toMatchObject({ already: true })
    await tokens().create({ name, role: 'viewer' })
  })
})

describe('a browser', () => {
  test('of an owner is told where the Temporal Web UI is, and nobody else is', async () => {
    const page = workflowsPage('https://temporal.example.org/ui/', 'default')
    expect(page).toBe('https://temporal.example.org/ui/namespaces/default/workflows')
    const told = async (role: Role, routes: ReturnType<typeof app>) => {
      const { secret } = await newToken({ role })
      return ((await (await signIn(routes, { token: secret })).json()) as { workflows: string | null })
        .workflows
    }
    expect(await told('owner', app({ workflowsPage: page }))).toBe(page)
    expect(await told('editor', app({ workflowsPage: page }))).toBe(null)
    expect(await told('owner', app())).toBe(null)
  })

  test('signs in with a token: a cookie that no script reads, and a secret for what changes something', async () => {
    const { token, secret } = await newToken()
    const response = await signIn(app(), { token: secret })
    expect(response.headers.get('set-cookie')).toMatch(
      /^__Host-carillon=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
    const cookie = cookieOf(response)
    const { csrf, ...who } = (await response.json()) as { csrf: string }
    expect(who).toMatchObject({ operatorId: operator, name: token.name, role: 'owner' })

    const get = new Request(`${origin}/v1/reminders`, { headers: { cookie } })
    expect(await authenticate(get)).toMatchObject({ tokenId: token.id })
    const post = (headers: Record<string, string>) =>
      new Request(`${origin}/v1/reminders`, { method: 'POST', headers: { cookie, ...headers } })
    const right = { origin, 'x-carillon-csrf': csrf }
    expect(await authenticate(post(right))).toMatchObject({ tokenId: token.id })
    for (const [what, wrong] of Object.entries({
      'no secret': { origin },
      'no origin': { 'x-carillon-csrf': csrf },
      'another origin': { ...right, origin: 'https://evil.example.org' },
      'an opaque origin': { ...right, origin: 'null' },
      'another site': { ...right, 'sec-fetch-site': 'cross-site' },
      'a sibling': { ...right, 'sec-fetch-site': 'same-site' },
      'half a secret': { origin, 'x-carillon-csrf': csrf.slice(0, 20) },
      'the secret of another': { origin, 'x-carillon-csrf': Buffer.alloc(32).toString('base64url') },
    }))
      expect(await authenticate(post(wrong)), what).toBeUndefined()
  })

  test('has no `Secure` where there is no TLS, and its name is another there', async () => {
    const { secret } = await newToken()
    const local = 'http://127.0.0.1:8400'
    const routes = app()
    const response = await routes.request(`${local}/v1/sign-in`, {
      method: 'POST',
      headers: { ...browser, origin: local },
      body: JSON.stringify({ token: secret }),
    })
    expect(response.headers.get('set-cookie')).toMatch(
      /^carillon=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    )
    expect(await authenticate(new Request(local, { headers: { cookie: cookieOf(response) } }))).toBeDefined()
    // A cookie that plain HTTP could have set is none over TLS.
    expect(
      await authenticate(new Request(origin, { headers: { cookie: cookieOf(response) } })),
    ).toBeUndefined()
  })

  test('is signed in from a page of ours only', async () => {
    const { secret } = await newToken()
    for (const headers of [
      { 'content-type': 'application/json' },
      { ...browser, origin: 'https://evil.example.org' },
      { ...browser, 'sec-fetch-site': 'cross-site' },
    ]) {
      const response = await signIn(app(), { token: secret }, headers)
      expect(response.status).toBe(403)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({ code: 'csrf', type: 'urn:carillon:problem:csrf' })
      expect(response.headers.get('set-cookie')).toBeNull()
    }
  })

  test('signs out, here and everywhere, and with its token', async () => {
    const { token, secret } = await newToken()
    const [first, second, third] = [await signedIn(secret), await signedIn(secret), await signedIn(secret)]
    const isIn = async ({ cookie }: { cookie: string }) =>
      (await authenticate(new Request(origin, { headers: { cookie } }))) !== undefined
    const out = async ({ routes, cookie, csrf }: typeof first, path: string) =>
      await routes.request(`${origin}/v1/sign-in${path}`, {
        method: 'DELETE',
        headers: { cookie, origin, 'x-carillon-csrf': csrf },
      })
    const { routes, cookie } = first
    const bare = await routes.request(`${origin}/v1/sign-in`, { method: 'DELETE', headers: { cookie } })
    expect(bare.status).toBe(403)
    expect(await bare.json()).toMatchObject({ code: 'csrf' })
    expect(await isIn(first)).toBe(true)

    const response = await out(first, '')
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
    expect([await isIn(first), await isIn(second), await isIn(third)]).toEqual([false, true, true])
    expect(await (await out(second, '/everywhere')).json()).toEqual({ ended: 2 })
    expect([await isIn(second), await isIn(third)]).toEqual([false, false])

    const fourth = await signedIn(secret)
    await tokens().revoke(token.id)
    expect(await isIn(fourth)).toBe(false)
  })

  test('is out when it was idle, and at the absolute end however busy it is', async () => {
    const { token, secret } = await newToken()
    const isIn = async (cookie: string) =>
      (await authenticate(new Request(origin, { headers: { cookie } }))) !== undefined
    const idle = await signedIn(secret)
    const back = async (column: string, by: string) =>
      await db.database.query(`update sign_in set ${column} = ${column} - $2::interval where token_id = $1`, [
        token.id,
        by,
      ])
    await back('seen_at', '119 minutes')
    expect(await isIn(idle.cookie)).toBe(true)
    // It was seen just now, which is noted beside the request.
    await eventually(async () => {
      const { rows } = await db.database.query<{ ago: number }>(
        `select extract(epoch from now() - seen_at)::float8 as ago from sign_in where token_id = $1`,
        [token.id],
      )
      expect(rows[0]?.ago).toBeLessThan(60)
    })
    await back('seen_at', '121 minutes')
    expect(await isIn(idle.cookie)).toBe(false)

    const busy = await signedIn(secret)
    await back('ends_at', '11 hours 59 minutes')
    expect(await isIn(busy.cookie)).toBe(true)
    await back('ends_at', '2 minutes')
    expect(await isIn(busy.cookie)).toBe(false)
  })

  test('is out with its token, which may end before', async () => {
    const { secret } = await newToken({ lastsMs: 3_600_000 })
    const response = await signIn(app(), { token: secret })
    const { endsAt } = (await response.json()) as { endsAt: string }
    expect(Date.parse(endsAt) - Date.now()).toBeLessThanOrEqual(3_600_000)
    expect(Number(/Max-Age=(\d+)/.exec(response.headers.get('set-cookie') ?? '')?.[1])).toBeLessThanOrEqual(
      3_601,
    )
  })
})

const jsonType = browser['content-type']
test.each([
  ['no JSON', '{', jsonType, 400, 'malformed'],
  ['no JSON by its type', '{"token": "Pelican"}', 'text/plain', 415, 'wrong_type'],
  ['neither of both', '{"Pelican": "Pelican"}', jsonType, 422, 'invalid'],
  ['a secret that is no text', '{"token": ["Pelican"]}', jsonType, 422, 'invalid'],
  ['a secret that is too long', `{"link": "${'Pelican'.repeat(50)}"}`, jsonType, 422, 'invalid'],
  ['far too much', `{"link": "${'Pelican'.repeat(5_000)}"}`, jsonType, 413, 'too_large'],
] as const)('%s is no sign-in, and nothing of it is repeated', async (_what, body, type, status, code) => {
  const headers = { ...browser, 'content-type': type }
  const response = await app().request(`${origin}/v1/sign-in`, { method: 'POST', headers, body })
  const text = await response.text()
  expect(JSON.parse(text)).toMatchObject({ status, code })
  expect(response.status).toBe(status)
  expect(text).not.toContain('Pelican')
})

describe('a link', () => {
  const secretOf = (link: { url: string } | undefined) => new URL(link?.url ?? origin).hash.slice(1)
  const page = `${origin}/sign-in`

  test('signs one browser in, once, whoever opens it at the same time', async () => {
    const link = await createSignInLink(db.database, { operator, page })
    expect(link?.url.startsWith(`${page}#`)).toBe(true)
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => (await signIn(app(), { link: secretOf(link) })).status),
    )
    expect(answers.toSorted((a, b) => a - b)).toEqual([200, 401, 401, 401])
  })

  test('is over after a quarter of an hour', async () => {
    const link = await createSignInLink(db.database, { operator, page })
    await db.database.query(`update sign_in_link set expires_at = expires_at - interval '15 minutes'`)
    expect((await signIn(app(), { link: secretOf(link) })).status).toBe(401)
  })

  test('is no token, and nobody can take its name for another', async () => {
    const link = await createSignInLink(db.database, { operator, page })
    expect((await signIn(app(), { token: `${tokenPrefix}${secretOf(link)}` })).status).toBe(401)
    expect(await authenticate(bearer(`${tokenPrefix}${secretOf(link)}`))).toBeUndefined()
    const before = (await tokens().list()).items.find(({ name }) => name === 'start')
    await tokens().revoke('start')
    expect((await signIn(app(), { link: secretOf(link) })).status).toBe(401)
    await createSignInLink(db.database, { operator, page })
    expect(
      (await tokens().list()).items.find(({ name, isValid }) => name === 'start' && isValid)?.id,
    ).not.toBe(before?.id)
  })
})

describe('too many failures', () => {
  const wrong = (start = 'AAAAAAAA') =>
    `${tokenPrefix}${start}${Array.from({ length: 35 }, () => 'abcdefghij'[Math.floor(Math.random() * 10)]).join('')}`

  test('of one token are stopped, from whatever address, and it is said how long', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await signIn(app(), { token: wrong('BBBBBBBB') })).status)
    expect(statuses).toEqual(Array.from({ length: 5 }, () => 401))
    const response = await signIn(app(), { token: wrong('BBBBBBBB') })
    expect(response.status).toBe(429)
    expect(await response.json()).toMatchObject({ code: 'too_many_requests', status: 429 })
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(800)
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(900)
    expect((await signIn(app(), { token: wrong('CCCCCCCC') })).status).toBe(401)
  })

  test('from one address are stopped in every process, and another address goes on', async () => {
    const other = openDatabase(db.url, { maxConnections: 2 })
    try {
      const here = app({ from: '198.51.100.7' })
      const there = app({ from: '::ffff:198.51.100.7', database: other })
      const start = (i: number) => String(i).padStart(8, 'D')
      for (let i = 0; i < 30; i++)
        expect((await signIn(i % 2 === 0 ? here : there, { token: wrong(start(i)) })).status).toBe(401)
      const { secret } = await newToken()
      expect((await signIn(here, { token: secret })).status).toBe(429)
      expect((await signIn(there, { token: secret })).status).toBe(429)
      expect((await signIn(app(), { token: secret })).status).toBe(200)
    } finally {
      await other.end()
    }
  })

  test('are not counted where they were none', async () => {
    const { secret } = await newToken()
    const routes = app()
    for (let i = 0; i < 40; i++) expect((await signIn(routes, { token: secret })).status).toBe(200)
  })

  test('keep neither an address nor a piece of a token', async () => {
    await signIn(app({ from: '203.0.113.9' }), { token: wrong('EEEEEEEE') })
    const { rows } = await db.database.query<{ key: string }>('select key from sign_in_attempt')
    expect(rows.length).toBeGreaterThan(0)
    for (const { key } of rows) expect(key).toMatch(/^(address|token):[0-9a-f]{64}$/)
  })
})

test('a Postgres that is away is said to be, and lets nobody in', async () => {
  const { secret } = await newToken()
  const away = openDatabase('postgresql://nobody@127.0.0.1:1/none', { maxConnections: 1 })
  try {
    const expected = { name: 'CarillonError', code: 'unreachable' }
    const { authenticate: ask } = createAuthentication({ database: away })
    await expect(ask(bearer(secret))).rejects.toMatchObject(expected)
    const response = await signIn(app({ database: away }), { token: secret })
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'unreachable' })
  } finally {
    await away.end()
  }
})

test('whatever is in the header, nobody is let in and nothing breaks', async () => {
  const { authenticate: ask } = createAuthentication({ database: db.database })
  const header = fc.string({
    unit: fc.constantFrom('B', 'e', 'Bearer ', ' ', 'carillon_', '_', '-', '=', ';', "'", 'a'),
  })
  await fc.assert(
    fc.asyncProperty(header, header, async (authorization, cookie) => {
      const headers = { authorization, cookie: `__Host-carillon=${cookie}; carillon=${cookie}` }
      expect(await ask(new Request(origin, { headers }))).toBeUndefined()
      expect(await ask(new Request(origin, { headers: { cookie: headers.cookie } }))).toBeUndefined()
    }),
    { numRuns: 300 },
  )
})
