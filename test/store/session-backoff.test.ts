import { randomBytes } from 'node:crypto'
import { ApplicationFailure, type Info } from '@temporalio/activity'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSessionActivities } from '../../src/activities/sessions/sessions.js'
import {
  whatsAppReachability,
  type WhatsAppReachability,
} from '../../src/activities/sessions/whatsapp-reachability.js'
import { failureAdvice, type FailureType } from '../../src/domain/failures.js'
import { defaultDeviceName } from '../../src/domain/accounts/device-name.js'
import { currentLease } from '../../src/store/accounts/accounts.js'
import { clearAuthKeys, writeAuthKeys } from '../../src/store/accounts/auth-keys.js'
import { clearPairing, findPairingRequest, requestPairing } from '../../src/store/accounts/pairing.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { webVersions } from '../../src/whatsapp/web-version.js'
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

test('what Postgres refuses for long is tried again later each time, and takes no lease', async () => {
  const before = await epochOf(accountId)
  await db.database.query('alter table auth_key rename to auth_key_away')
  let known: unknown
  try {
    for (const index of [0, 1, 2, 3]) {
      const { delayMs, heartbeat, type, tried } = await fail('ConnectionLost', { heartbeatDetails: known })
      expect({ type, tried }).toEqual({ type: 'SessionBrokenOff', tried: false })
      expect(delayMs).toBeGreaterThanOrEqual(500 * 2 ** index)
      known = heartbeat
    }
  } finally {
    await db.database.query('alter table auth_key_away rename to auth_key')
  }
  expect(await epochOf(accountId)).toBe(before)
})

test('an error from within the session waits longer each time, and is shown with the account', async () => {
  let known: unknown
  for (const index of [0, 1, 2, 3]) {
    const error = Object.assign(new Error('a text of somebody'), { code: '42501' })
    const failed = await fail(error, { heartbeatDetails: known })
    expect(failed.message).not.toContain('somebody')
    expect(failed.delayMs).toBeGreaterThanOrEqual(500 * 2 ** index)
    known = failed.heartbeat
  }
  const { rows } = await db.database.query(
    `select state, state_detail as detail from account where id = $1`,
    [accountId],
  )
  expect(rows).toEqual([{ state: 'reconnecting', detail: expect.stringContaining('session-broken-off') }])
})

test('keys that were stored under another key are left alone, with advice, until somebody can read them', async () => {
  const value = KeyRing.of(randomBytes(32)).seal(Buffer.from('{}'), [accountId, 'creds', 'creds'])
  const epoch = (await epochOf(accountId)) ?? 0
  await writeAuthKeys(db.database, {
    accountId,
    epoch,
    written: [{ category: 'creds', id: 'creds', value }],
    removed: [],
  })
  let known: unknown
  for (const index of [0, 1, 2]) {
    const { delayMs, heartbeat, type, tried } = await fail('ConnectionLost', { heartbeatDetails: known })
    expect({ type, tried }).toEqual({ type: 'KeysUnreadable', tried: false })
    expect(delayMs).toBeGreaterThanOrEqual(500 * 2 ** index)
    known = heartbeat
  }
  expect(await epochOf(accountId)).toBe(epoch)
  const { rows } = await db.database.query(
    `select state, state_detail as detail from account where id = $1`,
    [accountId],
  )
  expect(rows).toEqual([{ state: 'unreadable', detail: failureAdvice.KeysUnreadable }])
  // Asked to link it anew, the session is tried.
  await requestPairing(db.database, { accountId, method: 'qr', forMs: 300_000, mayBeOther: false })
  expect(await fail('ConnectionLost', {})).toMatchObject({ tried: true })
  await nobodyAsks() // which is kept while somebody waits for it
  await clearAuthKeys(db.database, accountId, (await epochOf(accountId)) ?? 0)
})

test('who could not reach WhatsApp leaves the sessions to others, and alone goes on trying', async () => {
  for (const othersPoll of [true, false]) {
    const reach = whatsAppReachability({ doOthersPoll: () => Promise.resolve(othersPoll) })
    expect(await fail('ConnectionLost', {}, { reach })).toMatchObject({ tried: true })
    expect(await fail('ConnectionLost', {}, { reach })).toMatchObject({ tried: !othersPoll })
  }
})

test('a pairing that did not come about is no reason to leave the sessions to others', async () => {
  const reach = whatsAppReachability({ doOthersPoll: () => Promise.resolve(true) })
  await requestPairing(db.database, { accountId, method: 'qr', forMs: 300_000, mayBeOther: false })
  expect(await fail('ConnectionLost', {}, { reach })).toMatchObject({ tried: true })
  expect(reach.isAway()).toBe(false)
  await nobodyAsks()
})

test('a connection that WhatsApp itself ends is no reason to leave the sessions to others', async () => {
  const reach = whatsAppReachability({ doOthersPoll: () => Promise.resolve(true) })
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
  failure: FailureType | Error,
  info: Partial<Info>,
  {
    databaseLost = new AbortController().signal,
    reach = whatsAppReachability({ doOthersPoll: () => Promise.resolve(false) }),
  }: { databaseLost?: AbortSignal; reach?: WhatsAppReachability } = {},
): Promise<{ delayMs: number; heartbeat: unknown; tried: boolean; type: unknown; message: string }> {
  let tried = false
  const refuse = () => {
    tried = true
    return Promise.reject(failure instanceof Error ? failure : new GatewayFailure(failure, undefined))
  }
  const activities = createSessionActivities({
    database: db.database,
    gateway: { openSession: refuse, pairSession: refuse },
    ring: KeyRing.of(undefined),
    serveAccount: () => Promise.reject(new Error('there is no session to serve')),
    owner: 'test',
    whatsappUrl: undefined,
    versions: webVersions({ pinned: [2, 3000, 1] }),
    deviceName: defaultDeviceName,
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
    .run(() => activities.ownSession({ accountId }))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )
  if (!(error instanceof ApplicationFailure)) throw error
  return { delayMs: Number(error.nextRetryDelay), heartbeat, tried, type: error.type, message: error.message }
}

async function epochOf(id: string): Promise<number | undefined> {
  return (await currentLease(db.database, id))?.epoch
}

async function nobodyAsks(): Promise<void> {
  const request = await findPairingRequest(db.database, accountId)
  if (request) await clearPairing(db.database, request)
}
