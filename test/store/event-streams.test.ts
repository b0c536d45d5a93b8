import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import { request, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { unauthorized } from '../../src/api/caller.js'
import { EventHub } from '../../src/api/events/hub.js'
import { ProgressLooks } from '../../src/api/events/progress-looks.js'
import { eventRoutes, type EventDependencies, type EventRoutes } from '../../src/api/events/routes.js'
import type { Scope } from '../../src/api/events/scope.js'
import { createLogger } from '../../src/logging.js'
import { inTransaction } from '../../src/store/database.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import { liveApi } from '../support/api.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'

let db: TestDatabase
let api: Api
const watching: { leave: () => void }[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  await registerOperator(db.database, 'school')
})
afterAll(() => db.close())
beforeEach(async () => {
  await db.database.query('delete from event; delete from event_log; delete from run; delete from reminder')
  await db.database.query('delete from account')
  api = await serve()
})
afterEach(async () => {
  for (const one of watching.splice(0)) one.leave()
  await api.close()
})

test('who comes back with the id of the last event is told what it missed, by a process that has just started', async () => {
  const first = await watch('/v1/events')
  await addAccount('a1')
  await eventually(() => expect(first.states()).toEqual(['a1 new']))
  first.leave()
  for (let i = 0; i < 1_500; i++) await addAccount(`b${i}`)
  await api.close()
  api = await serve()
  const back = await watch('/v1/events', { lastEventId: first.lastId() })
  // More than a process reads of the log when it starts: the rest is read for who asks.
  await eventually(() => expect(back.states()).toHaveLength(1_500))
  expect(new Set(back.states()).size).toBe(1_500)
  expect(back.names()).not.toContain('reset')
  await addAccount('c')
  await eventually(() => expect(back.states().at(-1)).toBe('c new'))
  expect(back.ids()).toEqual([...new Set(back.ids())])
})

test.each([
  ['of another log', async () => '12345-1-1'],
  ['that is none of ours', async () => 'abc'],
  [
    'older than what is kept',
    async (id: string) => {
      await addAccount('gone')
      await db.database.query(`update event_log set kept_xid = pg_current_xact_id()`)
      return id
    },
  ],
])('an id %s is answered with a reset, and what follows is told', async (_what, makeId) => {
  const first = await watch('/v1/events')
  await eventually(() => expect(first.names()).toContain('ready'))
  const lastEventId = await makeId(first.lastId())
  await api.close()
  api = await serve()
  const back = await watch('/v1/events', { lastEventId })
  await eventually(() => expect(back.names()).toEqual(['reset']))
  await addAccount('after')
  await eventually(() => expect(back.states()).toEqual(['after new']))
  expect(back.lastId()).not.toBe(lastEventId)
})

test('whoever loses Postgres goes on once it is back, and nothing is missing', async () => {
  const one = await watch('/v1/events')
  await eventually(() => expect(one.names()).toContain('ready'))
  await db.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'carillon events'
       and datname = current_database()`,
  )
  for (let i = 0; i < 20; i++) await addAccount(`a${i}`)
  await eventually(() => expect(one.states()).toHaveLength(20))
  expect(one.names().filter((name) => name === 'ready')).toHaveLength(1)
})

test('what an older transaction holds up comes once that is over', async () => {
  const one = await watch('/v1/events')
  await addAccount('first')
  await eventually(() => expect(one.states()).toEqual(['first new']))
  await inTransaction(db.database, async (slow) => {
    await slow.query(`update account set state = 'pairing' where id = 'first'`)
    await addAccount('second')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(one.states()).toEqual(['first new'])
  })
  await eventually(() => expect(one.states()).toEqual(['first new', 'first pairing', 'second new']))
})

test('the first who watches is ready once what was under way is over: it is in the state that is read, or it is told', async () => {
  await addAccount('first')
  let first: Awaited<ReturnType<typeof watch>> | undefined
  await inTransaction(db.database, async (slow) => {
    // Nobody watches yet, so that this is no event.
    await slow.query(`update account set state = 'pairing' where id = 'first'`)
    const beginning = watch('/v1/events').then((one) => (first = one))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(first).toBeUndefined()
    void beginning
  })
  await eventually(() => expect(first?.names()).toEqual(['ready']))
  await db.database.query(`update account set state = 'connected' where id = 'first'`)
  await eventually(() => expect(first?.states()).toEqual(['first connected']))
})

test('each stream has what its scope has', async () => {
  scopes['accounts'] = ({ operator, accountId }) => operator === 'school' && accountId === 'mine'
  const [school, other, some] = await Promise.all([
    watch('/v1/events?as=school'),
    watch('/v1/events?as=other'),
    watch('/v1/events?as=accounts'),
  ])
  for (const one of [school, other, some]) await eventually(() => expect(one.names()).toContain('ready'))
  await addAccount('mine')
  await addAccount('yours', 'other')
  await addAccount('last')
  await eventually(() => expect(school.states()).toEqual(['mine new', 'last new']))
  await eventually(() => expect(other.states()).toEqual(['yours new']))
  expect(some.states()).toEqual(['mine new'])
})

test('one that may not watch has its answer, and one that may no longer is ended', async () => {
  const nobody = await fetch(api.url('/v1/events?as=nobody'))
  expect(nobody.status).toBe(401)
  expect(await nobody.json()).toMatchObject({ code: 'unauthorized', status: 401 })
  const one = await watch('/v1/events')
  await eventually(() => expect(one.names()).toContain('ready'))
  api.revoke()
  await eventually(() => expect(one.isEnded()).toBe(true))
  expect(one.names()).toContain('reconnect')
})

test('at a drain each stream ends with the hint to come again, not all at once, and no new one begins', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, async () => await watch('/v1/events')))
  for (const one of all) await eventually(() => expect(one.names()).toContain('ready'))
  api.events.drain()
  for (const one of all) await eventually(() => expect(one.isEnded()).toBe(true))
  const waits = all.map((one) => one.retries().at(-1))
  expect(new Set(waits).size).toBeGreaterThan(1)
  for (const one of all) expect(one.names().at(-1)).toBe('reconnect')
  const late = await fetch(api.url('/v1/events'))
  expect(late.status).toBe(503)
  expect(late.headers.get('retry-after')).toBe('2')
  expect(late.headers.get('content-type')).toBe('application/problem+json')
  expect(await late.json()).toMatchObject({ code: 'not_ready', requestId: late.headers.get('x-request-id') })
  expect(api.events.count()).toBe(0)
})

test('a quiet stream has heartbeats, which carry the place to go on from', async () => {
  await api.close()
  api = await serve({ heartbeatMs: 50 })
  const one = await watch('/v1/events')
  await eventually(() => expect(one.names()).toContain('ready'))
  const before = one.lastId()
  await eventually(() => expect(one.comments()).toBeGreaterThan(2))
  // Something that is not for this stream moves the place on.
  await addAccount('yours', 'other')
  await eventually(() => expect(one.lastId()).not.toBe(before))
  expect(one.names()).toEqual(['ready'])
})

test('a client that reads nothing is cut off, takes no memory meanwhile, and disturbs nobody', async () => {
  await api.close()
  api = await serve({ stallMs: 1_500, heartbeatMs: 200 })
  const slow = await watch('/v1/events', { isReading: false })
  const quick = await watch('/v1/events')
  await eventually(() => expect(quick.names()).toContain('ready'))
  expect(api.events.count()).toBe(2)
  // More than sockets and their buffers take, and more than the ring has.
  for (let batch = 0; batch < 4; batch++)
    await db.database.query(
      `insert into account (id, operator) select $1 || n || repeat('x', 1500), 'school' from generate_series(1, 2500) n`,
      [`a${batch}-`],
    )
  await eventually(() => expect(quick.states()).toHaveLength(10_000), { timeoutMs: 60_000 })
  expect(quick.names()).not.toContain('reset')
  await eventually(() => expect(api.events.count()).toBe(1), { timeoutMs: 30_000 })
  slow.read()
  await eventually(() => expect(slow.isEnded()).toBe(true))
  expect(slow.states().length).toBeLessThan(10_000)
})

test('all who watch share one connection, and who leaves is forgotten', async () => {
  const one = await watch('/v1/events')
  await eventually(() => expect(one.names()).toContain('ready'))
  expect(await listeners()).toBe(1)
  await Promise.all(Array.from({ length: 10 }, async () => await watch('/v1/events')))
  expect(await listeners()).toBe(1)
  for (const each of watching.splice(0)) each.leave()
  await eventually(() => expect(api.events.count()).toBe(0))
})

test('the progress of a run is gathered: a thousand sends are a few events, and the last says all', async () => {
  const runId = await addRun(1_000)
  const one = await watch(`/v1/runs/${encodeURIComponent(runId)}/events`)
  const all = await watch('/v1/events')
  await eventually(() => expect(one.progress()).toEqual([0]))
  const startedMs = performance.now()
  for (let from = 0; from < 1_000; from += 10)
    await db.database.query(
      `with sent as (update send set state = 'acked', acked_at = now() where run_id = $1 and ordinal >= $2 and ordinal < $2 + 10)
       update target set state = 'delivered' where run_id = $1 and ordinal >= $2 and ordinal < $2 + 10`,
      [runId, from],
    )
  const seconds = (performance.now() - startedMs) / 1_000
  await eventually(() => expect(one.progress().at(-1)).toBe(1_000))
  await eventually(() => expect(all.progress().at(-1)).toBe(1_000))
  expect(one.progress()).toEqual(one.progress().toSorted((a, b) => a - b))
  // Two a second, the first and the last.
  expect(one.progress().length).toBeLessThanOrEqual(2 * seconds + 3)
  expect(one.progress().length).toBeGreaterThan(1)
  const missing = await fetch(api.url(`/v1/runs/${encodeURIComponent('run:school/none@x')}/events`))
  const foreign = await fetch(api.url(`/v1/runs/${encodeURIComponent(runId)}/events?as=other`))
  expect([missing.status, foreign.status]).toEqual([404, 404])
  // But for the id of the request, which each has of its own.
  const told = async (answer: Response) =>
    (await answer.text()).replace(answer.headers.get('x-request-id') ?? '', '')
  expect(await told(foreign)).toBe(await told(missing))
})

test('an id that no run can have is answered to who asks, and holds up nobody', async () => {
  const runId = await addRun(1)
  const answers = await Promise.all(
    ['%00', encodeURIComponent(runId)].map(async (id) => await fetch(api.url(`/v1/runs/${id}/events`))),
  )
  expect(answers.map(({ status }) => status)).toEqual([404, 200])
  for (const { body } of answers) await body?.cancel()
})

test('a run of somebody else is looked for as one that is not there', async () => {
  const runId = await addRun(1)
  const looks = new ProgressLooks()
  const own = looks.ask(runId, 'school')
  await looks.look(db.database)
  expect(await own).toMatchObject({ runId })
  // It is known now, and told to its own at once; the others wait for a look at what is there, whatever there is.
  expect(await looks.ask(runId, 'school')).toMatchObject({ runId })
  expect(looks.isAsked).toBe(false)
  for (const id of [runId, 'run:school/none@2026-01-01T00:00:00Z']) {
    const foreign = looks.ask(id, 'other')
    expect(looks.isAsked).toBe(true)
    await looks.look(db.database)
    await foreign
  }
})

test('HEAD and other methods open no stream', async () => {
  expect((await fetch(api.url('/v1/events'), { method: 'HEAD' })).status).toBe(200)
  expect((await fetch(api.url('/v1/events'), { method: 'POST' })).status).toBe(404)
  expect(api.events.count()).toBe(0)
})

async function addAccount(id: string, operator = 'school'): Promise<void> {
  await registerOperator(db.database, operator)
  await db.database.query(`insert into account (id, operator) values ($1, $2)`, [id, operator])
}

async function addRun(targets: number): Promise<string> {
  await addAccount('office')
  const runId = 'run:school/large@2026-11-24T06:00:00Z'
  await db.database.query(
    `insert into definition (digest, sealed_body) values (repeat('a', 64), '{}') on conflict do nothing`,
  )
  await db.database.query(
    `insert into reminder (operator, dedupe_key, account_id, digest) values ('school', 'large', 'office', repeat('a', 64))`,
  )
  await db.database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, started_at)
     values ($1, 'school', 'large', 'office', repeat('a', 64), now(), 5, 'running', now())`,
    [runId],
  )
  await db.database.query(
    `insert into target (run_id, ordinal, jid) select $1, n, n || '@g.us' from generate_series(0, $2 - 1) n`,
    [runId, targets],
  )
  await db.database.query(
    `insert into send (run_id, ordinal, part, message_id) select $1, n, 0, 'M' || n from generate_series(0, $2 - 1) n`,
    [runId, targets],
  )
  return runId
}

async function listeners(): Promise<number> {
  const { rows } = await db.database.query<{ count: number }>(
    `select count(*) as count from pg_stat_activity where application_name = 'carillon events' and datname = current_database()`,
  )
  return rows[0]?.count ?? -1
}

const scopes: Record<string, Scope> = { school: 'school', other: 'other' }

type Api = { url(path: string): string; events: EventRoutes; revoke(): void; close(): Promise<void> }

async function serve(limits: EventDependencies['limits'] = {}): Promise<Api> {
  const hub = new EventHub({ databaseUrl: db.url, database: db.database, logger: createLogger('silent') })
  const revoked = new AbortController()
  const events = eventRoutes({
    hub,
    limits,
    viewerOf: (context) => {
      const scope = scopes[context.req.query('as') ?? 'school']
      if (scope === undefined) throw unauthorized('Nobody is known by that.')
      return { scope, until: revoked.signal }
    },
  })
  const server = createAdaptorServer({ fetch: liveApi(events.routes).fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let closed: Promise<void> | undefined
  return {
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

type Told = { name: string; data: Record<string, unknown> }

/** Over a socket of its own; what is not read stays in it. */
async function watch(
  path: string,
  { lastEventId, isReading = true }: { lastEventId?: string; isReading?: boolean } = {},
) {
  const told: Told[] = []
  const ids: string[] = []
  const retries: number[] = []
  let comments = 0
  let rest = ''
  let isEnded = false
  const asked = request(api.url(path), {
    agent: false,
    ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
  })
  asked.on('error', () => (isEnded = true))
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(200)
  answer.setEncoding('utf8')
  for (const end of ['end', 'error', 'close'] as const) answer.on(end, () => (isEnded = true))
  const read = (): void => {
    answer.on('data', (text: string) => {
      rest += text
      const blocks = rest.split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    })
  }
  if (isReading) read()
  function take(block: string): void {
    const fields = new Map<string, string>()
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([a-z]*):? ?(.*)$/.exec(line) ?? []
      fields.set(field, value)
    }
    const [id, name, retry] = [fields.get('id'), fields.get('event'), fields.get('retry')]
    if (fields.has('')) comments += 1
    if (id !== undefined) ids.push(id)
    if (retry !== undefined) retries.push(Number(retry))
    if (name !== undefined) told.push({ name, data: JSON.parse(fields.get('data') ?? '') as Told['data'] })
  }
  const watched = {
    read,
    names: () => told.map(({ name }) => name),
    ids: () => ids,
    lastId: () => ids.at(-1) ?? '',
    comments: () => comments,
    retries: () => retries,
    states: () =>
      told
        .filter(({ name }) => name === 'account')
        .map(({ data }) => `${String(data['accountId'])} ${String(data['state'])}`),
    progress: () =>
      told
        .filter(({ name }) => name === 'progress')
        .map(({ data }) => (data['targets'] as { delivered: number }).delivered),
    isEnded: () => isEnded,
    leave: () => asked.destroy(),
  }
  watching.push(watched)
  return watched
}
