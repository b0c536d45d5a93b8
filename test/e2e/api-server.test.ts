import { connect } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { createReadiness } from '../../src/api/readiness.js'
import { allRoutes } from '../../src/api/v1/routes/all.js'
import { createCarillonClient } from '../../src/client/client.js'
import { parseConfig } from '../../src/config.js'
import { createLogger } from '../../src/logging.js'
import { apiOf, type Send } from '../support/api.js'
import { testKey, createTestDatabase, type TestDatabase } from '../support/database.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

let testDatabase: TestDatabase
let namespace: TestNamespace
let api: RunningApi
let send: Send
let token: string
let calendarToken: string
const logger = createLogger('silent')

beforeAll(async () => {
  ;[testDatabase, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
  const { database } = testDatabase
  send = apiOf({ temporal: namespace.temporal, database, operator: 'school' }).send
  const config = parseConfig({
    TEMPORAL_ADDRESS: namespace.address,
    TEMPORAL_NAMESPACE: namespace.namespace,
    DATABASE_URL: testDatabase.url,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
    CARILLON_API_PORT: '0',
    CARILLON_OPERATOR: 'school',
  })
  const addresses = { temporalAddress: namespace.address, databaseUrl: testDatabase.url }
  const running = await serveApi({ ...config, ...addresses }, logger)
  if (!running) throw new Error('it does not listen')
  api = running
  const { tokens } = createCarillonClient({ temporal: namespace.temporal, database, operator: 'school' })
  token = (await tokens.create({ name: 'office', role: 'owner' })).secret
  calendarToken = (await tokens.create({ name: 'wall', role: 'calendar' })).secret
})
afterAll(async () => {
  await api.close()
  await namespace.close()
  await testDatabase.close()
})

const get = async (path: string, authorization?: string) =>
  await fetch(`${api.url}${path}`, authorization === undefined ? {} : { headers: { authorization } })

test('a token opens /v1, and nothing else does', async () => {
  expect((await get('/v1/accounts')).status).toBe(401)
  expect((await get('/v1/accounts', `Bearer ${token.slice(1)}`)).status).toBe(401)
  const answer = await get('/v1/accounts', `Bearer ${token}`)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ accounts: [] })
})

test('the feed has a token of its own, which opens nothing else', async () => {
  const feed = await get(`/v1/calendar.ics?token=${calendarToken}`)
  expect(feed.status).toBe(200)
  expect(await feed.text()).toContain('BEGIN:VCALENDAR')
  expect((await get('/v1/accounts', `Bearer ${calendarToken}`)).status).toBe(403)
  expect((await get('/v1/events', `Bearer ${calendarToken}`)).status).toBe(403)
  // An address is seen by many: no other token belongs into one.
  const other = await get(`/v1/calendar.ics?token=${token}`)
  expect(other.status).toBe(403)
  expect(await other.text()).toContain("must have the role 'calendar'")
  expect((await get('/v1/calendar.ics?token=carillon_none')).status).toBe(401)
  // What no header can have is no token either.
  expect((await get(`/v1/calendar.ics?token=${encodeURIComponent('Grup ȘCOALĂ')}`)).status).toBe(401)
})

test('how all is concerns all accounts, so a token for some is not told', async () => {
  const { database } = testDatabase
  const client = createCarillonClient({ temporal: namespace.temporal, database, operator: 'school' })
  await client.accounts.add({ id: 'office' })
  const { secret } = await client.tokens.create({ name: 'desk', role: 'owner', accounts: ['office'] })
  expect((await get('/v1/system', `Bearer ${secret}`)).status).toBe(403)
  expect((await get('/v1/system', `Bearer ${token}`)).status).toBe(200)
})

test('who watches is told no more once the token is revoked', async () => {
  const { database } = testDatabase
  const { tokens } = createCarillonClient({ temporal: namespace.temporal, database, operator: 'school' })
  const { secret } = await tokens.create({ name: 'screen', role: 'viewer' })
  expect((await get('/v1/events')).status).toBe(401)
  const answer = await get('/v1/events', `Bearer ${secret}`)
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  await tokens.revoke('screen')
  // It ends by itself.
  expect(await answer.text()).toContain('event: reconnect')
  expect((await get('/v1/events', `Bearer ${secret}`)).status).toBe(401)
})

test('a browser signs in under /v1/sign-in', async () => {
  const answer = await fetch(`${api.url}/v1/sign-in`, {
    method: 'POST',
    headers: { origin: api.url, 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  expect(answer.status).toBe(200)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const shown = await fetch(`${api.url}/v1/accounts`, { headers: { cookie } })
  expect(shown.status).toBe(200)
})

test.each([
  ['/v1/sign-in', 'PUT', 'GET, POST, DELETE'],
  ['/v1/sign-in/everywhere', 'POST', 'GET, DELETE'],
  ['/v1/events', 'POST', 'GET'],
  ['/v1/runs/run%3Aschool%2Fnone/events', 'DELETE', 'GET'],
  ['/v1/calendar.ics', 'PATCH', 'GET'],
])('%s takes no %s, and says what it takes', async (path, method, allowed) => {
  const answer = await fetch(`${api.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed])
})

test('it says whether it is ready, and why not', async () => {
  expect((await get('/healthz')).status).toBe(200)
  const ready = await get('/readyz')
  // No worker runs here.
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'degraded',
    checks: { temporal: 'ok', postgres: 'ok', migrations: 'ok', sessions: 'none' },
  })
})

test('a standby and tables of another version are not ready', async () => {
  const { database, url } = testDatabase
  const { temporal } = namespace
  const look = createReadiness({ temporal, database, logger })
  await database.query(`insert into migration (name) values ('9999_of_a_newer_version.sql')`)
  expect(await look()).toMatchObject({ postgres: 'ok', migrations: 'other' })
  await database.query(`delete from migration where name like '9999%'`)
  const name = new URL(url).pathname.slice(1)
  await database.query(`alter database ${name} set default_transaction_read_only = on`)
  const { openDatabase } = await import('../../src/store/database.js')
  const readOnly = openDatabase(url, { maxConnections: 1 })
  try {
    const lookAgain = createReadiness({ temporal, database: readOnly, logger })
    expect(await lookAgain()).toMatchObject({ postgres: 'readOnly' })
  } finally {
    await readOnly.end()
    await database.query('set default_transaction_read_only = off')
    await database.query(`alter database ${name} reset default_transaction_read_only`)
  }
})

test('headers that are too long are refused, and one that never ends keeps nothing open', async () => {
  const answer = await fetch(`${api.url}/healthz`, { headers: { 'x-long': 'x'.repeat(20_000) } })
  expect(answer.status).toBe(431)
  const { hostname, port } = new URL(api.url)
  const startedMs = Date.now()
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n'))
    socket.on('data', () => undefined)
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
  expect(Date.now() - startedMs).toBeLessThan(30_000)
})

test.each(allRoutes.filter(({ body }) => body !== undefined).map((route) => [route.id, route] as const))(
  '%s takes no JSON that is no object, and says so',
  async (_id, { method, path }) => {
    for (const body of [null, [], 5, 'x', true, [null], { reminders: [null] }]) {
      const answer = await send(method.toUpperCase(), `/v1${path.replaceAll(/\{\w+\}/g, 'x')}`, { body })
      expect(answer.status, `${JSON.stringify(body)}: ${answer.text}`).toBeGreaterThanOrEqual(400)
      expect(answer.status, `${JSON.stringify(body)}: ${answer.text}`).toBeLessThan(500)
    }
  },
)

test('an image is uploaded, stored once, and named in a reminder; a path on this machine is none', async () => {
  await send('POST', '/v1/accounts', { body: { id: 'office' } })
  const png = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#f00' } })
    .png()
    .toBuffer()
  const upload = async (body: Uint8Array, type = 'image/png') =>
    await send('POST', '/v1/media', { body, headers: { 'content-type': type } })
  const first = await upload(png)
  expect(first).toMatchObject({ status: 201, body: { width: 40, height: 30, mime: 'image/png' } })
  expect((await upload(png)).text).toBe(first.text)
  const { rows } = await testDatabase.database.query('select digest from media')
  expect(rows).toHaveLength(1)
  expect(await upload(Buffer.from('%PDF-1.7'), 'application/pdf')).toMatchObject({ status: 415 })
  expect(await upload(Buffer.from('GIF89a'))).toMatchObject({ status: 422, body: { code: 'invalid' } })
  expect(await upload(new Uint8Array(17 * 1024 * 1024))).toMatchObject({ status: 413 })

  const { media } = first.body as { media: string }
  const reminder = { key: 'poster', to: '120363000000000001@g.us', at: '2035-01-01 08:00', zone: 'UTC' }
  const preview = async (image: string) =>
    await send('POST', '/v1/preview', { body: { ...reminder, image, caption: 'See you!' } })
  expect(await preview(media)).toMatchObject({
    status: 200,
    body: { messages: [{ parts: [{ kind: 'image', digest: media, width: 40 }] }] },
  })
  for (const path of ['/etc/passwd', 'package.json', '0'.repeat(64)])
    expect(await preview(path)).toMatchObject({
      status: 422,
      body: { issues: [{ field: 'image', expected: expect.stringContaining('uploaded') }] },
    })
})
