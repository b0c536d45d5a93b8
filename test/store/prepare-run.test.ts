import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { askForLock } from '../../src/store/accounts/lock-queue.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun, type NewRun } from '../../src/store/runs/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, defineRun, groupJid, newRequest } from '../support/ledger.js'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, 'office')
})
afterAll(() => db.close())
afterEach(() => vi.restoreAllMocks())

test('a run is prepared in one statement, for 1,000 groups as for one', async () => {
  expect(await statementsFor('one', 1)).toBe(1)
  expect(await statementsFor('many', 1_000)).toBe(1)
})

test('where the lock of its account is free, and nothing holds it up, it has that and runs', async () => {
  const [first, second] = [await newRun('first'), await newRun('second')]
  const prepared = await prepareRun(db.database, first, { takesLock: true })
  expect(prepared).toMatchObject({ state: 'running', total: 2, lockToken: expect.any(Number) as number })
  // Again, as by a workflow that was started anew.
  expect(await prepareRun(db.database, first, { takesLock: true })).toEqual(prepared)
  const waiting = await prepareRun(db.database, second, { takesLock: true })
  expect(waiting).toMatchObject({ state: 'waiting', total: 2, waits: true, wakes: true })
  expect(waiting.lockToken).toBeUndefined()

  const why = { remainder: { state: 'skipped', reason: 'x' }, canceled: true, reason: 'x' } as const
  const { granted } = await finishRun(db.database, { runId: first.runId, ...why })
  expect(granted).toMatchObject({ runId: second.runId, runs: true })
  expect(await askForLock(db.database, second.runId)).toEqual({ kind: 'held', token: granted?.token })
  const third = await newRun('third')
  await prepareRun(db.database, third)
  await askForLock(db.database, third.runId)
  // Done again, as by one whose task was lost before he told the next.
  for (let times = 0; times < 2; times++)
    expect(await finishRun(db.database, { runId: second.runId, ...why })).toMatchObject({
      granted: { runId: third.runId, runs: false },
    })
  // It is the next one's now, and not anybody's who comes.
  expect(
    (await prepareRun(db.database, await newRun('fourth'), { takesLock: true })).lockToken,
  ).toBeUndefined()
  await finishRun(db.database, { runId: third.runId, ...why })
})

test('one that is held, or has a window, does not take the lock', async () => {
  const paused = await newRun('paused')
  await prepareRun(db.database, paused)
  await holdRun(db.database, {
    runId: paused.runId,
    wish: { kind: 'pause', because: 'paused by operator' },
    request: newRequest(),
  })
  const hold = { kind: 'pause', because: 'paused by operator' }
  const prepared = await prepareRun(db.database, paused, { takesLock: true })
  expect(prepared).toMatchObject({ state: 'paused', hold })
  expect(prepared.lockToken).toBeUndefined()
  const windowed = await newRun('windowed', { policies: { window: { from: '08:00', to: '20:00' } } })
  expect(await prepareRun(db.database, windowed, { takesLock: true })).toMatchObject({
    hasWindow: true,
    state: 'preparing',
  })
})

test('one with more recipients than may be is left as it is, and prepared by who has the time', async () => {
  const run = await newRun('large')
  expect(await prepareRun(db.database, run, { takesLock: true, most: 1 })).toBeUndefined()
  const { rows } = await db.database.query(`select state, prepared_at from run where id = $1`, [run.runId])
  expect(rows).toEqual([{ state: 'preparing', prepared_at: null }])
  expect(await prepareRun(db.database, run, { takesLock: true, most: 2 })).toMatchObject({ total: 2 })
  // Once it is prepared it is no longer too large.
  expect(await prepareRun(db.database, run, { most: 1 })).toMatchObject({ total: 2 })
})

async function newRun(key: string, options: Partial<Parameters<typeof defineRun>[1]> = {}): Promise<NewRun> {
  const recipients = [groupJid(1), groupJid(2)]
  return await defineRun(db.database, { accountId: 'office', key, recipients, ...options })
}

/** `begin` and `commit` included. */
async function statementsFor(key: string, groups: number): Promise<number> {
  const recipients = Array.from({ length: groups }, (_, index) => groupJid(index))
  const run = await defineRun(db.database, { accountId: 'office', key, recipients })
  const query = vi.spyOn(Client.prototype, 'query')
  expect(await prepareRun(db.database, run)).toMatchObject({ total: groups, counts: { pending: groups } })
  const statements = query.mock.calls.length
  query.mockRestore()
  return statements
}
