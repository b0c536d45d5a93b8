import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../src/store/database.js'
import { insertRun } from '../../src/store/reminders/reminder-runs.js'
import { findWindow } from '../../src/store/runs/run-hours.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { prepareRun, setRunState, type NewRun } from '../../src/store/runs/runs.js'
import { beginSend } from '../../src/store/sends/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, newRequest, startRun } from '../support/ledger.js'

const window = { from: '08:00', to: '20:00' } as const
let db: TestDatabase
let database: Database
let epoch: number
let run: NewRun
let token: number
let counter = 0

beforeAll(async () => {
  db = await createTestDatabase()
  database = db.database
})
afterAll(() => db.close())
beforeEach(async () => {
  const accountId = `office-${++counter}`
  await addAccount(database, accountId)
  epoch = await connectAccount(database, accountId)
  const recipients = [groupJid(1)]
  run = await defineRun(database, { accountId, key: `run-${counter}`, recipients, policies: { window } })
  ;({ token } = await startRun(database, run))
})

const begin = async () => await beginSend(database, { runId: run.runId, ordinal: 0, part: 0, epoch, slot: 0 })

/** By the database's clock, which is the one that counts. */
async function setHours(opensInMs: number, closesInMs: number): Promise<void> {
  const { rows } = await database.query<{ now: Date }>(`select clock_timestamp() as now`)
  const nowMs = rows[0]?.now.getTime() ?? 0
  const hours = {
    opensAt: new Date(nowMs + opensInMs).toISOString(),
    closesAt: new Date(nowMs + closesInMs).toISOString(),
  }
  await setRunState(database, { runId: run.runId, state: 'running', reason: null, lockToken: token, hours })
}

test('nothing begins before the window opens, nor from its last moment on', async () => {
  await setHours(60_000, 120_000)
  expect(await begin()).toEqual({ kind: 'windowClosed' })
  await setHours(-120_000, -60_000)
  expect(await begin()).toEqual({ kind: 'windowClosed' })
  await setHours(-60_000, 490)
  expect(await begin()).toEqual({ kind: 'windowClosed' })
  await setHours(-60_000, 60_000)
  expect(await begin()).toMatchObject({ kind: 'begun', attempt: 1 })
})

test('a resend of what may be out does not cross the end of the window either', async () => {
  await setHours(-60_000, 60_000)
  expect(await begin()).toMatchObject({ kind: 'begun', uncertain: false })
  await setHours(-60_000, 490)
  expect(await begin()).toEqual({ kind: 'windowClosed' })
  await setHours(-1, 60_000)
  expect(await begin()).toMatchObject({ kind: 'begun', attempt: 2, uncertain: true })
})

test('nor the deadline: its last moment is too late', async () => {
  await setHours(-60_000, 60_000)
  await database.query(
    `update run set deadline = clock_timestamp() + interval '490 milliseconds' where id = $1`,
    [run.runId],
  )
  expect(await begin()).toEqual({ kind: 'expired' })
})

test('a run with a window sends nothing before it knows its hours, whoever says that it runs', async () => {
  await setRunState(database, { runId: run.runId, state: 'running', reason: null, lockToken: token })
  expect(await begin()).toEqual({ kind: 'windowClosed' })
})

test('so does one whose row was there before: the reminder writes it, the run prepares it', async () => {
  const accountId = `before-${counter}`
  await addAccount(database, accountId)
  const ownEpoch = await connectAccount(database, accountId)
  const recipients = [groupJid(1)]
  const early = await defineRun(database, { accountId, key: accountId, recipients, policies: { window } })
  const { operator, dedupeKey, digest, scheduledAt, deadline, priority, runId } = early
  await insertRun(
    database,
    { operator, dedupeKey },
    {
      trigger: 'schedule',
      accountId,
      digest,
      scheduledAt,
      dueAt: scheduledAt,
      localAt: scheduledAt.slice(0, 19),
      deadline,
      priority,
      groupConcurrency: 3,
      revision: 0,
    },
  )
  const inserted = await database.query(`select id, state from run where account_id = $1`, [accountId])
  expect(inserted.rows).toEqual([{ id: runId, state: 'preparing' }])
  const first = { runId, ordinal: 0, part: 0, epoch: ownEpoch, slot: 0 }
  const { token: lockToken } = await startRun(database, early)
  expect(await beginSend(database, first)).toEqual({ kind: 'windowClosed' })
  const hours = { opensAt: '2026-01-01T00:00:00Z', closesAt: '2099-01-01T00:00:00Z' }
  await setRunState(database, { runId, state: 'running', reason: null, lockToken, hours })
  // Prepared again, as by a run that was started again: what it knows stays.
  await prepareRun(database, early)
  expect(await beginSend(database, first)).toMatchObject({ kind: 'begun', attempt: 1 })
})

test('a change of state without hours keeps those that the run had', async () => {
  await setHours(60_000, 120_000)
  await holdRun(database, {
    runId: run.runId,
    wish: { kind: 'pause', because: 'paused by operator' },
    request: newRequest(),
  })
  await holdRun(database, { runId: run.runId, wish: { kind: 'resume' }, request: newRequest() })
  await setRunState(database, { runId: run.runId, state: 'running', reason: null, lockToken: token })
  expect(await begin()).toEqual({ kind: 'windowClosed' })
})

test('what it waits for is written with the time at which it goes on, and goes away with it', async () => {
  const waitsUntil = '2026-11-25T05:00:00.000Z'
  const state = async () => {
    const { rows } = await database.query<{ until: Date | null }>(
      `select waits_until as until from run where id = $1`,
      [run.runId],
    )
    return rows[0]?.until?.toISOString()
  }
  await setRunState(database, { runId: run.runId, state: 'waiting', reason: 'window', waitsUntil })
  expect(await state()).toBe(waitsUntil)
  await setRunState(database, { runId: run.runId, state: 'running', reason: null, lockToken: token })
  expect(await state()).toBeUndefined()
})

test('a definition says its window and zone; one without a window sends at any hour', async () => {
  expect(await findWindow(database, run.digest)).toEqual({ window, zone: 'UTC' })
  const accountId = `always-${counter}`
  await addAccount(database, accountId)
  const always = await defineRun(database, { accountId, key: accountId, recipients: [groupJid(1)] })
  expect(await findWindow(database, always.digest)).toBeUndefined()
  expect(await prepareRun(database, always)).toMatchObject({ hasWindow: false })
  expect(await prepareRun(database, run)).toMatchObject({ hasWindow: true })
})
