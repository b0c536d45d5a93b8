import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FailureType } from '../../src/domain/failures.js'
import {
  setAccountPause,
  setAccountState,
  setDirectHold,
  takeLease,
} from '../../src/store/accounts/accounts.js'
import { openDatabase, type Database } from '../../src/store/database.js'
import { releaseLock } from '../../src/store/accounts/lock-queue.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { finishRun, setRunState, type NewRun } from '../../src/store/runs/runs.js'
import {
  beginSend,
  closeTarget,
  commitAck,
  loadDelivery,
  revertSend,
  type Begun,
} from '../../src/store/sends/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { Blocker } from '../support/postgres-locks.js'
import {
  addAccount,
  connectAccount,
  defineRun,
  grantLock,
  groupJid,
  newRequest,
  startRun,
} from '../support/ledger.js'

const failed = {
  sendState: 'failed',
  targetState: 'failed',
  failure: 'NotInGroup',
  reason: 'not in it',
} as const
let db: TestDatabase
let database: Database
let pools: Database[] = []
let run: NewRun
let accountId: string
let epoch: number
let token: number
let counter = 0

beforeAll(async () => {
  db = await createTestDatabase()
  database = db.database
  pools = Array.from({ length: 4 }, () => openDatabase(db.url, { maxConnections: 5 }))
})
afterAll(async () => {
  for (const pool of pools) await pool.end()
  await db.close()
})
beforeEach(async () => {
  counter += 1
  accountId = `office-${counter}`
  await addAccount(database, accountId)
  epoch = await connectAccount(database, accountId)
  const recipients = Array.from({ length: 40 }, (_, i) => groupJid(i + 1))
  run = await defineRun(database, { accountId, key: `run-${counter}`, recipients })
  ;({ token } = await startRun(database, run))
})
afterEach(() => Blocker.releaseAll())

test('a send begins once for each attempt, and the newest attempt alone ends it', async () => {
  const first = await begun()
  expect(first).toMatchObject({ attempt: 1, uncertain: false })
  const second = await begun()
  expect(second).toMatchObject({ attempt: 2, uncertain: true })
  expect(await commitAck(database, { ...first, last: false, leftOutDevices: 0 })).toBe(false)
  expect(await closeTarget(database, { ...first, ...failed })).toBeUndefined()
  expect(await stateOf()).toBe('sending')
  expect(await commitAck(database, { ...second, last: false, leftOutDevices: 0 })).toBe(true)
  expect(await stateOf()).toBe('acked')
  expect(await begin()).toEqual({ kind: 'done' })
})

test('the owner of an older session neither begins nor ends a send', async () => {
  const attempt = await begun()
  await takeLease(database, { accountId, owner: 'another' })
  expect(await begin()).toEqual({ kind: 'fenced' })
  expect(await commitAck(database, { ...attempt, last: true, leftOutDevices: 0 })).toBe(false)
  expect(await closeTarget(database, { ...attempt, ...failed })).toBeUndefined()
  expect(await stateOf()).toBe('sending')
})

test('an attempt that surely sent nothing leaves no doubt behind, and takes none away', async () => {
  await revertSend(database, { ...(await begun()), failure: 'AccountLimited' })
  expect(await stateOf()).toBe('pending')
  await begun()
  await revertSend(database, { ...(await begun()), failure: 'AccountLimited' })
  expect(await stateOf()).toBe('sending')
})

test('the next message to a chat knows that the last one may be lost, whatever run it was of', async () => {
  const uncertain = async (runId: string) =>
    (await loadDelivery(database, { runId, ordinal: 0 }))?.lastIsUncertain
  expect(await uncertain(run.runId)).toBe(false)
  await begun()
  const finish = {
    canceled: true,
    remainder: { state: 'skipped', reason: 'canceled' },
    reason: null,
  } as const
  await finishRun(database, { runId: run.runId, ...finish })
  await releaseLock(database, { accountId, runId: run.runId })
  run = await defineRun(database, {
    accountId,
    key: `next-${counter}`,
    recipients: [groupJid(1), groupJid(41)],
  })
  await startRun(database, run)
  expect(await uncertain(run.runId)).toBe(true)
  expect((await loadDelivery(database, { runId: run.runId, ordinal: 1 }))?.lastIsUncertain).toBe(false)
  await commitAck(database, { ...(await begun()), last: false, leftOutDevices: 0 })
  expect(await uncertain(run.runId)).toBe(false)
})

test('nothing begins while the run is paused, waits or is over', async () => {
  const { runId } = run
  await holdRun(database, { runId, wish: { kind: 'pause', because: 'paused' }, request: newRequest() })
  expect(await begin()).toEqual({ kind: 'paused' })
  await holdRun(database, { runId, wish: { kind: 'resume' }, request: newRequest() })
  expect(await begin()).toEqual({ kind: 'paused' })
  await setRunState(database, { runId, state: 'running', reason: null, lockToken: token })
  expect(await begin()).toMatchObject({ kind: 'begun' })
  const remainder = { state: 'skipped', reason: 'canceled by operator' } as const
  await finishRun(database, { runId, canceled: true, remainder, reason: 'canceled by operator' })
  expect(await begin({ ordinal: 1 })).toEqual({ kind: 'done' })
})

test('nothing begins after the deadline', async () => {
  await database.query(`update run set deadline = now() - interval '1 second' where id = $1`, [run.runId])
  expect(await begin()).toEqual({ kind: 'expired' })
})

test('nothing begins without the lock, or with an older grant of it', async () => {
  const { runId } = run
  await releaseLock(database, { accountId, runId })
  expect(await begin()).toEqual({ kind: 'lockLost' })
  await grantLock(database, { accountId, runId: 'run:other' })
  expect(await begin()).toEqual({ kind: 'lockLost' })
  await releaseLock(database, { accountId, runId: 'run:other' })
  await grantLock(database, { accountId, runId })
  expect(await begin()).toEqual({ kind: 'lockLost' })
})

test('nothing begins while the account is paused, restricted or away; a restriction that has passed stops nothing more', async () => {
  const pause = { accountId, reason: 'holidays', request: newRequest() }
  await setAccountPause(database, pause)
  expect(await begin()).toEqual({ kind: 'accountPaused' })
  await setAccountPause(database, { accountId, reason: null, request: newRequest() })
  // Done again, since nobody heard that it was done.
  await setAccountPause(database, pause)
  await setAccountState(database, { accountId, epoch, state: 'logged_out' })
  expect(await begin()).toEqual({ kind: 'accountUnable', state: 'logged_out', leftMs: null })
  await setAccountState(database, { accountId, epoch, state: 'time_locked', forMs: 3_600_000 })
  const restricted = await begin()
  expect(restricted).toMatchObject({ kind: 'accountUnable', state: 'time_locked' })
  const leftMs = restricted.kind === 'accountUnable' ? restricted.leftMs : null
  expect(leftMs).toBeGreaterThan(3_500_000)
  expect(leftMs).toBeLessThanOrEqual(3_600_000)
  await setAccountState(database, { accountId, epoch, state: 'time_locked', forMs: -1_000 })
  expect(await begin()).toMatchObject({ kind: 'begun' })
})

test('no message to a person begins while WhatsApp takes none, and one to a group does', async () => {
  const hold = async (by: FailureType, forMs: number | null) => {
    const until = forMs === null ? null : new Date(Date.now() + forMs)
    await setDirectHold(database, { accountId, epoch, by, until })
    const { rows } = await database.query<{ by: string | null }>(
      'select direct_held_by as by from account where id = $1',
      [accountId],
    )
    return rows[0]?.by
  }
  await database.query(
    `update target set jid = '15551000001@s.whatsapp.net' where run_id = $1 and ordinal = 1`,
    [run.runId],
  )
  expect(await hold('NewChatsLocked', 3_600_000)).toBe('NewChatsLocked')
  const blocked = await begin({ ordinal: 1 })
  expect(blocked).toEqual({ kind: 'directHeld', until: expect.any(Date) as Date })
  const load = (ordinal: number) => loadDelivery(database, { runId: run.runId, ordinal })
  expect((await load(1))?.heldUntil).toEqual(blocked.kind === 'directHeld' && blocked.until)
  expect((await load(0))?.heldUntil).toBeNull()
  expect(await begin({ ordinal: 0 })).toMatchObject({ kind: 'begun' })
  // The longer of two holds, and the end of the other one is not its end.
  expect(await hold('NewChatsCapped', 60_000)).toBe('NewChatsLocked')
  expect(await hold('NewChatsCapped', 7_200_000)).toBe('NewChatsCapped')
  expect(await hold('NewChatsLocked', null)).toBe('NewChatsCapped')
  expect(await begin({ ordinal: 1 })).toMatchObject({ kind: 'directHeld' })
  expect(await hold('NewChatsCapped', -1_000)).toBe('NewChatsCapped')
  expect(await begin({ ordinal: 1 })).toMatchObject({ kind: 'begun' })
  expect(await hold('NewChatsLocked', null)).toBeNull()
})

test('a restriction outlives a reconnect, and an ack of a message from before it', async () => {
  const earlier = await begun()
  await setAccountState(database, { accountId, epoch, state: 'limited', forMs: 3_600_000 })
  for (const state of ['reconnecting', 'connecting', 'connected'] as const) {
    expect(await setAccountState(database, { accountId, epoch, state })).toBe(true)
    expect(await accountState()).toBe('limited')
  }
  expect(await commitAck(database, { ...earlier, last: false, leftOutDevices: 0 })).toBe(true)
  expect(await accountState()).toBe('limited')

  await database.query(`update account set state_until = now() where id = $1`, [accountId])
  expect(await commitAck(database, { ...(await begun({ part: 1 })), last: true, leftOutDevices: 0 })).toBe(
    true,
  )
  expect(await accountState()).toBe('connected')
})

test('once a pause is written nothing begins, however many are about to', async () => {
  const { runId } = run
  const begins = Array.from({ length: 40 }, (_, ordinal) => begin({ ordinal, pool: ordinal % pools.length }))
  await begins[3]
  await holdRun(database, { runId, wish: { kind: 'pause', because: 'paused' }, request: newRequest() })
  const { rows } = await database.query<{ now: Date }>('select clock_timestamp() as now')
  const results = await Promise.all(begins)
  const { rows: sent } = await database.query<{ at: Date }>(
    `select sending_at as at from send where run_id = $1 and state = 'sending'`,
    [runId],
  )
  expect(sent).toHaveLength(results.filter(({ kind }) => kind === 'begun').length)
  const pausedAt = rows[0]?.now ?? new Date(0)
  expect(sent.filter(({ at }) => at > pausedAt)).toEqual([])
  expect(results.filter(({ kind }) => kind !== 'begun' && kind !== 'paused')).toEqual([])
})

test('a begin that meets a pause being written waits for it and obeys it', async () => {
  const pause = await Blocker.take(db.url, `update run set state = 'paused' where id = $1`, [run.runId])
  const beginning = begin()
  await pause.untilBlocked('%update send%')
  await pause.commit()
  expect(await beginning).toEqual({ kind: 'paused' })
})

async function begin({
  ordinal = 0,
  part = 0,
  pool,
}: { ordinal?: number; part?: number; pool?: number } = {}): Promise<Begun> {
  const db = pool === undefined ? database : pools[pool]
  if (!db) throw new Error('no such pool')
  return await beginSend(db, { runId: run.runId, ordinal, part, epoch, slot: 0 })
}

async function begun({ part = 0 }: { part?: number } = {}) {
  const result = await begin({ part })
  if (result.kind !== 'begun') throw new Error(`it was refused: ${result.kind}`)
  const { attempt, uncertain } = result
  return { runId: run.runId, ordinal: 0, part, epoch, attempt, uncertain, slot: 0 }
}

async function stateOf(): Promise<string | undefined> {
  const { rows } = await database.query<{ state: string }>(
    'select state from send where run_id = $1 and ordinal = 0 and part = 0',
    [run.runId],
  )
  return rows[0]?.state
}

async function accountState(): Promise<string | undefined> {
  const { rows } = await database.query<{ state: string }>('select state from account where id = $1', [
    accountId,
  ])
  return rows[0]?.state
}
