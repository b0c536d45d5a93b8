import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createWebhooks, type Webhooks } from '../../src/client/webhooks/webhooks.js'
import { onTimeMs } from '../../src/domain/firing.js'
import { webhookDeliveryWorkflowId, webhookTypes } from '../../src/domain/webhooks.js'
import { documentedFields } from '../support/documented-events.js'
import { documentedVerifier, type Verifier } from '../support/documented-verifier.js'
import { eventually } from '../support/eventually.js'
import { Blocker } from '../support/postgres-locks.js'
import { remind, runEnded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { startReceiver, type Received, type Receiver } from '../support/webhook-receiver.js'
import { openDatabase } from '../../src/store/database.js'
import { keyIdOf } from '../../src/store/encryption/key-ring.js'
import { testRing } from '../support/database.js'

const account = 'office'
const phone = '15550007771'
const texts = ['The museum opens at ten', 'Wear sturdy shoes']
let system: System
let receiver: Receiver
let webhooks: Webhooks
let isFromCarillon: Verifier
let groups: TestGroup[]

beforeAll(async () => {
  ;[system, receiver, isFromCarillon] = await Promise.all([
    startSystem(),
    startReceiver(),
    documentedVerifier(),
  ])
  const { temporal, database, operator } = system
  webhooks = createWebhooks({ temporal, database, operator })
})
afterEach(() => Blocker.releaseAll())
afterAll(async () => {
  await system.close()
  await receiver.close()
})

test('every kind of event arrives once, signed, with nothing personal in it', async () => {
  const { endpoint, secret } = await webhooks.add({ url: receiver.url('/all') })
  await system.pairAccount({ id: account, phone })
  groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const well = await remind(system, { key: 'well', account, groups, texts })
  expect(await runEnded(system, well)).toBe('completed')
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: groups[0]?.jid ?? '' })
  const badly = await remind(system, { key: 'badly', account, groups: groups.slice(0, 1), texts })
  expect(await runEnded(system, badly)).toBe('failed')
  const missedAt = await missAReminder()

  await eventually(() =>
    expect([...new Set(events().map(({ type }) => type))].toSorted()).toEqual([...webhookTypes].toSorted()),
  )
  await eventually(async () => expect(await webhooks.deliveries({ states: ['waiting'] })).toEqual([]))
  const [finished] = eventsOf('run.finished')
  expect(finished?.data).toMatchObject({
    runId: well.runId,
    reminderKey: 'well',
    accountId: account,
    state: 'completed',
    reason: null,
    counts: { pending: 0, delivered: 2, failed: 0, unknown: 0, skipped: 0, expired: 0 },
  })
  expect(eventsOf('run.started').map(({ data }) => [data['runId'], data['targets']])).toEqual([
    [well.runId, 2],
    [badly.runId, 1],
  ])
  expect(eventsOf('run.failed').map(({ data }) => [data['runId'], data['state']])).toEqual([
    [badly.runId, 'failed'],
  ])
  expect(eventsOf('send.failed').map(({ data }) => data)).toEqual([
    {
      runId: badly.runId,
      reminderKey: 'badly',
      accountId: account,
      ordinal: 0,
      part: 0,
      state: 'failed',
      failure: 'NotInGroup',
      attempt: 1,
    },
  ])
  expect(eventsOf('account.state').map(({ data }) => data['state'])).toEqual(['pairing', 'connected'])
  const [missed, ...more] = eventsOf('reminder.missed')
  expect(more).toEqual([])
  expect(missed?.data).toMatchObject({ reminderKey: 'missed', accountId: account })
  expect(Date.parse(String(missed?.data['scheduledAt']))).toBe(Date.parse(missedAt))

  const documented = documentedFields()
  expect([...documented.keys()].toSorted()).toEqual([...webhookTypes, 'test'].toSorted())
  for (const { type, data } of events()) expect(Object.keys(data).toSorted()).toEqual(documented.get(type))

  const all = receiver.received('/all')
  expect(new Set(all.map(({ event }) => event.id)).size).toBe(all.length)
  for (const { headers, body, event } of all) {
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'carillon-event-id': event.id,
      'carillon-event-type': event.type,
    })
    const signature = String(headers['carillon-signature'])
    expect(isFromCarillon({ secret, signature, body })).toBe(true)
    expect(isFromCarillon({ secret: `${secret}x`, signature, body })).toBe(false)
    expect(isFromCarillon({ secret, signature, body: body.replace('office', 'another') })).toBe(
      !body.includes('office'),
    )
    expect(isFromCarillon({ secret, signature, body, nowMs: Date.now() + 600_000 })).toBe(false)
  }
  expectNothingPersonal(
    all,
    (await system.whatsapp.groups()).map(({ subject }) => subject),
  )
  await webhooks.remove(endpoint.id)

  function events() {
    return receiver.received('/all').map(({ event }) => event)
  }
  function eventsOf(type: string) {
    return events()
      .filter((event) => event.type === type)
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  }
})

test('a receiver that fails three times gets the same event again, signed anew', async () => {
  const path = '/fails'
  const { endpoint, secret } = await webhooks.add({ url: receiver.url(path), types: ['run.started'] })
  receiver.answers(path, [500, 302, 503])
  const delivery = await webhooks.test(endpoint.id, { timeoutMs: 60_000 })
  expect(delivery).toMatchObject({ state: 'delivered', attempts: 4, lastStatus: 200 })
  const tries = receiver.received(path)
  expect(tries.map(({ event }) => event.id)).toEqual(Array(4).fill(delivery.eventId))
  expect(new Set(tries.map(({ body }) => body)).size).toBe(1)
  for (const { headers, body } of tries)
    expect(isFromCarillon({ secret, signature: String(headers['carillon-signature']), body })).toBe(true)
  expect(new Set(tries.map(({ headers }) => headers['carillon-signature'])).size).toBe(4)
  await webhooks.remove(endpoint.id)
})

test('killed between the answer and its record: the same event again, and then it is done', async () => {
  const path = '/killed'
  const { endpoint } = await webhooks.add({ url: receiver.url(path) })
  let answer: ServerResponse | undefined
  receiver.answers(path, [(response) => (answer = response)])
  const testing = webhooks.test(endpoint.id, { timeoutMs: 120_000 })
  await eventually(() => expect(receiver.received(path)).toHaveLength(1))
  const blocker = await Blocker.take(
    system.databaseUrl,
    'select from webhook_delivery where endpoint_id = $1 for update',
    [endpoint.id],
  )
  answer?.writeHead(200).end()
  await blocker.untilBlocked('%update webhook_delivery%')
  await system.worker().stop('SIGKILL')
  await blocker.endBlocked()
  await blocker.release()
  expect(await webhooks.deliveries({ endpointId: endpoint.id })).toMatchObject([{ state: 'waiting' }])

  await system.startWorker()
  const delivery = await testing
  expect(delivery).toMatchObject({ state: 'delivered', attempts: 1 })
  const [first, second, ...more] = receiver.received(path).filter(({ event }) => event.type === 'test')
  expect(more).toEqual([])
  expect(second?.event.id).toBe(first?.event.id)
  expect(second?.body).toBe(first?.body)
  await webhooks.remove(endpoint.id)
})

test('410 disables the endpoint: nothing more is sent to it until it is enabled', async () => {
  const path = '/gone'
  const { endpoint } = await webhooks.add({ url: receiver.url(path), types: ['run.started'] })
  receiver.answers(path, [410])
  expect(await webhooks.test(endpoint.id)).toMatchObject({ state: 'failed', attempts: 1, lastStatus: 410 })
  expect(await webhooks.list()).toMatchObject([{ id: endpoint.id, disabledReason: 'it answered 410 Gone' }])
  await expect(webhooks.test(endpoint.id)).rejects.toThrow(`carillon webhook enable ${endpoint.id}`)
  const unheard = await remind(system, { key: 'unheard', account, groups, texts })
  expect(await runEnded(system, unheard)).toBe('completed')
  expect(await webhooks.deliveries({ endpointId: endpoint.id })).toHaveLength(1)

  expect(await webhooks.enable(endpoint.id)).toMatchObject({ disabledAt: null })
  const heard = await remind(system, { key: 'heard', account, groups, texts })
  expect(await runEnded(system, heard)).toBe('completed')
  await eventually(() =>
    expect(receiver.received(path).map(({ event }) => event.data['reminderKey'])).toEqual([
      undefined,
      'heard',
    ]),
  )
  await webhooks.remove(endpoint.id)
})

test('what waits for an endpoint that is removed is dropped, and its secret is gone', async () => {
  const path = '/removed'
  const { endpoint } = await webhooks.add({ url: receiver.url(path), types: ['run.started'] })
  receiver.answers(path, [500, 500, 500, 500])
  const { state, eventId } = await webhooks.test(endpoint.id, { timeoutMs: 2_000 })
  expect(state).toBe('waiting')
  await webhooks.remove(endpoint.id)
  const workflowId = webhookDeliveryWorkflowId({ eventId, endpointId: endpoint.id, turn: 1 })
  const handle = system.temporal.workflow.getHandle(workflowId)
  expect(await handle.result()).toEqual({ kind: 'dropped' })
  const { rows } = await system.database.query(`select secret from webhook_endpoint where id = $1`, [
    endpoint.id,
  ])
  expect(rows).toEqual([{ secret: Buffer.alloc(0) }])
  expect(receiver.received(path).length).toBeLessThan(5)
})

test('the secret is stored encrypted, and neither it nor an address is in a log', async () => {
  const token = 'T0KEN-in-the-path'
  const { endpoint, secret } = await webhooks.add({ url: receiver.url(`/${token}`) })
  expect(await webhooks.test(endpoint.id)).toMatchObject({ state: 'delivered' })
  const { rows } = await system.database.query<{ secret: Buffer }>(
    `select secret from webhook_endpoint where id = $1`,
    [endpoint.id],
  )
  expect(keyIdOf(rows[0]?.secret ?? Buffer.of())).toBe(testRing.current)
  expect(rows[0]?.secret.includes(secret)).toBe(false)
  for (const { logFile } of system.workers) {
    const log = readFileSync(logFile, 'utf8')
    expect(log).toContain('webhook tried')
    expect([secret, 'whsec_', token, '127.0.0.1'].filter((text) => log.includes(text))).toEqual([])
  }
  const { temporal, operator } = system
  const database = openDatabase(system.databaseUrl)
  try {
    const without = createWebhooks({ temporal, database, operator })
    await expect(without.add({ url: receiver.url() })).rejects.toThrow('set CARILLON_ENCRYPTION_KEY')
  } finally {
    await database.end()
  }
})

async function missAReminder(): Promise<string> {
  const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 4_000).toISOString().replace('.000Z', 'Z')
  const input = {
    key: 'missed',
    account,
    to: groups.map(({ jid }) => jid),
    parts: [{ text: texts[0] ?? '' }],
  }
  const created = await system.client.reminders.create({ ...input, at, zone: 'UTC', catchUp: '0s' })
  expect(created).toMatchObject({ kind: 'created' })
  await system.client.reminders.pause('missed')
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(at) + onTimeMs + 1_000))
  await system.client.reminders.resume('missed')
  await eventually(async () => expect((await system.client.reminders.show('missed')).state).toBe('missed'))
  return at
}

function expectNothingPersonal(all: Received[], names: string[]): void {
  const secrets = [
    ...texts,
    phone,
    ...groups.flatMap(({ jid, members }) => [jid.split('@')[0] ?? jid, ...members]),
    ...names,
    '@g.us',
    '@s.whatsapp.net',
  ]
  const posted = all.map(({ body, headers }) => body + JSON.stringify(headers)).join('\n')
  expect(secrets.filter((secret) => posted.includes(secret))).toEqual([])
}
