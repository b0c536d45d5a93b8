import { ApplicationFailure, type Info } from '@temporalio/activity'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessionActivities } from '../../src/activities/sessions.js'
import { whatsAppReach, type WhatsAppReach } from '../../src/activities/whatsapp-reach.js'
import type { FailureType } from '../../src/domain/failures.js'
import { createCipher } from '../../src/whatsapp/cipher.js'
import { GatewayFailure } from '../../src/whatsapp/gateway.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount } from '../support/ledger.js'

const accountId = 'office'
let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, accountId)
})
afterAll(() => db.close())

test('connections that fail one after the other wait longer each time', async () => {
  let known: unknown
  const delays: number[] = []
  for (const _ of [1, 2, 3, 4]) {
    const { delayMs, heartbeat } = await fail('ConnectionLost', { heartbeatDetails: known })
    delays.push(delayMs)
    known = heartbeat
  }
  // Half of it is chance.
  for (const [index, delayMs] of delays.entries()) {
    expect(delayMs).toBeGreaterThanOrEqual(500 * 2 ** index)
    expect(delayMs).toBeLessThanOrEqual(1_000 * 2 ** index)
  }
})

test('a connection that fails after many good ones is tried again at once', async () => {
  const { delayMs } = await fail('ConnectionLost', { attempt: 50 })
  expect(delayMs).toBeLessThanOrEqual(1_000)
})

test('a connection that was taken over is left to the other side, longer each time, and an hour at most', async () => {
  const first = await fail('AccountReplaced', { attempt: 50 })
  expect(first.delayMs).toBeGreaterThanOrEqual(15_000)
  expect(first.delayMs).toBeLessThanOrEqual(30_000)
  const second = await fail('AccountReplaced', { heartbeatDetails: first.heartbeat })
  expect(second.delayMs).toBeGreaterThanOrEqual(30_000)
  const late = await fail('AccountReplaced', { heartbeatDetails: { inARow: 40 } })
  expect(late.delayMs).toBeLessThanOrEqual(3_600_000)
})

test('a whole day of being taken over (440) is a few dozen log-ins, and a quieter time begins anew', async () => {
  let known: unknown
  let passedMs = 0
  let logIns = 0
  while (passedMs < 86_400_000) {
    const { delayMs, heartbeat } = await fail('AccountReplaced', { heartbeatDetails: known })
    logIns += 1
    passedMs += delayMs
    known = heartbeat
  }
  // Seven while the wait grows to an hour, and then two an hour at most.
  expect(logIns).toBeLessThanOrEqual(7 + 48)
})

test('the wait before a reconnection is jittered', async () => {
  const delays = new Set<number>()
  for (let i = 0; i < 20; i++) delays.add((await fail('ConnectionLost', {})).delayMs)
  expect(delays.size).toBeGreaterThan(10)
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(100)
})

test('who could not reach WhatsApp leaves the sessions to others, and alone goes on trying', async () => {
  for (const othersPoll of [true, false]) {
    const reach = whatsAppReach({ doOthersPoll: () => Promise.resolve(othersPoll) })
    expect(await fail('ConnectionLost', {}, { reach })).toMatchObject({ tried: true })
    expect(await fail('ConnectionLost', {}, { reach })).toMatchObject({ tried: !othersPoll })
  }
})

test('a connection that WhatsApp itself ends is no reason to leave the sessions to others', async () => {
  const reach = whatsAppReach({ doOthersPoll: () => Promise.resolve(true) })
  await fail('AccountReplaced', {}, { reach })
  expect(reach.isAway()).toBe(false)
})

test('a process that has lost Postgres takes no session', async () => {
  const lost = new AbortController()
  lost.abort()
  expect(await fail('ConnectionLost', {}, { databaseLost: lost.signal })).toMatchObject({
    tried: false,
    type: 'DatabaseLost',
  })
})

async function fail(
  failure: FailureType,
  info: Partial<Info>,
  {
    databaseLost = new AbortController().signal,
    reach = whatsAppReach({ doOthersPoll: () => Promise.resolve(false) }),
  }: { databaseLost?: AbortSignal; reach?: WhatsAppReach } = {},
): Promise<{ delayMs: number; heartbeat: unknown; tried: boolean; type: unknown }> {
  let tried = false
  const refuse = () => {
    tried = true
    return Promise.reject(new GatewayFailure(failure, undefined))
  }
  const activities = createSessionActivities({
    database: db.database,
    gateway: { openSession: refuse, pairSession: refuse },
    cipher: createCipher(undefined),
    serveAccount: () => Promise.reject(new Error('there is no session to serve')),
    owner: 'test',
    whatsappUrl: undefined,
    databaseLost,
    reach,
    follow: () => undefined,
    logger: pino({ level: 'silent' }),
  })
  const environment = new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') })
  let heartbeat: unknown
  environment.on('heartbeat', (detail: unknown) => {
    heartbeat = detail
  })
  const error: unknown = await environment
    .run(() => activities.holdSession({ accountId }))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  if (!(error instanceof ApplicationFailure)) throw error
  return { delayMs: Number(error.nextRetryDelay), heartbeat, tried, type: error.type }
}
