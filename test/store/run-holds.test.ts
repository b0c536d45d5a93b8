import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelRunsOf, findHold, holdRun, pauseRunsOf, resumeRunsOf } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun, setRunState } from '../../src/store/runs/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, defineRun, groupJid, newRequest, startRun } from '../support/ledger.js'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

async function begun(key: string) {
  await addAccount(db.database, key)
  const run = await defineRun(db.database, { accountId: key, key, recipients: [groupJid(1), groupJid(2)] })
  const { token } = await startRun(db.database, run)
  return { ...run, token, reminder: { operator: run.operator, dedupeKey: key } }
}

const stateOf = async (runId: string) => {
  const { rows } = await db.database.query<{ state: string; reason: string | null }>(
    `select state, reason from run where id = $1`,
    [runId],
  )
  return rows[0]
}

test('a workflow that has not heard of the pause of its reminder can write nothing but that it is paused', async () => {
  const { runId, token, reminder } = await begun('unheard')
  await pauseRunsOf(db.database, reminder, 'paused by operator: stop')
  const held = { hold: { kind: 'pause', because: 'paused by operator: stop' } }
  for (const state of ['running', 'waiting'] as const)
    expect(await setRunState(db.database, { runId, state, reason: 'x', lockToken: token })).toEqual(held)
  expect(await stateOf(runId)).toEqual({ state: 'paused', reason: 'paused by operator: stop' })
  await resumeRunsOf(db.database, reminder)
  expect(await findHold(db.database, runId)).toEqual({})
  expect(await setRunState(db.database, { runId, state: 'running', reason: null })).toEqual({})
})

test('of a pause of its own and of its reminder the own one stays; a cancel outlasts all, and the first reason counts', async () => {
  const { runId, reminder } = await begun('both')
  await holdRun(db.database, { runId, wish: { kind: 'pause', because: 'mine' }, request: newRequest() })
  await pauseRunsOf(db.database, reminder, 'all')
  await resumeRunsOf(db.database, reminder)
  expect(await findHold(db.database, runId)).toEqual({ hold: { kind: 'pause', because: 'mine' } })
  await cancelRunsOf(db.database, reminder, 'canceled by operator: rain')
  const canceled = { hold: { kind: 'cancel', because: 'canceled by operator: rain' } }
  for (const wish of [{ kind: 'resume' }, { kind: 'cancel', because: 'again' }] as const)
    expect(await holdRun(db.database, { runId, wish, request: newRequest() })).toEqual(canceled)
  await pauseRunsOf(db.database, reminder, 'all')
  expect(await findHold(db.database, runId)).toEqual(canceled)
  const remainder = { state: 'failed', reason: 'the run was terminated' } as const
  expect(
    await finishRun(db.database, { runId, remainder, canceled: false, reason: remainder.reason }),
  ).toMatchObject({ outcome: { state: 'canceled', counts: { skipped: 2 } } })
  expect(await stateOf(runId)).toEqual({ state: 'canceled', reason: 'canceled by operator: rain' })
  expect(await findHold(db.database, runId)).toEqual({ hasEnded: true })
})

test('a request that is done again, since nobody heard that it was done, takes nothing back, and is recorded once', async () => {
  const { runId, reminder } = await begun('again')
  const pause = {
    wish: { kind: 'pause', because: 'mine' },
    request: { requestId: 'one', by: 'ann' },
  } as const
  const resume = { wish: { kind: 'resume' }, request: { requestId: 'two', reason: 'dry again' } } as const
  await holdRun(db.database, { runId, ...pause })
  expect(await holdRun(db.database, { runId, ...resume })).toEqual({})
  expect(await holdRun(db.database, { runId, ...pause })).toEqual({})
  await pauseRunsOf(db.database, reminder, 'all')
  expect(await holdRun(db.database, { runId, ...resume })).toEqual({
    hold: { kind: 'pause', because: 'all' },
  })
  const { rows } = await db.database.query(
    `select action, actor, reason from audit where subject = $1 order by id`,
    [runId],
  )
  expect(rows).toEqual([
    { action: 'pause', actor: 'ann', reason: null },
    { action: 'resume', actor: null, reason: 'dry again' },
  ])
  // The same id is another request where it is of another run.
  const other = await begun('other')
  const mine = { hold: { because: 'mine' } }
  expect(await holdRun(db.database, { runId: other.runId, ...pause })).toMatchObject(mine)
  // And so it is where it is of another action.
  expect(
    await holdRun(db.database, {
      runId: other.runId,
      wish: { kind: 'resume' },
      request: { requestId: 'one' },
    }),
  ).toEqual({})
})

test('a run that is paused before it has its targets gets them, once, and is prepared when it is resumed', async () => {
  await addAccount(db.database, 'early')
  const run = await defineRun(db.database, { accountId: 'early', key: 'early', recipients: [groupJid(1)] })
  await db.database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [run.runId, run.operator, 'early', 'early', run.digest, run.scheduledAt, run.deadline, run.priority],
  )
  await holdRun(db.database, {
    runId: run.runId,
    wish: { kind: 'pause', because: 'paused' },
    request: newRequest(),
  })
  const prepared = { total: 1, state: 'paused', counts: { pending: 1 } }
  expect(await prepareRun(db.database, run)).toMatchObject(prepared)
  expect(await prepareRun(db.database, run)).toMatchObject(prepared)
  await holdRun(db.database, { runId: run.runId, wish: { kind: 'resume' }, request: newRequest() })
  expect(await stateOf(run.runId)).toEqual({ state: 'waiting', reason: null })
})
