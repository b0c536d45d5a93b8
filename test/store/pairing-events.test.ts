import { createAdaptorServer } from '@hono/node-server'
import { EventSource } from 'eventsource'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { EventHub } from '../../src/api/events/hub.js'
import { eventRoutes, type EventRoutes } from '../../src/api/events/routes.js'
import { createLogger } from '../../src/logging.js'
import {
  clearPairing,
  findPairingRequest,
  pairingView,
  requestPairing,
  saveChallenge,
} from '../../src/store/accounts/pairing.js'
import { watchEvents } from '../../src/store/events/event-log.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'

let db: TestDatabase
let api: Api
const open: EventSource[] = []
const path = '/v1/accounts/office/pairing/events'

beforeAll(async () => {
  db = await createTestDatabase()
  await registerOperator(db.database, 'school')
  await registerOperator(db.database, 'other')
})
afterAll(() => db.close())
beforeEach(async () => {
  await db.database.query('delete from event; delete from event_log; delete from account')
  await db.database.query(`insert into account (id, operator) values ('office', 'school')`)
  api = await serve()
})
afterEach(async () => {
  for (const source of open.splice(0)) source.close()
  await api.close()
})

const begin = async (forMs = 300_000) =>
  await requestPairing(db.database, { accountId: 'office', method: 'qr', forMs, mayBeOther: false })
const asked = async (): Promise<{ accountId: string; until: string }> => {
  const request = await findPairingRequest(db.database, 'office')
  if (request === undefined) throw new Error('nobody has asked')
  return request
}
const show = async (challenge: string) => await saveChallenge(db.database, { ...(await asked()), challenge })
const become = async (state: string, detail: string | null = null) =>
  await db.database.query(
    `update account set state = $1, state_detail = $2, state_since = clock_timestamp() where id = 'office'`,
    [state, detail],
  )

test('what is shown by whoever served an earlier request is not shown to who asked in another way, and does not end it', async () => {
  await begin()
  const earlier = await asked()
  await requestPairing(db.database, {
    accountId: 'office',
    method: 'code',
    phoneNumber: '15550001001',
    forMs: 300_000,
    mayBeOther: false,
  })
  await saveChallenge(db.database, { ...earlier, challenge: 'a QR code' })
  expect(await pairingView(db.database, 'office')).toMatchObject({ method: 'code', challenge: null })
  await clearPairing(db.database, earlier)
  await show('ABCD1234')
  expect(await pairingView(db.database, 'office')).toMatchObject({ method: 'code', challenge: 'ABCD1234' })
})

test('each code is told once, to all who watch, and then that it is over; nothing comes after', async () => {
  await begin()
  const [one, two] = [watch(), watch()]
  await eventually(() => expect(one.challenges()).toEqual([null]))
  await become('pairing')
  for (const code of ['code-1', 'code-2', 'code-3']) {
    await show(code)
    await eventually(() => expect(one.challenges().at(-1)).toBe(code))
  }
  await eventually(() => expect(two.challenges().at(-1)).toBe('code-3'))
  // Linked: the request is taken away, and then the state is another one.
  await clearPairing(db.database, await asked())
  await eventually(() => expect(one.of('pairing').at(-1)).toMatchObject({ method: null, state: 'pairing' }))
  expect(one.of('over')).toEqual([])
  await become('connected')
  for (const watched of [one, two]) {
    await eventually(() =>
      expect(watched.of('over')).toEqual([{ linked: true, state: 'connected', stateDetail: null }]),
    )
    expect(watched.challenges().filter((code) => code !== null)).toEqual(['code-1', 'code-2', 'code-3'])
    // It comes again with the id of the last event, and is told not to.
    await eventually(() => expect(watched.source.readyState).toBe(EventSource.CLOSED))
  }
  expect(api.events.count()).toBe(0)
})

test('a pairing that fails is over with the reason, once that is known', async () => {
  await begin()
  await become('pairing')
  const one = watch()
  await show('code-1')
  await eventually(() => expect(one.challenges()).toContain('code-1'))
  await clearPairing(db.database, await asked())
  await become('logged_out', 'Nobody used the code in time.')
  await eventually(() =>
    expect(one.of('over')).toEqual([
      { linked: false, state: 'logged_out', stateDetail: 'Nobody used the code in time.' },
    ]),
  )
})

test('what failed before, and was asked for again, is not over', async () => {
  await become('logged_out', 'unlinked on the phone')
  await begin()
  const one = watch()
  await eventually(() => expect(one.of('pairing')).toHaveLength(1))
  await become('pairing')
  await eventually(() => expect(one.of('pairing').at(-1)).toMatchObject({ state: 'pairing' }))
  expect(one.of('over')).toEqual([])
})

test('one that nobody takes up in time is over then, and one that somebody has when that says so', async () => {
  await begin()
  const one = watch()
  await eventually(() => expect(one.of('pairing')).toHaveLength(1))
  await become('pairing')
  await eventually(() => expect(one.of('pairing').at(-1)).toMatchObject({ state: 'pairing' }))
  await db.database.query(`update pairing set expires_at = now()`)
  await eventually(() =>
    expect(Date.parse(String(one.of('pairing').at(-1)?.['expiresAt']))).toBeLessThan(Date.now()),
  )
  expect(one.of('over')).toEqual([])
  await become('new')
  await eventually(() => expect(one.of('over')).toMatchObject([{ linked: false, state: 'new' }]))
  await eventually(() => expect(one.source.readyState).toBe(EventSource.CLOSED))
  await begin()
  const next = watch()
  await eventually(() => expect(next.of('pairing')).toHaveLength(1))
  expect(next.of('over')).toEqual([])
})

test('where nobody is linking it, that is said at once', async () => {
  const one = watch()
  await eventually(() => expect(one.of('over')).toMatchObject([{ linked: false, state: 'new' }]))
  const back = await fetch(api.url(path), { headers: { 'last-event-id': 'over-0' } })
  expect(back.status).toBe(204)
  await begin()
  // Another one has begun.
  const again = await fetch(api.url(path), { headers: { 'last-event-id': 'over-0' } })
  expect(again.status).toBe(200)
  await again.body?.cancel()
})

test('an account that is taken away, and added by somebody else, is over', async () => {
  await begin()
  await show('code-1')
  const one = watch()
  await eventually(() => expect(one.challenges()).toEqual(['code-1']))
  await db.database.query(`update account set operator = 'other' where id = 'office'`)
  await show('a code of somebody else')
  await eventually(() => expect(one.of('over')).toMatchObject([{ linked: false, state: 'removed' }]))
  expect(one.challenges()).toEqual(['code-1'])
})

test('each write notifies, with the account and nothing of what is shown, while somebody listens', async () => {
  const heard: (string | undefined)[] = []
  const client = new Client({ connectionString: db.url })
  client.on('notification', ({ payload }) => heard.push(payload))
  await client.connect()
  try {
    await client.query('listen carillon_event')
    // A log that is written, and nobody who listens.
    await watchEvents(db.database, { listensMs: 0 })
    await begin()
    await client.query('select 1')
    expect(heard).toEqual([])
    const one = watch()
    await eventually(() => expect(one.of('pairing')).toHaveLength(1))
    await begin()
    await show('code-1')
    await clearPairing(db.database, await asked())
    // Notifications come in the order of the commits, before the answer to what is asked after them.
    await client.query('select 1')
    expect(heard).toEqual(['pairing:office', 'pairing:office', 'pairing:office'])
  } finally {
    await client.end()
  }
})

test('a hundred who watch share one connection', async () => {
  await begin()
  const all = Array.from({ length: 100 }, () => watch())
  for (const one of all) await eventually(() => expect(one.of('pairing')).toHaveLength(1))
  await show('code-1')
  for (const one of all) await eventually(() => expect(one.challenges()).toEqual([null, 'code-1']))
  const { rows } = await db.database.query<{ count: number }>(
    `select count(*) as count from pg_stat_activity where application_name = 'carillon events' and datname = current_database()`,
  )
  expect(rows[0]?.count).toBe(1)
})

test('whoever loses Postgres is told what came meanwhile', async () => {
  await begin()
  const one = watch()
  await eventually(() => expect(one.of('pairing')).toHaveLength(1))
  await db.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'carillon events'
       and datname = current_database()`,
  )
  await show('code-1')
  await eventually(() => expect(one.challenges()).toEqual([null, 'code-1']))
})

test('at a drain it ends with the hint to come again, and goes on in another process', async () => {
  await begin()
  await show('code-1')
  const one = watch()
  await eventually(() => expect(one.challenges()).toEqual(['code-1']))
  api.events.drain()
  await eventually(() => expect(one.names()).toContain('reconnect'))
  const { port } = api
  await api.close()
  api = await serve(port)
  await show('code-2')
  await eventually(() => expect(one.challenges().at(-1)).toBe('code-2'))
  expect(one.of('over')).toEqual([])
})

test('whose token is revoked is told no more', async () => {
  await begin()
  const one = watch()
  await eventually(() => expect(one.of('pairing')).toHaveLength(1))
  api.revoke()
  await eventually(() => expect(one.names()).toContain('reconnect'))
})

type Api = {
  port: number
  url(path: string): string
  events: EventRoutes
  revoke(): void
  close(): Promise<void>
}

async function serve(at = 0): Promise<Api> {
  const hub = new EventHub({ databaseUrl: db.url, database: db.database, logger: createLogger('silent') })
  const revoked = new AbortController()
  const events = eventRoutes({
    hub,
    viewerOf: () => ({ scope: 'school' }),
    pairingViewerOf: async (_context, accountId) => {
      const view = await pairingView(db.database, accountId)
      if (view === undefined) throw new Error('the account is there')
      return { operator: 'school', view, until: revoked.signal }
    },
  })
  const server = createAdaptorServer({ fetch: new Hono().route('/v1', events.routes).fetch }) as Server
  server.listen(at, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let closed: Promise<void> | undefined
  return {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    events,
    revoke: () => revoked.abort(),
    close() {
      closed ??= (async () => {
        hub.close()
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      })()
      return closed
    },
  }
}

/** By the EventSource that browsers have. */
function watch() {
  const source = new EventSource(api.url(path))
  open.push(source)
  const told: { name: string; data: Record<string, unknown> }[] = []
  for (const name of ['pairing', 'over', 'reconnect'])
    source.addEventListener(name, ({ data }) =>
      told.push({ name, data: JSON.parse(String(data)) as Record<string, unknown> }),
    )
  const of = (name: string) => told.filter((event) => event.name === name).map(({ data }) => data)
  return {
    source,
    of,
    names: () => told.map(({ name }) => name),
    challenges: () => of('pairing').map(({ challenge }) => challenge),
  }
}
