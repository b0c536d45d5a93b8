import { expect, test } from 'vitest'
import type { DeliveryView, EndpointView } from '../../src/store/webhooks/webhooks.js'
import { run } from './support.js'

const id = '8f14e45f-ceea-467f-a9ab-0e1f6d1f1c11'
const endpoint: EndpointView = {
  id,
  url: 'https://receiver.example/hook',
  types: ['run.failed'],
  createdAt: new Date('2026-11-24T05:00:00Z'),
  disabledAt: null,
  disabledReason: null,
  waiting: 2,
  failures: 0,
  failingSince: null,
  lastFailure: null,
  nextTryAt: null,
}
const delivery: DeliveryView = {
  eventId: '0d4c1f0e-7c9e-4d3c-9a55-6a3a0a3a1f5e',
  endpointId: id,
  type: 'run.failed',
  at: new Date('2026-11-24T05:59:00Z'),
  state: 'waiting',
  attempts: 3,
  lastAt: null,
  lastStatus: 503,
  lastError: null,
  nextTryAt: null,
}

test('add passes on what was asked for and shows the secret', async () => {
  const inputs: unknown[] = []
  const add = async (input: unknown) => {
    inputs.push(input)
    return { endpoint, secret: 'whsec_once' }
  }
  const args = [
    'webhook',
    'add',
    endpoint.url,
    '--event',
    'run.failed',
    '--event',
    'run.started',
    '--allow-http',
  ]
  const shown = await run(args, { client: { webhooks: { add } } })
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' })
  expect(shown.stdout).toContain('whsec_once')
  expect(inputs).toEqual([{ url: endpoint.url, types: ['run.failed', 'run.started'], allowHttp: true }])
  const json = await run(['webhook', 'add', endpoint.url, '--json'], { client: { webhooks: { add } } })
  expect(JSON.parse(json.stdout)).toMatchObject({ endpoint: { id }, secret: 'whsec_once' })
  expect(inputs[1]).toEqual({ url: endpoint.url })
})

test('list shows each endpoint with what waits for it, and why it is disabled', async () => {
  const off = {
    ...endpoint,
    id: 'off',
    disabledAt: endpoint.createdAt,
    disabledReason: 'it answered 410 Gone',
  }
  const failing = {
    ...endpoint,
    id: 'failing',
    failures: 7,
    failingSince: new Date('2026-11-24T05:00:00Z'),
    lastFailure: 'ETIMEDOUT',
    nextTryAt: new Date('2026-11-24T06:03:00Z'),
  }
  const client = { webhooks: { list: async () => [endpoint, off, failing] } }
  const { stdout } = await run(['webhook', 'list'], { client })
  expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'ENDPOINT | STATE | WAITING | EVENTS | URL',
    `${id} | active | 2 | run.failed | ${endpoint.url}`,
    `off | disabled: it answered 410 Gone | 2 | run.failed | ${endpoint.url}`,
    expect.stringMatching(
      /^failing \| in back-off: 7 tries failed in a row since 1 h ago, the last with ETIMEDOUT; tried next in 3 min \| 2 \|/,
    ),
  ])
  const json = await run(['webhook', 'list', '--json'], { client })
  expect(JSON.parse(json.stdout)).toMatchObject({
    endpoints: [{ id }, { id: 'off' }, { id: 'failing', failures: 7 }],
  })
  const none = await run(['webhook', 'list'], { client: { webhooks: { list: async () => [] } } })
  expect(none.stdout).toContain('carillon webhook add')
})

test('test ends with 7 when the event did not arrive', async () => {
  const answer = (state: DeliveryView['state'], lastStatus: number) => ({
    webhooks: { test: async () => ({ ...delivery, state, lastStatus }) },
  })
  const well = await run(['webhook', 'test', id], { client: answer('delivered', 204) })
  expect(well).toMatchObject({ exitCode: 0, stdout: 'Delivered: it answered 204.' })
  const badly = await run(['webhook', 'test', id, '--timeout', '1s'], { client: answer('waiting', 503) })
  expect(badly.exitCode).toBe(7)
  expect(badly.stderr).toContain('503')
})

test('redeliver says what came of it, and ends with 7 where it did not arrive or waits for its turn', async () => {
  const asked: unknown[] = []
  const answer = (view: Partial<DeliveryView & { already: true }>) => ({
    webhooks: {
      redeliver: async (...given: unknown[]) => {
        asked.push(given)
        return { ...delivery, ...view }
      },
    },
  })
  const args = ['webhook', 'redeliver', id, delivery.eventId]
  const well = await run(args, { client: answer({ state: 'delivered', lastStatus: 204 }) })
  expect(well).toMatchObject({ exitCode: 0, stdout: 'Delivered: it answered 204.' })
  const badly = await run([...args, '--timeout', '1s'], { client: answer({ state: 'failed' }) })
  expect(badly).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('503') })
  const waits = { already: true, nextTryAt: new Date('2026-11-24T06:10:00Z') } as const
  const already = await run(args, { client: answer(waits) })
  expect(already).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('It waits for its turn already, and is tried in 10 min.'),
  })
  const json = await run([...args, '--json'], { client: answer(waits) })
  expect(JSON.parse(json.stdout)).toMatchObject({ delivery: { already: true } })
  const key = { endpointId: id, eventId: delivery.eventId }
  // By the API each has the id of its request, too.
  expect(asked).toMatchObject([
    [key, {}],
    [key, { timeoutMs: 1_000 }],
    [key, {}],
    [key, {}],
  ])
})

test('deliveries are listed with their tries, and asked for by endpoint and state', async () => {
  const queries: unknown[] = []
  const deliveries = async (query: unknown) => {
    queries.push(query)
    return [
      { ...delivery, nextTryAt: new Date('2026-11-24T06:10:00Z') },
      { ...delivery, state: 'failed' as const, lastStatus: null, lastError: 'ECONNREFUSED' },
    ]
  }
  const args = [
    'webhook',
    'deliveries',
    '--endpoint',
    id,
    '--state',
    'waiting',
    '--state',
    'failed',
    '--limit',
    '5',
  ]
  const { stdout, exitCode } = await run(args, { client: { webhooks: { deliveries } } })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/run\.failed +waiting +3 +503 +in 10 min/)
  expect(stdout).toMatch(/run\.failed +failed +3 +ECONNREFUSED/)
  expect(queries).toEqual([{ endpointId: id, states: ['waiting', 'failed'], limit: 5 }])
})

test('remove and enable say what they did', async () => {
  const done: string[] = []
  const client = {
    webhooks: {
      remove: async (removed: string) => void done.push(`removed ${removed}`),
      enable: async (enabled: string) => {
        done.push(`enabled ${enabled}`)
        return endpoint
      },
    },
  }
  expect((await run(['webhook', 'remove', id], { client })).stdout).toContain(id)
  expect(JSON.parse((await run(['webhook', 'enable', id, '--json'], { client })).stdout)).toMatchObject({
    endpoint: { id },
  })
  expect(done).toEqual([`removed ${id}`, `enabled ${id}`])
})
