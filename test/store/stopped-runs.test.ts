import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createReminderActivities } from '../../src/activities/reminders.js'
import { inTransaction } from '../../src/store/database.js'
import { findReminder, lockReminder } from '../../src/store/reminders.js'
import { finishRun, prepareRun, setRunState } from '../../src/store/runs.js'
import { beginSend, closeTarget } from '../../src/store/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun } from '../support/ledger.js'
import { Blocker } from '../support/postgres-locks.js'

let db: TestDatabase
let reminders: ReturnType<typeof createReminderActivities>

beforeAll(async () => {
  db = await createTestDatabase()
  reminders = createReminderActivities(db)
})
afterAll(() => db.close())
afterEach(() => Blocker.releaseAll())

/** A run that is sending, of an account of its own. */
async function sending(accountId: string) {
  await addAccount(db.database, accountId)
  const epoch = await connectAccount(db.database, accountId)
  const run = await defineRun(db.database, {
    accountId,
    key: accountId,
    recipients: [groupJid(1), groupJid(2)],
  })
  const { token } = await startRun(db.database, run)
  const begin = (ordinal: number) =>
    beginSend(db.database, { runId: run.runId, ordinal, part: 0, epoch, slot: 0 })
  return { run, epoch, token, begin, key: { operator: run.operator, dedupeKey: run.dedupeKey } }
}

let requests = 0
const request = (reason?: string) => ({
  now: new Date().toISOString(),
  request: { requestId: `request ${(requests += 1)}`, ...(reason !== undefined && { reason }) },
})

const stateOf = async (runId: string) => {
  const { rows } = await db.database.query<{ state: string; reason: string | null }>(
    `select state, reason from run where id = $1`,
    [runId],
  )
  return rows[0]
}

test('a pause of the reminder stops the sends of its run when it is written, whatever the run hears', async () => {
  const { run, token, begin, key } = await sending('paused')
  expect(await begin(0)).toMatchObject({ kind: 'begun' })
  const because = 'paused by operator: rain'
  await reminders.pauseReminder({ ...key, ...request('rain'), because })
  expect(await begin(1)).toEqual({ kind: 'paused' })
  expect(await stateOf(run.runId)).toEqual({ state: 'paused', reason: because })

  // The run has not heard of it: what it writes is that it goes on.
  const goesOn = { runId: run.runId, state: 'running', reason: null, lockToken: token } as const
  expect(await setRunState(db.database, goesOn)).toEqual({ isOver: false, stoppedBecause: because })
  expect(await begin(1)).toEqual({ kind: 'paused' })

  await reminders.resumeReminder({ ...key, ...request() })
  expect(await setRunState(db.database, goesOn)).toEqual({ isOver: false })
  expect(await begin(1)).toMatchObject({ kind: 'begun' })
})

test('a pause that ends by itself lets the run go on when it ends', async () => {
  const { run, token, key } = await sending('paused-until')
  const until = new Date(Date.now() + 1_000).toISOString()
  await reminders.pauseReminder({ ...key, ...request(), because: 'paused by operator', until })
  const goesOn = { runId: run.runId, state: 'running', reason: null, lockToken: token } as const
  expect(await setRunState(db.database, goesOn)).toHaveProperty('stoppedBecause')
  await reminders.advanceReminder({ ...key, now: new Date(Date.parse(until) + 1).toISOString() })
  expect(await setRunState(db.database, goesOn)).toEqual({ isOver: false })
})

test('a run that is resumed itself goes on while its reminder stays paused', async () => {
  const { run, token, begin, key } = await sending('resumed-itself')
  await reminders.pauseReminder({ ...key, ...request(), because: 'paused by operator' })
  const goesOn = {
    runId: run.runId,
    state: 'running',
    reason: null,
    lockToken: token,
    resumed: true,
  } as const
  expect(await setRunState(db.database, goesOn)).toEqual({ isOver: false })
  expect(await begin(0)).toMatchObject({ kind: 'begun' })
  expect((await findReminder(db.database, key))?.state).toBe('paused')
})

test('a cancel of the reminder stops the sends when it is written, and no resume of the run takes it back', async () => {
  const { run, token, begin, key } = await sending('canceled')
  const because = 'canceled by operator'
  await reminders.endReminder({ ...key, ...request(), action: 'cancel', because })
  expect(await begin(0)).toEqual({ kind: 'paused' })
  const goesOn = {
    runId: run.runId,
    state: 'running',
    reason: null,
    lockToken: token,
    resumed: true,
  } as const
  expect(await setRunState(db.database, goesOn)).toEqual({ isOver: false, stoppedBecause: because })
  expect(await begin(0)).toEqual({ kind: 'paused' })
  const remainder = { state: 'skipped', reason: because } as const
  const finish = { runId: run.runId, canceled: true, remainder, reason: because }
  expect(await finishRun(db.database, finish)).toMatchObject({ state: 'canceled', counts: { skipped: 2 } })
})

test('what the run itself heard stays in its row beside the stop of its reminder', async () => {
  const { run, key } = await sending('heard')
  await reminders.pauseReminder({ ...key, ...request(), because: 'paused by operator' })
  const own = { runId: run.runId, state: 'paused', reason: 'canceled by operator: the run alone' } as const
  expect(await setRunState(db.database, own)).toEqual({ isOver: false })
  expect(await stateOf(run.runId)).toEqual({ state: 'paused', reason: own.reason })
})

test.each(['paused', 'waiting'] as const)(
  'a run that was %s before it was prepared gets its targets all the same, once',
  async (state) => {
    const accountId = `early-${state}`
    await addAccount(db.database, accountId)
    const run = await defineRun(db.database, {
      accountId,
      key: accountId,
      recipients: [groupJid(1), groupJid(2)],
    })
    await db.database.query(
      `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        run.runId,
        run.operator,
        run.dedupeKey,
        accountId,
        run.digest,
        run.scheduledAt,
        run.deadline,
        run.priority,
      ],
    )
    await setRunState(db.database, { runId: run.runId, state, reason: 'paused by operator: wait' })
    const prepared = { total: 2, counts: { pending: 2 }, state, reason: 'paused by operator: wait' }
    expect(await prepareRun(db.database, run)).toMatchObject(prepared)
    expect(await prepareRun(db.database, run)).toMatchObject(prepared)
  },
)

test('a run that ended before it was prepared gets no targets any more', async () => {
  await addAccount(db.database, 'ended')
  const run = await defineRun(db.database, { accountId: 'ended', key: 'ended', recipients: [groupJid(1)] })
  await db.database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'skipped', now())`,
    [run.runId, run.operator, run.dedupeKey, 'ended', run.digest, run.scheduledAt, run.priority],
  )
  expect(await prepareRun(db.database, run)).toMatchObject({ total: 0, state: 'skipped' })
})

test('a lock on the reminder that waits for an edit reads what the edit has written', async () => {
  await addAccount(db.database, 'edited')
  const { operator, dedupeKey, digest } = await defineRun(db.database, {
    accountId: 'edited',
    key: 'edited',
    recipients: [groupJid(1)],
  })
  const other = await defineRun(db.database, { accountId: 'edited', key: 'other', recipients: [groupJid(2)] })
  expect(other.digest).not.toBe(digest)
  const edit = await Blocker.take(
    db.url,
    `update reminder set digest = $2, revision = 1 where dedupe_key = $1`,
    [dedupeKey, other.digest],
  )
  const locked = inTransaction(db.database, (client) => lockReminder(client, { operator, dedupeKey }))
  await edit.untilBlocked('%from reminder%for update%')
  await edit.commit()
  expect(await locked).toMatchObject({ digest: other.digest, revision: 1 })
})

test('a former owner that waits while its account is taken over closes no target', async () => {
  const { run, epoch, begin } = await sending('fenced')
  const begun = await begin(0)
  if (begun.kind !== 'begun') throw new Error('it did not begin')
  const takeOver = await Blocker.take(db.url, `update account set epoch = epoch + 1 where id = $1`, [
    'fenced',
  ])
  const closing = closeTarget(db.database, {
    runId: run.runId,
    ordinal: 0,
    part: 0,
    epoch,
    attempt: begun.attempt,
    sendState: 'failed',
    targetState: 'failed',
    failure: 'NotInGroup',
    reason: 'not in it',
  })
  await takeOver.untilBlocked('%from account%for share%')
  await takeOver.commit()
  expect(await closing).toBeUndefined()
})
