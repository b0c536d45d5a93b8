import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { setAccountState } from '../../src/store/accounts/accounts.js'
import { releaseLock } from '../../src/store/accounts/lock-queue.js'
import { lockReminder } from '../../src/store/reminders/reminders.js'
import { purge } from '../../src/store/jobs/retention.js'
import { openRetries, retryFailed, type RetryRequest } from '../../src/store/runs/retry-failed.js'
import { finishRun, prepareRun, type NewRun } from '../../src/store/runs/runs.js'
import { beginSend, closeTarget, commitAck, loadDelivery } from '../../src/store/sends/sends.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun, texts } from '../support/ledger.js'
import { Blocker } from '../support/postgres-locks.js'

const now = '2026-11-24T09:00:00Z'
let db: TestDatabase
let run: NewRun
let token: number
let epoch: number
let counter = 0

beforeAll(async () => {
  db = await createTestDatabase()
  await registerOperator(db.database, 'school')
  await db.database.query(
    `insert into webhook_endpoint (operator, sealed_url, types, secret)
     values ('school', 'https://example.org', '{run.started,run.finished,run.failed}', '')`,
  )
})
afterAll(() => db.close())
afterEach(() => Blocker.releaseAll())

/**
 * A finished run of four targets with three parts each: delivered, failed at its second part, unknown at its first,
 * and skipped.
 */
beforeEach(async () => {
  counter += 1
  const accountId = `office-${counter}`
  await addAccount(db.database, accountId)
  epoch = await connectAccount(db.database, accountId)
  const recipients = [1, 2, 3, 4].map(groupJid)
  run = await defineRun(db.database, { accountId, key: `run-${counter}`, recipients, parts: texts(3) })
  ;({ token } = await startRun(db.database, run))
  for (const part of [0, 1, 2]) await ack(0, part)
  await ack(1, 0)
  await close(1, 1, { state: 'failed', failure: 'NotInGroup' })
  await close(2, 0, { state: 'unknown', failure: 'AckTimedOut' })
  expect(await end(true)).toMatchObject({ state: 'partial' })
})

test('only what failed is pending again, each send under its own message id', async () => {
  const before = await sends()
  expect(await retry()).toEqual({ kind: 'retried', targets: 1, deadline: '2026-11-24T10:00:00Z' })
  expect(await targets()).toEqual(['delivered', 'pending', 'unknown', 'skipped'])
  const after = await sends()
  expect(after.map(({ id, part, ordinal }) => ({ id, part, ordinal }))).toEqual(
    before.map(({ id, part, ordinal }) => ({ id, part, ordinal })),
  )
  const changed = after.filter(({ state }, i) => state !== before[i]?.state)
  expect(changed).toMatchObject([
    { ordinal: 1, part: 1, state: 'pending', attempt: 1 },
    { ordinal: 1, part: 2, state: 'pending', attempt: 0 },
  ])
  expect(after.find(({ ordinal }) => ordinal === 1)).toMatchObject({ part: 0, state: 'acked' })
  const { rows } = await db.database.query(
    `select state, finished_at, reason, digest, deadline from run where id = $1`,
    [run.runId],
  )
  expect(rows).toEqual([
    {
      state: 'waiting',
      finished_at: null,
      reason: null,
      digest: run.digest,
      deadline: new Date('2026-11-24T10:00:00Z'),
    },
  ])
  expect(await audit()).toEqual([{ action: 'retryFailed', actor: 'school', reason: 'back in the group' }])
})

test('the run goes on with those targets alone, at the first part that is not out, and ends with a new event', async () => {
  await retry({ now: new Date().toISOString() })
  const prepared = await prepareRun(db.database, run)
  expect(prepared).toMatchObject({ total: 4, state: 'waiting', left: [1] })
  // Its own deadline, and not that of the run it was.
  expect(Date.parse(prepared.deadline)).toBeGreaterThan(Date.parse(run.deadline))
  expect((await loadDelivery(db.database, { runId: run.runId, ordinal: 1 }))?.sends).toMatchObject([
    { state: 'acked' },
    { state: 'pending', attempt: 1 },
    { state: 'pending', attempt: 0 },
  ])
  await releaseLock(db.database, { accountId: run.accountId, runId: run.runId, token })
  await startRun(db.database, run)
  await ack(1, 1)
  await ack(1, 2, true)
  const counts = { pending: 0, delivered: 2, failed: 0, unknown: 1, skipped: 1, expired: 0 }
  expect(await end()).toMatchObject({ state: 'partial', counts })
  const { rows } = await db.database.query<{ type: string; failed: number | null }>(
    `select type, (data -> 'counts' ->> 'failed')::integer as failed from webhook_event
     where data ->> 'runId' = $1 order by at`,
    [run.runId],
  )
  expect(rows).toEqual([
    { type: 'run.started', failed: null },
    { type: 'run.finished', failed: 1 },
    { type: 'run.finished', failed: 0 },
  ])
})

test('one request is one retry, also when it comes twice at once; another one is refused meanwhile', async () => {
  const answers = await Promise.all([retry(), retry()])
  expect(answers[0]).toMatchObject({ kind: 'retried', targets: 1 })
  expect(answers[1]).toEqual(answers[0])
  expect(await retry({ requestId: 'other' })).toEqual({ kind: 'underWay', state: 'waiting', isRetry: true })
  expect(await audit()).toHaveLength(1)

  // Long over, it is answered as it was then.
  await end()
  expect(await retry()).toEqual(answers[0])
  expect(await targets()).toEqual(['delivered', 'skipped', 'unknown', 'skipped'])
})

test('of two requests at once one is done', async () => {
  const answers = await Promise.all([retry({ requestId: 'one' }), retry({ requestId: 'other' })])
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['retried', 'underWay'])
  expect(await audit()).toHaveLength(1)
})

test('what cannot be retried is said, and nothing is changed', async () => {
  const before = await sends()
  expect(await retryFailed(db.database, { runId: 'run:school/none@x', requestId: 'a', now })).toEqual({
    kind: 'unknownRun',
  })
  const { accountId } = run
  await setAccountState(db.database, { accountId, epoch, state: 'logged_out' })
  expect(await retry()).toEqual({ kind: 'accountUnlinked', accountId, state: 'logged_out' })
  expect(await sends()).toEqual(before)
  await setAccountState(db.database, { accountId, epoch, state: 'connected' })
  expect(await retry()).toMatchObject({ kind: 'retried' })
  await end()
  const counts = { pending: 0, delivered: 1, failed: 0, unknown: 1, skipped: 2, expired: 0 }
  expect(await retry({ requestId: 'again' })).toEqual({ kind: 'nothing', counts })
  expect(await audit()).toHaveLength(1)
})

test('its reminder neither follows a retry nor ends it', async () => {
  const key = { operator: run.operator, dedupeKey: run.dedupeKey }
  expect(await openRetries(db.database, key)).toEqual([])
  await retry()
  expect((await lockReminder(db.database, key))?.runs).toEqual([])
  expect(await openRetries(db.database, key)).toEqual([run.runId])
  expect(await end(false, true)).toMatchObject({ state: 'waiting', counts: { pending: 1 } })
  await end()
  expect(await openRetries(db.database, key)).toEqual([])
})

test('the purge passes over a run that is being opened again', async () => {
  await db.database.query(`update run set finished_at = now() - interval '100 days' where id = $1`, [
    run.runId,
  ])
  await Blocker.take(db.url, `select from run where id = $1 for update`, [run.runId])
  const logger = { warn: () => undefined }
  await purge({ database: db.database, logger }, { days: 90 })
  expect(await targets()).toHaveLength(4)
})

async function retry(request: Partial<RetryRequest> = {}) {
  const asked = { requestId: 'click', by: 'school', reason: 'back in the group', now, ...request }
  return await retryFailed(db.database, { runId: run.runId, ...asked })
}

async function end(canceled = false, unlessRetry = false) {
  const remainder = { state: 'skipped', reason: 'canceled by operator' } as const
  const { outcome } = await finishRun(db.database, {
    runId: run.runId,
    canceled,
    remainder,
    reason: remainder.reason,
    unlessRetry,
  })
  return outcome
}

async function begin(ordinal: number, part: number) {
  const begun = await beginSend(db.database, { runId: run.runId, ordinal, part, epoch, slot: 0 })
  if (begun.kind !== 'begun') throw new Error(begun.kind)
  return { runId: run.runId, ordinal, part, epoch, attempt: begun.attempt }
}

async function ack(ordinal: number, part: number, last = part === 2): Promise<void> {
  expect(
    await commitAck(db.database, { ...(await begin(ordinal, part)), slot: 0, last, leftOutDevices: 0 }),
  ).toBe(true)
}

async function close(
  ordinal: number,
  part: number,
  { state, failure }: { state: 'failed' | 'unknown'; failure: string },
): Promise<void> {
  const ended = { sendState: state, targetState: state, failure, reason: 'as the test says' }
  expect(await closeTarget(db.database, { ...(await begin(ordinal, part)), ...ended })).toBe(state)
}

async function targets(): Promise<string[]> {
  const { rows } = await db.database.query<{ state: string }>(
    `select state from target where run_id = $1 order by ordinal`,
    [run.runId],
  )
  return rows.map(({ state }) => state)
}

async function sends() {
  const { rows } = await db.database.query<{
    ordinal: number
    part: number
    id: string
    state: string
    attempt: number
  }>(
    `select ordinal, part, message_id as id, state, attempt from send where run_id = $1 order by ordinal, part`,
    [run.runId],
  )
  return rows
}

async function audit() {
  const { rows } = await db.database.query(`select action, actor, reason from audit where subject = $1`, [
    run.runId,
  ])
  return rows
}
