import { EventSource } from 'eventsource'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { scopes } from '../../src/client/operators/scopes.js'
import { parseConfig } from '../../src/config.js'
import { adviceFor } from '../../src/domain/failures.js'
import { createLogger } from '../../src/logging.js'
import { insertOperator } from '../../src/store/operators/operators.js'
import { testKey } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
let api: RunningApi
let owner: string
let phones = 15_550_004_801
const open: EventSource[] = []

beforeAll(async () => {
  system = await startSystem()
  api = await serve('0')
  owner = (await system.client.tokens.create({ name: 'owner', role: 'owner' })).secret
})
afterEach(() => {
  for (const source of open.splice(0)) source.close()
})
afterAll(async () => {
  await api.close()
  await system.close()
})

async function serve(port: string): Promise<RunningApi> {
  const config = parseConfig({
    DATABASE_URL: system.databaseUrl,
    CARILLON_API_PORT: port,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
  })
  const { address: temporalAddress, namespace: temporalNamespace, databaseUrl } = system
  const running = await serveApi(
    { ...config, temporalAddress, temporalNamespace, databaseUrl },
    createLogger('silent'),
  )
  if (!running) throw new Error('it does not listen')
  return running
}

const bearing = (token: string) => ({ authorization: `Bearer ${token}` })

async function newAccount(id: string): Promise<string> {
  const phone = String(phones++)
  await system.whatsapp.createAccount({ phone })
  await system.client.accounts.add({ id })
  return phone
}

async function begin(id: string, body: object = { method: 'qr' }): Promise<void> {
  const begun = await fetch(`${api.url}/v1/accounts/${id}/pairing`, {
    method: 'POST',
    headers: { ...bearing(owner), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(begun.status).toBe(202)
}

/** As a page does, but with a token in place of its cookie. */
function watch(id: string, { token = owner }: { token?: string } = {}) {
  const source = new EventSource(`${api.url}/v1/accounts/${id}/pairing/events`, {
    fetch: async (url, init) =>
      await fetch(url, { ...init, headers: { ...init.headers, ...bearing(token) } }),
  })
  open.push(source)
  const told: { name: string; data: Record<string, unknown> }[] = []
  for (const name of ['pairing', 'over', 'reconnect'])
    source.addEventListener(name, ({ data }) =>
      told.push({ name, data: JSON.parse(String(data)) as Record<string, unknown> }),
    )
  const of = (name: string) => told.filter((event) => event.name === name).map(({ data }) => data)
  return { source, of, names: () => told.map(({ name }) => name) }
}

async function codeOf(watched: ReturnType<typeof watch>): Promise<string> {
  return await eventually(() => {
    const challenge = watched.of('pairing').at(-1)?.['challenge']
    expect(challenge).toEqual(expect.any(String))
    return String(challenge)
  })
}

test('a QR code is shown as soon as there is one, scanned, and the stream ends with the account linked', async () => {
  const phone = await newAccount('office')
  await begin('office')
  const watched = watch('office')
  const qr = await codeOf(watched)
  await system.whatsapp.scanQr({ account: phone, qr })
  await eventually(() =>
    expect(watched.of('over')).toEqual([{ linked: true, state: 'connected', stateDetail: null }]),
  )
  expect(watched.of('pairing').at(-1)).toMatchObject({ state: 'connected', method: null, challenge: null })
  await eventually(() => expect(watched.source.readyState).toBe(EventSource.CLOSED))
  expect(watched.names()).not.toContain('reconnect')
})

test('a code that nobody uses is over with the reason', async () => {
  await newAccount('nobody')
  await begin('nobody', { method: 'qr', timeoutMs: 3_000 })
  const watched = watch('nobody')
  await codeOf(watched)
  await eventually(() =>
    expect(watched.of('over')).toEqual([
      {
        linked: false,
        state: 'logged_out',
        stateDetail: adviceFor('PairingExpired', undefined),
        said: { stateDetail: { code: 'PairingExpired', values: {} } },
      },
    ]),
  )
})

test('a process that stops hands its clients to the next, and the account is linked through that', async () => {
  const phone = await newAccount('moved')
  await begin('moved')
  const watched = watch('moved')
  await codeOf(watched)
  const { port } = new URL(api.url)
  const before = watched.of('pairing').length
  await api.close()
  await eventually(() => expect(watched.names()).toContain('reconnect'))
  api = await serve(port)
  await eventually(() => expect(watched.of('pairing').length).toBeGreaterThan(before))
  await system.whatsapp.scanQr({ account: phone, qr: await codeOf(watched) })
  await eventually(() => expect(watched.of('over')).toMatchObject([{ linked: true }]))
})

test('it is for owners, and of others it says what it says of what is not there', async () => {
  await newAccount('mine')
  await begin('mine')
  const { client, database, temporal } = system
  await insertOperator(database, { id: 'acme', actor: 'test' })
  const acme = scopes({ temporal, database })({ operatorId: 'acme', name: 'ci', role: 'owner' })
  const { secret: foreign } = await acme.tokens.create({ name: 'owner', role: 'owner' })
  const { secret: editor } = await client.tokens.create({ name: 'editor', role: 'editor' })
  const ask = async (id: string, headers: Record<string, string>) => {
    const answer = await fetch(`${api.url}/v1/accounts/${id}/pairing/events`, { headers })
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      text: (await answer.text()).replaceAll(id, '…').replace(/"requestId":"[^"]*"/, ''),
    }
  }
  expect((await ask('mine', {})).status).toBe(401)
  expect((await ask('mine', bearing(editor))).status).toBe(403)
  const hidden = await ask('mine', bearing(foreign))
  expect(hidden).toMatchObject({ status: 404, type: 'application/problem+json' })
  expect(hidden).toEqual(await ask('none', bearing(foreign)))
})

test('what is shown is for no cache, on a connection of its own, and is not in the log of events', async () => {
  await newAccount('quiet')
  await begin('quiet')
  const qr = await codeOf(watch('quiet'))
  const controller = new AbortController()
  const answer = await fetch(`${api.url}/v1/accounts/quiet/pairing/events`, {
    headers: bearing(owner),
    signal: controller.signal,
  })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('connection')).toBe('close')
  controller.abort()
  const { rows } = await system.database.query<{ data: unknown }>('select data from event')
  expect(JSON.stringify(rows)).not.toContain(qr.slice(0, 40))
})
