import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pause } from '../../src/pause.js'
import { apiOf, type Send } from '../support/api.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
let send: Send
let jid: string
const phone = '15550007001'
const zone = 'UTC'

beforeAll(async () => {
  system = await startSystem()
  send = apiOf(system).send
})
afterAll(async () => await system.close())

test('an account is added, linked by its QR code, paused and shown', async () => {
  await system.whatsapp.createAccount({ phone })
  const added = await send('POST', '/v1/accounts', { body: { id: 'office', ratePerMinute: 10_000 } })
  expect(added).toMatchObject({ status: 201, body: { id: 'office', state: 'new' } })
  expect(added.headers.get('location')).toBe('/v1/accounts/office')
  expect(await send('POST', '/v1/accounts', { body: { id: 'office' } })).toMatchObject({ status: 409 })

  expect(await send('GET', '/v1/accounts/office/pairing/qr.png')).toMatchObject({ status: 404 })
  const begun = await send('POST', '/v1/accounts/office/pairing', { body: { method: 'qr' } })
  expect(begun.status).toBe(202)
  const challenge = await eventually(async () => {
    const { body } = await send('GET', '/v1/accounts/office/pairing')
    const { challenge } = body as { challenge: string | null }
    expect(challenge).not.toBeNull()
    return challenge ?? ''
  })
  const png = await send('GET', '/v1/accounts/office/pairing/qr.png?size=300')
  expect(png.headers.get('content-type')).toBe('image/png')
  expect(png.headers.get('cache-control')).toBe('no-store')
  const svg = await send('GET', '/v1/accounts/office/pairing/qr.svg')
  expect(svg.text).toMatch(/^<svg/)
  await system.whatsapp.scanQr({ account: phone, qr: challenge })
  await eventually(async () =>
    expect(await send('GET', '/v1/accounts/office')).toMatchObject({ body: { state: 'connected' } }),
  )
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  jid = group?.jid ?? ''

  const paused = await send('POST', '/v1/accounts/office/pause', { body: { reason: 'a drill' } })
  expect(paused).toMatchObject({ status: 200, body: { confirmed: true } })
  expect(await send('POST', '/v1/accounts/office/resume')).toMatchObject({ status: 200 })
  expect(await send('PATCH', '/v1/accounts/office', { body: { dailyCap: 5_000 } })).toMatchObject({
    body: { dailyCap: 5_000 },
  })
  expect(await send('GET', '/v1/accounts')).toMatchObject({ body: { accounts: [{ id: 'office' }] } })
})

test('a reminder is created, sent, and its run is read to the last message', async () => {
  const body = { to: jid, text: 'The bus leaves at 8.', at: new Date(Date.now() + 1_500).toISOString(), zone }
  const created = await send('POST', '/v1/reminders', { body, headers: { 'Idempotency-Key': 'trip/1' } })
  expect(created).toMatchObject({ status: 201, body: { kind: 'created', key: 'trip/1' } })
  expect(created.headers.get('location')).toBe('/v1/reminders/trip%2F1')
  const again = await send('POST', '/v1/reminders', { body, headers: { 'Idempotency-Key': 'trip/1' } })
  expect(again).toMatchObject({ status: 201, text: created.text })
  const named = await send('POST', '/v1/reminders', { body: { ...body, key: 'trip/1' } })
  expect(named).toMatchObject({ status: 200, body: { kind: 'exists' } })
  const other = await send('POST', '/v1/reminders', { body: { ...body, key: 'trip/1', text: 'At 9.' } })
  expect(other).toMatchObject({
    status: 409,
    body: { code: 'conflict', differences: [{ field: 'parts[0].text' }] },
  })
  const run = await eventually(async () => {
    const { body } = await send('GET', '/v1/reminders/trip%2F1')
    const [latest] = (body as { runs: { id: string; state: string }[] }).runs
    expect(latest).toMatchObject({ state: 'completed' })
    return encodeURIComponent(latest?.id ?? '')
  })
  expect(await send('GET', `/v1/runs/${run}`)).toMatchObject({
    status: 200,
    body: { progress: { doneTargets: 1 } },
  })
  expect(await send('GET', `/v1/runs/${run}/progress`)).toMatchObject({ body: { totalSends: 1 } })
  expect(await send('GET', `/v1/runs/${run}/targets`)).toMatchObject({ body: { items: [{ jid }] } })
  expect(await send('GET', `/v1/runs/${run}/sends?state=acked&target=0`)).toMatchObject({
    body: { items: [{ ordinal: 0, part: 0, state: 'acked', attempts: 1 }] },
  })
  expect(await send('GET', '/v1/runs?reminder=trip%2F1')).toMatchObject({ body: { items: [{}] } })
  expect(await send('POST', `/v1/runs/${run}/retry-failed`)).toMatchObject({ body: { kind: 'nothing' } })
  expect(await send('POST', `/v1/runs/${run}/cancel`)).toMatchObject({ status: 409, body: { code: 'ended' } })
})

describe('a reminder that repeats', () => {
  const key = 'assembly'

  test('is previewed, created and listed', async () => {
    const body = { key, to: jid, text: 'Assembly!', cron: '0 8 * * MON', start: '2035-01-01 08:00', zone }
    const preview = await send('POST', '/v1/preview?next=3', { body })
    expect(preview.status).toBe(200)
    expect((preview.body as { occurrences: unknown[] }).occurrences).toHaveLength(3)
    expect(await send('GET', `/v1/reminders/${key}`)).toMatchObject({ status: 404 })
    expect((await send('POST', '/v1/reminders', { body })).status).toBe(201)
    expect(await send('GET', '/v1/reminders?state=scheduled&limit=1')).toMatchObject({
      body: { items: [{ key }] },
    })
    expect(await send('POST', `/v1/reminders/${key}/preview`)).toMatchObject({ body: { existing: {} } })
    const upcoming = await send('GET', `/v1/reminders/${key}/upcoming?limit=2`)
    expect(upcoming.body).toMatchObject({
      upcoming: [{ at: '2035-01-01T08:00:00Z' }, { at: '2035-01-08T08:00:00Z' }],
    })
  })

  test('is edited only as it was seen', async () => {
    const seen = (await send('GET', `/v1/reminders/${key}`)).headers.get('etag') ?? ''
    const first = await send('PATCH', `/v1/reminders/${key}`, {
      body: { priority: 7, reason: 'the bus is late' },
      headers: { 'If-Match': seen },
    })
    expect(first).toMatchObject({ status: 200, body: { kind: 'edited' } })
    const late = await send('PATCH', `/v1/reminders/${key}`, {
      body: { priority: 3 },
      headers: { 'If-Match': seen },
    })
    expect(late).toMatchObject({
      status: 412,
      body: { code: 'changed', differences: [{ field: 'priority', existing: '5', requested: '7' }] },
    })
    expect(late.headers.get('etag')).toBe(first.headers.get('etag'))
    expect(await send('PATCH', `/v1/reminders/${key}`, { body: { priority: 3 } })).toMatchObject({
      status: 200,
    })
  })

  test('of edits at once of what all have seen, one is done', async () => {
    const seen = (await send('GET', `/v1/reminders/${key}`)).headers.get('etag') ?? ''
    const answers = await Promise.all(
      [1, 2, 4, 6].map(
        async (priority) =>
          await send('PATCH', `/v1/reminders/${key}`, { body: { priority }, headers: { 'If-Match': seen } }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
  })

  test('is snoozed, skipped, fired, paused, resumed, cloned, canceled and deleted', async () => {
    const post = async (verb: string, body?: object) =>
      await send('POST', `/v1/reminders/${key}/${verb}`, body === undefined ? {} : { body })
    expect(await post('snooze', { by: '30m' })).toMatchObject({
      body: { occurrence: '2035-01-01T08:00:00Z', nextFire: '2035-01-01T08:30:00Z' },
    })
    expect(await post('skip')).toMatchObject({ status: 200, body: { kind: 'skipped' } })
    expect(await post('fire')).toMatchObject({ status: 200, body: { runId: expect.stringContaining(key) } })
    expect(await post('pause', { until: '2034-12-01 08:00' })).toMatchObject({
      body: { state: { state: 'paused' } },
    })
    expect(await post('resume')).toMatchObject({ body: { confirmed: true } })
    expect(await post('clone', { key: 'assembly-2' })).toMatchObject({ status: 201 })
    expect(await post('cancel', { reason: 'holidays' })).toMatchObject({ status: 200 })
    const history = await send('GET', `/v1/reminders/${key}/history?limit=20`)
    // Who it was is the operator with the name of the token.
    expect((history.body as { items: object[] }).items).toContainEqual(
      expect.objectContaining({ action: 'cancel', by: `${system.operator}/owner`, reason: 'holidays' }),
    )
    expect(await send('GET', `/v1/reminders/${key}/history?limit=2`)).toMatchObject({
      body: { items: [{}, {}], next: expect.any(String) },
    })
    expect(await send('DELETE', '/v1/reminders/assembly-2?reason=done')).toMatchObject({ status: 200 })
    expect(await send('GET', '/v1/reminders?deleted=true')).toMatchObject({
      body: { items: [{ key: 'assembly-2' }] },
    })
  })
})

test('what is wrong with the input is told, all of it, in a problem', async () => {
  const bad = await send('POST', '/v1/reminders', {
    body: { to: jid, at: 'yesterdayish', kye: 1, priority: 12 },
  })
  expect(bad).toMatchObject({ status: 422, body: { code: 'invalid', type: 'urn:carillon:problem:invalid' } })
  const { issues, requestId } = bad.body as { issues: { field: string }[]; requestId: string }
  expect(issues.map(({ field }) => field)).toEqual(expect.arrayContaining(['kye', 'priority', 'at', 'parts']))
  expect(bad.headers.get('x-request-id')).toBe(requestId)
  expect(bad.headers.get('content-type')).toBe('application/problem+json')
  expect(await send('GET', '/v1/reminders?limit=0&state=pausd&colour=red')).toMatchObject({
    status: 422,
    body: {
      issues: [
        { field: 'state', got: "'pausd'", expected: expect.stringContaining("did you mean 'paused'") },
        { field: 'limit' },
        { field: 'colour', expected: 'unknown field' },
      ],
    },
  })
  expect(await send('POST', '/v1/reminders', { body: new TextEncoder().encode('{') })).toMatchObject({
    status: 415,
  })
})

test('the rest of the system: groups, media, webhooks, jobs and what the doctor says', async () => {
  expect(await send('POST', '/v1/accounts/office/groups/refresh')).toMatchObject({ status: 200 })
  expect(await send('GET', '/v1/accounts/office/groups?search=CLASS')).toMatchObject({
    body: { groups: [{ jid }] },
  })
  expect(await send('GET', '/v1/accounts/office/groups/read')).toMatchObject({ body: { groups: 1 } })
  const added = await send('POST', '/v1/webhooks', { body: { url: 'http://127.0.0.1:9/hook' } })
  expect(added.status).toBe(201)
  const { id } = (added.body as { endpoint: { id: string } }).endpoint
  expect(await send('GET', '/v1/webhooks')).toMatchObject({ body: { endpoints: [{ id }] } })
  expect(await send('POST', `/v1/webhooks/${id}/enable`)).toMatchObject({ status: 200 })
  expect(await send('GET', `/v1/webhook-deliveries?endpoint=${id}&state=waiting`)).toMatchObject({
    status: 200,
  })
  expect(await send('DELETE', `/v1/webhooks/${id}`)).toMatchObject({ status: 204, text: '' })
  expect(await send('POST', '/v1/jobs/reconcile', { body: { dryRun: true } })).toMatchObject({
    body: { kind: 'done' },
  })
  const { body: told } = await send('GET', '/v1/system')
  expect((told as { checks: object[] }).checks).toContainEqual({
    name: 'Clock',
    state: 'ok',
    found: 'agrees with that of Postgres',
    said: { found: { code: 'doctorClockAgrees', values: {} } },
  })
})

test('a reminder whose time counts from now is one, under its header or with when it was written', async () => {
  const post = async (body: object, headers: Record<string, string> = {}) =>
    await send('POST', '/v1/reminders', { body, headers })
  const body = { to: jid, text: 'Hello', at: 'in 3 hours', zone: 'UTC' }
  const headers = { 'Idempotency-Key': 'in-three-hours' }
  const first = await post(body, headers)
  expect(first).toMatchObject({ status: 201, body: { key: 'in-three-hours' } })
  await pause(1_100)
  const again = await send('POST', '/v1/reminders', { body, headers })
  expect(again).toMatchObject({ status: 201, text: first.text })
  expect(again.headers.get('idempotency-replayed')).toBe('true')

  // With no name of its own it is known by its content, which has the instant.
  const writtenAt = new Date(Date.now() - 60_000).toISOString()
  const unnamed = await post({ ...body, writtenAt })
  await pause(1_100)
  expect(await post({ ...body, writtenAt })).toMatchObject({
    status: 200,
    body: { kind: 'exists', key: (unnamed.body as { key: string }).key },
  })
  expect((await post({ ...body, writtenAt: '2026-01-01T00:00:00Z' })).body).toMatchObject({
    code: 'invalid',
    issues: [{ field: 'writtenAt' }],
  })
})

test('a list whose times count from now is one, when the process died in the middle of it', async () => {
  const posted = async () =>
    await send('POST', '/v1/reminders/batch', {
      body: { reminders: ['one', 'two'].map((text) => ({ to: jid, text, at: 'in 3 hours', zone: 'UTC' })) },
      headers: { 'Idempotency-Key': 'list-in-three-hours' },
    })
  const keysOf = ({ body }: { body: unknown }) =>
    (body as { reminders: { key: string }[] }).reminders.map(({ key }) => key)
  const first = await posted()
  await system.database.query(
    `update api_request set answer = null, leased_until = '-infinity' where key = 'list-in-three-hours'`,
  )
  await pause(1_100)
  const again = await posted()
  expect(again).toMatchObject({ status: 200, body: { reminders: [{ kind: 'exists' }, { kind: 'exists' }] } })
  expect(keysOf(again)).toEqual(keysOf(first))
  const named = async () =>
    await send('POST', '/v1/reminders', {
      body: { to: jid, text: 'three', at: 'in 3 hours', zone: 'UTC' },
      headers: { 'Idempotency-Key': 'three-in-three-hours' },
    })
  expect(await named()).toMatchObject({ status: 201 })
  await system.database.query(
    `update api_request set answer = null, leased_until = '-infinity' where key = ' three-in-three-hours'`,
  )
  await pause(1_100)
  expect(await named()).toMatchObject({ status: 200, body: { kind: 'exists' } })
})

test('the name of a reminder is no key of another request, and another reminder under it is told', async () => {
  const headers = { 'Idempotency-Key': 'named' }
  const body = { to: jid, text: 'Hello', at: '2027-05-01 09:00', zone: 'UTC' }
  expect((await send('POST', '/v1/reminders', { body, headers })).status).toBe(201)
  const other = await send('POST', '/v1/reminders', { body: { ...body, text: 'Bye' }, headers })
  expect(other).toMatchObject({ status: 409, body: { code: 'conflict' } })
  // A refusal is for as long as the other is there, and so is not kept.
  const same = await send('POST', '/v1/reminders', { body, headers })
  expect(same.status).toBe(201)
  expect((await send('POST', '/v1/reminders/named/pause', { headers })).status).toBe(200)
})
