import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkLockQueues } from '../../src/doctor/lock-queue.js'
import {
  askForLock,
  grantNext,
  holderOf,
  markServed,
  readLock,
  releaseLock,
} from '../../src/store/accounts/lock-queue.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun, setRunState } from '../../src/store/runs/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, defineRun, groupJid } from '../support/ledger.js'

let db: TestDatabase
let accountId: string
let accounts = 0

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  accountId = `office-${++accounts}`
  await addAccount(db.database, accountId)
})

/** A run that is prepared, and has not asked. */
async function prepared(
  name: string,
  { priority = 5, scheduledAt = '2026-11-24T06:00:00Z' }: { priority?: number; scheduledAt?: string } = {},
): Promise<string> {
  const recipients = [groupJid(1)]
  const run = await defineRun(db.database, { accountId, key: `${accountId}-${name}`, recipients })
  await prepareRun(db.database, { ...run, priority, scheduledAt })
  return run.runId
}

const ask = (runId: string) => askForLock(db.database, runId)
async function held(runId: string): Promise<number> {
  const answer = await ask(runId)
  if (answer.kind !== 'held') throw new Error(`${runId} waits`)
  return answer.token
}
const grant = () => grantNext(db.database, accountId)
const release = (runId: string, token?: number) =>
  releaseLock(db.database, { accountId, runId, ...(token !== undefined && { token }) })
async function serve() {
  await markServed(db.database, accountId)
  return await readLock(db.database, { accountId, most: 3 })
}

/** As if all that was written of the lock's looks and wakings had been so long ago. */
async function age(interval: string): Promise<void> {
  await db.database.query(
    `update account set lock_served_at = lock_served_at - $2::interval, lock_woken_at = lock_woken_at - $2::interval
     where id = $1`,
    [accountId, interval],
  )
}

test('of many that ask at once one gets the lock', async () => {
  const runs = await Promise.all(Array.from({ length: 10 }, (_, i) => prepared(`${i}`)))
  const answers = await Promise.all(runs.map(ask))
  const held = runs.filter((_runId, index) => answers[index]?.kind === 'held')
  expect(held).toHaveLength(1)
  expect(await Promise.all(runs.map(grant))).toEqual(runs.map(() => undefined))
  expect(await serve()).toMatchObject({ holder: { runId: held[0] }, waitingCount: 9 })
})

test('asking again is the same grant; the next holder has a higher token', async () => {
  const [a, b] = [await prepared('a'), await prepared('b')]
  const token = await held(a)
  expect(await ask(a)).toEqual({ kind: 'held', token })
  expect(await release(a)).toBeUndefined()
  expect(await held(b)).toBe(token + 1)
})

test('a lock that is free is not the asker’s where others wait for it', async () => {
  const [a, b, c] = [await prepared('a'), await prepared('b'), await prepared('c')]
  const token = await held(a)
  await ask(b)
  await ask(c)
  const next = { runId: b, token: token + 1, runs: false }
  expect(await release(a, token)).toEqual(next)
  // Whoever freed it may have died before he told anybody.
  expect(await release(a, token)).toEqual(next)
  expect(await holderOf(db.database, accountId)).toEqual(next)
  expect(await ask(c)).toMatchObject({ kind: 'waits' })
  expect(await grant()).toBeUndefined()
  expect(await ask(b)).toEqual({ kind: 'held', token: token + 1 })
  // One that leaves the queue has nothing to tell.
  expect(await release(c)).toBeUndefined()
})

test('a run that only waits for the lock runs by the statement that gives it the lock, and one that is held does not', async () => {
  const [a, b, c] = [await prepared('a'), await prepared('b'), await prepared('c')]
  const token = await held(a)
  for (const runId of [b, c]) {
    await setRunState(db.database, { runId, state: 'waiting', reason: 'the lock of the account' })
    await ask(runId)
  }
  expect(await release(a, token)).toEqual({ runId: b, token: token + 1, runs: true })
  expect(await findRow(b)).toEqual({ state: 'running', lock_token: token + 1, reason: null })
  await holdRun(db.database, {
    runId: c,
    wish: { kind: 'pause', because: 'paused by operator' },
    request: { requestId: 'x' },
  })
  expect(await release(b, token + 1)).toEqual({ runId: c, token: token + 2, runs: false })
  expect(await findRow(c)).toEqual({ state: 'paused', lock_token: null, reason: 'paused by operator' })
})

async function findRow(runId: string): Promise<unknown> {
  const { rows } = await db.database.query('select state, lock_token, reason from run where id = $1', [runId])
  return rows[0]
}

test('only its holder frees it, and only with the token of this grant', async () => {
  const [a, b] = [await prepared('a'), await prepared('b')]
  const stale = await held(a)
  await release(a)
  const token = await held(a)
  await release(b, token)
  await release(a, stale)
  expect(await serve()).toMatchObject({ holder: { runId: a, token }, waiting: [], waitingCount: 0 })
  await release(a, token)
  expect(await serve()).toEqual({ waiting: [], waitingCount: 0 })
})

test('the queue is by priority, then scheduled time, then arrival, and the first of it are shown with the count', async () => {
  const [early, late] = ['2026-11-24T06:00:00Z', '2026-11-24T07:00:00Z']
  const holder = await prepared('holder')
  await held(holder)
  const second = await prepared('second-of-two', { priority: 3, scheduledAt: early })
  const first = await prepared('first-of-two', { priority: 3, scheduledAt: early })
  const later = await prepared('later', { scheduledAt: late })
  const earlier = await prepared('earlier', { scheduledAt: early })
  const urgent = await prepared('urgent', { priority: 9, scheduledAt: late })
  for (const runId of [later, first, earlier, second, urgent, first]) await ask(runId)
  const order = [urgent, earlier, later, first, second]
  const { waiting, waitingCount } = await serve()
  expect(waiting).toEqual([
    { runId: urgent, priority: 9, scheduledAt: late },
    { runId: earlier, priority: 5, scheduledAt: early },
    { runId: later, priority: 5, scheduledAt: late },
  ])
  expect(waitingCount).toBe(5)
  const granted: (string | undefined)[] = []
  for (const runId of [holder, ...order]) granted.push((await release(runId))?.runId)
  expect(granted).toEqual([...order, undefined])
  expect(await grant()).toBeUndefined()
})

test('who pauses, ends or is deleted leaves the queue, and one that has ended does not come into it', async () => {
  const [paused, ended, deleted, last] = await Promise.all(
    ['paused', 'ended', 'deleted', 'last'].map((name) => prepared(name)),
  )
  await held(await prepared('holder'))
  for (const runId of [paused, ended, deleted, last]) await ask(runId ?? '')
  // Another holds it: who waits is not told.
  expect(await release(paused ?? '')).toBeUndefined()
  await finishRun(db.database, {
    runId: ended ?? '',
    remainder: { state: 'skipped', reason: 'canceled by operator' },
    canceled: true,
    reason: null,
  })
  await db.database.query(`delete from run where id = $1`, [deleted])
  expect(await ask(ended ?? '')).toEqual({ kind: 'waits', wakes: false })
  expect(await ask(deleted ?? '')).toEqual({ kind: 'waits', wakes: false })
  expect((await serve()).waiting.map(({ runId }) => runId)).toEqual([last])
})

test('the workflow of the lock is woken where it would not look by itself, once, and again where that was lost', async () => {
  const runs = await Promise.all(Array.from({ length: 6 }, (_, i) => prepared(`wake-${i}`)))
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = runs
  const wakes = async (runId: string) => {
    const answer = await ask(runId)
    return answer.kind === 'waits' && answer.wakes
  }
  const holder = await prepared('holder')
  await held(holder)
  // Nobody else waits: the first wakes it, and the next finds it woken.
  expect(await wakes(a)).toBe(true)
  expect(await wakes(b)).toBe(false)
  // It has not come, though.
  await age('61 seconds')
  expect(await wakes(b)).toBe(true)
  await serve()
  await release(holder)
  await grant()
  expect(await serve()).toMatchObject({ holder: { runId: a }, waitingCount: 1 })
  // It has looked a moment ago, and will again: others wait.
  expect(await wakes(c)).toBe(false)
  await age('16 seconds')
  expect(await wakes(c)).toBe(false)
  expect(await wakes(d)).toBe(true)
  expect(await wakes(e)).toBe(false)
  await serve()
  // It has not looked for longer than it ever should.
  await age('4 minutes')
  expect(await wakes(c)).toBe(true)
  await serve()
  for (const runId of [b, c, d, e]) await release(runId)
  // Somebody has the lock and nobody else waits: it would look in ten minutes.
  expect(await wakes(f)).toBe(true)
})

test('of runs that ask, pause and give back all at once none is lost, and none waits for another for ever', async () => {
  const runs = await Promise.all(Array.from({ length: 20 }, (_, i) => prepared(`busy-${i}`)))
  const served = new Set<string>()
  const each = runs.map(async (runId, index) => {
    while (!served.has(runId)) {
      const answer = await ask(runId)
      if (answer.kind === 'held') {
        served.add(runId)
        await release(runId, answer.token)
      }
      // Some give up now and then, and come back.
      else if (index % 3 === 0) await release(runId)
    }
  })
  const lock = Array.from({ length: 3 }, async () => {
    while (served.size < runs.length) {
      const granted = await grant()
      if (granted === undefined) continue
      served.add(granted.runId)
      await release(granted.runId, granted.token)
    }
  })
  await Promise.all([...each, ...lock])
  for (const runId of runs) await release(runId)
  expect(await serve()).toEqual({ waiting: [], waitingCount: 0 })
})

test('doctor tells of runs that wait, and whether anybody has looked at their queue for five minutes', async () => {
  const holder = await prepared('holder')
  await held(holder)
  const runId = await prepared('told')
  await ask(runId)
  await serve()
  const checks = async () =>
    (await checkLockQueues(db.database, 'school')).filter(({ found }) => found.includes(`'${accountId}'`))
  expect(await checks()).toEqual([
    { name: 'Queue', state: 'ok', found: `1 run waits for account '${accountId}', which ${holder} has` },
  ])
  await age('6 minutes')
  const [check] = await checks()
  expect(check).toMatchObject({ state: 'bad', found: expect.stringContaining('nobody has looked') as string })
  expect(check?.remedy).toContain(`lock:${accountId}`)
  await release(runId)
  expect(await checks()).toEqual([])
})
