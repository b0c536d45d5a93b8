import { EventSource } from 'eventsource'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../src/stack/ports.js'
import { eventually } from '../support/eventually.js'
import { startProgram, type Started } from '../support/processes.js'
import { remind } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { testKey } from '../support/database.js'

const phone = '15550009601'

let system: System
let groups: TestGroup[]
/** The same after it was killed. */
let port: number
let api: Started
const open: EventSource[] = []

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone, ratePerMinute: 400 })
  groups = await system.createGroups({ phone, groups: 25, members: 1 })
  await eventually(async () => expect(await system.client.groups.list('office')).toHaveLength(25))
  port = await freePort()
  api = await startApi()
})
afterEach(() => {
  for (const source of open.splice(0)) source.close()
})
afterAll(async () => {
  await api.stop('SIGKILL')
  await system.close()
})

test('a run that is watched through a killed API is told whole: nothing is lost, nothing comes twice', async () => {
  const all = watch('/v1/events')
  await eventually(() => expect(all.names()).toContain('ready'))
  const { runId } = await remind(system, {
    key: 'watched',
    account: 'office',
    groups,
    texts: ['Class trip on Friday'],
  })
  await eventually(() => expect(all.statesOf(runId)).toContain('running'))
  const one = watch(`/v1/runs/${encodeURIComponent(runId)}/events`)
  await eventually(() => expect(one.names()).toContain('progress'))
  await eventually(() => expect(all.progressOf(runId).length).toBeGreaterThan(1))

  await api.stop('SIGKILL')
  await eventually(async () => expect((await system.client.runs.progress(runId)).run.state).toBe('completed'))
  api = await startApi()

  await eventually(() => expect(all.statesOf(runId)).toContain('completed'), { timeoutMs: 60_000 })
  await eventually(() => expect(one.statesOf(runId)).toContain('completed'), { timeoutMs: 60_000 })
  expect(all.names()).not.toContain('reset')
  expect(one.names()).not.toContain('reset')
  for (const { ids } of [all, one]) expect(new Set(ids()).size).toBe(ids().length)
  const { rows } = await system.database.query<{ state: string }>(
    `select data->>'state' as state from event where run_id = $1 order by xid, id`,
    [runId],
  )
  expect(all.statesOf(runId)).toEqual(rows.map(({ state }) => state))
  const last = all.of('run').findLast(({ data }) => data['runId'] === runId)
  expect(last?.data).toMatchObject({ state: 'completed', targets: { delivered: 25, pending: 0, failed: 0 } })
  await eventually(() =>
    expect(one.of('progress').at(-1)?.data).toMatchObject({ state: 'completed', targets: { delivered: 25 } }),
  )
  const delivered = one.of('progress').map(({ data }) => (data['targets'] as { delivered: number }).delivered)
  expect(delivered).toEqual(delivered.toSorted((a, b) => a - b))
  const told = JSON.stringify([
    ...all.of('run'),
    ...all.of('progress'),
    ...all.of('reminder'),
    ...all.of('account'),
  ])
  for (const secret of ['Class trip', phone, '@g.us', groups[0]?.members[0] ?? ''])
    expect(told).not.toContain(secret)
})

test('a run of somebody else is a run that is not there', async () => {
  const other = await fetch(
    url(`/v1/runs/${encodeURIComponent('run:other/key@2026-01-01T00:00:00Z')}/events`),
  )
  expect(other.status).toBe(404)
  expect(await other.json()).toMatchObject({ code: 'not_found', type: 'urn:carillon:problem:not_found' })
})

async function startApi(): Promise<Started> {
  const started = startProgram('events-api', ['dist/proofs/events/server-main.js'], {
    DATABASE_URL: system.databaseUrl,
    EVENTS_OPERATOR: system.operator,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
    EVENTS_PORT: String(port),
  })
  await started.line((text) => text.startsWith('listening on '))
  return started
}

function url(path: string): string {
  return `http://127.0.0.1:${port}${path}`
}

type Told = { name: string; id: string; data: Record<string, unknown> }

/** By the EventSource that browsers have: it connects again by itself, with the id of the last event. */
function watch(path: string) {
  const source = new EventSource(url(path))
  open.push(source)
  const told: Told[] = []
  for (const name of ['ready', 'reset', 'run', 'progress', 'reminder', 'account', 'reconnect'])
    source.addEventListener(name, ({ data, lastEventId }) => {
      told.push({ name, id: lastEventId, data: JSON.parse(String(data)) as Told['data'] })
    })
  const of = (name: string) => told.filter((event) => event.name === name)
  const ofRun = (name: string, runId: string) => of(name).filter(({ data }) => data['runId'] === runId)
  return {
    names: () => told.map(({ name }) => name),
    of,
    statesOf: (runId: string) => ofRun('run', runId).map(({ data }) => data['state']),
    progressOf: (runId: string) => ofRun('progress', runId),
    /** Those of the log; progress is of the moment. */
    ids: () => [...of('run'), ...of('reminder'), ...of('account')].map(({ id }) => id),
  }
}
