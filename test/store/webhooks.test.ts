import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webhookTypes, type WebhookType } from '../../src/domain/webhooks.js'
import { setAccountState } from '../../src/store/accounts/accounts.js'
import { inTransaction } from '../../src/store/database.js'
import { finishRun, prepareRun } from '../../src/store/runs/runs.js'
import * as store from '../../src/store/webhooks/webhooks.js'
import { markHandedOver, purgeEvents, toHandOver } from '../../src/store/webhooks/webhook-queue.js'
import { beginTry, recordNotTaken, recordTaken } from '../../src/store/webhooks/webhook-tries.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun } from '../support/ledger.js'

const operator = 'school'
let testDatabase: TestDatabase
let database: TestDatabase['database']

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})
afterAll(() => testDatabase.close())

test('without an endpoint nothing is written', async () => {
  await addAccount(database, 'silent')
  await connectAccount(database, 'silent')
  expect(await eventsOf('silent')).toEqual([])
})

test('a change and its event are one: what is rolled back was never told', async () => {
  const endpointId = await addEndpoint([...webhookTypes])
  await addAccount(database, 'atomic')
  const epoch = await connectAccount(database, 'atomic')
  expect((await eventsOf('atomic')).map(({ data }) => data['state'])).toEqual(['connected'])
  await expect(
    inTransaction(database, async (client) => {
      await setAccountState(client, { accountId: 'atomic', epoch, state: 'banned' })
      throw new Error('after all not')
    }),
  ).rejects.toThrow('after all not')
  expect(await eventsOf('atomic')).toHaveLength(1)
  // The same state again is no change.
  await setAccountState(database, { accountId: 'atomic', epoch, state: 'connected' })
  expect(await eventsOf('atomic')).toHaveLength(1)
  await store.removeEndpoint(database, { operator, id: endpointId })
})

test('a run tells of its start once, however often it pauses, and an operator’s own words stay here', async () => {
  const endpointId = await addEndpoint(['run.started', 'run.finished', 'run.failed'])
  await addAccount(database, 'runs')
  await connectAccount(database, 'runs')
  const run = await defineRun(database, {
    accountId: 'runs',
    key: 'told',
    recipients: [groupJid(1), groupJid(2)],
  })
  const { runId } = run
  const { token } = await startRun(database, run)
  await database.query(`update run set state = 'paused', lock_token = null where id = $1`, [runId])
  await database.query(`update run set state = 'running', lock_token = $2 where id = $1`, [runId, token])
  const reason = 'canceled by operator: ask Mrs Example on 15550001234'
  for (let times = 0; times < 2; times++)
    await finishRun(database, { runId, remainder: { state: 'skipped', reason }, canceled: true, reason })
  const events = await eventsOf('runs')
  expect(events.map(({ type }) => type)).toEqual(['run.started', 'run.finished'])
  expect(events[1]?.data).toMatchObject({ state: 'canceled', reason: 'canceled', counts: { skipped: 2 } })
  expect(JSON.stringify(events)).not.toContain('Example')
  await store.removeEndpoint(database, { operator, id: endpointId })
})

test('an occurrence that is missed is told once, by its run or by its reminder', async () => {
  const endpointId = await addEndpoint(['reminder.missed'])
  await addAccount(database, 'missing')
  const run = await defineRun(database, { accountId: 'missing', key: 'missed', recipients: [groupJid(1)] })
  await database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at)
     values ($1, $2, $3, $4, $5, $6, 5, 'missed', now())`,
    [run.runId, operator, run.dedupeKey, run.accountId, run.digest, run.scheduledAt],
  )
  await database.query(
    `update reminder set state = 'missed', next_fire = null, ended_at = now() where operator = $1 and dedupe_key = $2`,
    [operator, run.dedupeKey],
  )
  const events = await eventsOf('missing')
  expect(events).toMatchObject([
    { type: 'reminder.missed', data: { reminderKey: 'missed', accountId: 'missing' } },
  ])
  expect(Date.parse(String(events[0]?.data['scheduledAt']))).toBe(Date.parse(run.scheduledAt))
  await store.removeEndpoint(database, { operator, id: endpointId })
})

test('each endpoint hears what it asked for, and of its own operator only', async () => {
  const all = await addEndpoint([...webhookTypes])
  const some = await addEndpoint(['run.failed'])
  const others = await addEndpoint([...webhookTypes], 'shop')
  await addAccount(database, 'heard')
  await connectAccount(database, 'heard')
  const run = await defineRun(database, { accountId: 'heard', key: 'nobody', recipients: [] })
  await prepareRun(database, run)
  const reason = 'no recipients: the account is in no groups'
  await finishRun(database, {
    runId: run.runId,
    remainder: { state: 'skipped', reason },
    canceled: false,
    reason,
  })
  const told = async (endpointId: string, of = operator) =>
    (await store.listDeliveries(database, { operator: of, endpointId, limit: 50 }))
      .map(({ type }) => type)
      .toSorted()
  expect(await told(all)).toEqual(['account.state', 'run.failed'])
  expect(await told(some)).toEqual(['run.failed'])
  expect(await told(others, 'shop')).toEqual([])
  expect((await eventsOf('heard')).at(-1)?.data).toMatchObject({ reason: 'noRecipients' })
  for (const id of [all, some]) await store.removeEndpoint(database, { operator, id })
})

test('an endpoint that is removed in another transaction never fails the change', async () => {
  const id = await addEndpoint(['account.state'])
  await addAccount(database, 'unharmed')
  const epoch = await connectAccount(database, 'unharmed')
  await inTransaction(database, async (client) => {
    await store.removeEndpoint(client, { operator, id })
    await setAccountState(database, { accountId: 'unharmed', epoch, state: 'reconnecting' })
  })
  expect(await eventsOf('unharmed')).toHaveLength(2)
})

test('old events go, once nothing of them waits', async () => {
  const endpointId = await addEndpoint(['run.failed'])
  const [done, waiting, young] = [randomUUID(), randomUUID(), randomUUID()]
  for (const eventId of [done, waiting, young])
    await store.insertTestEvent(database, { eventId, endpointId, operator })
  const ask = { atOncePerEndpoint: 5 }
  expect((await toHandOver(database, ask)).map(({ eventId }) => eventId)).toEqual(
    expect.arrayContaining([done, waiting]),
  )
  const turn = { eventId: done, endpointId, turn: 1 }
  await markHandedOver(database, turn)
  expect((await toHandOver(database, ask)).map(({ eventId }) => eventId)).not.toContain(done)
  expect(await beginTry(database, turn, ask)).toMatchObject({ kind: 'begun', attempts: 0 })
  await recordTaken(database, { ...turn, status: 200, error: null })
  const late = { isOver: true, retryAfterMs: undefined, retryMs: 1_000 }
  await recordNotTaken(database, { ...turn, status: 500, error: null, ...late })
  expect(await beginTry(database, turn, ask)).toEqual({ kind: 'ended', state: 'delivered' })
  await recordTaken(database, { eventId: young, endpointId, turn: 0, status: 200, error: null })
  const setAge = async (age: string, ids: string[]) =>
    await database.query(`update webhook_event set at = now() - $1::interval where id = any ($2)`, [age, ids])
  await setAge('31 days', [done, waiting])
  await setAge('29 days', [young])
  await purgeEvents(database)
  const { rows } = await database.query(`select id from webhook_event where id = any ($1) order by at`, [
    [done, waiting, young],
  ])
  expect(rows).toEqual([{ id: waiting }, { id: young }])
})

async function addEndpoint(types: WebhookType[], of = operator): Promise<string> {
  const id = randomUUID()
  const url = 'https://receiver.example/'
  await store.insertEndpoint(database, {
    id,
    operator: of,
    url,
    types,
    secret: Buffer.of(0, 1),
    allowHttp: false,
  })
  return id
}

async function eventsOf(accountId: string): Promise<{ type: string; data: Record<string, unknown> }[]> {
  const { rows } = await database.query<{ type: string; data: Record<string, unknown> }>(
    `select type, data from webhook_event where data ->> 'accountId' = $1 order by at`,
    [accountId],
  )
  return rows
}
