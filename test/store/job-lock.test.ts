import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '../../src/store/database.js'
import { jobLockClass, withJobLock } from '../../src/store/jobs/job-lock.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

/** Two processes: a pool each, on one Postgres. */
let db: TestDatabase
let one: Database
let other: Database
let warnings: { fields: unknown; message: string }[] = []
const logger = { warn: (fields: unknown, message: string) => void warnings.push({ fields, message }) }
const retention = { job: 'retention', logger } as const

beforeAll(async () => {
  db = await createTestDatabase()
  one = openDatabase(db.url, { maxConnections: 2 })
  other = openDatabase(db.url, { maxConnections: 2 })
})
afterEach(() => {
  warnings = []
})
afterAll(async () => {
  await one.end()
  await other.end()
  await db.close()
})

test('while one process works the other skips, and says so', async () => {
  const first = await withJobLock(one, retention, async (client) => {
    expect(await withJobLock(other, retention, () => Promise.reject(new Error('at once')))).toEqual({
      kind: 'busy',
    })
    // Another connection of the same pool is another session: it skips too.
    expect(await withJobLock(one, retention, () => Promise.reject(new Error('at once')))).toEqual({
      kind: 'busy',
    })
    // The work is on the connection of the lock.
    expect(await held()).toEqual([{ pid: await pidOf(client) }])
    return 'worked'
  })
  expect(first).toEqual({ kind: 'done', result: 'worked' })
  const busy = { fields: { job: 'retention' }, message: 'retention-lock-busy' }
  expect(warnings).toEqual([busy, busy])
})

test('jobs do not wait for each other', async () => {
  const reconcile = { job: 'reconcile', logger } as const
  const result = await withJobLock(
    one,
    retention,
    async () => await withJobLock(other, reconcile, async () => 'both'),
  )
  expect(result).toEqual({ kind: 'done', result: { kind: 'done', result: 'both' } })
  expect(warnings).toEqual([])
})

test.each<[string, () => Promise<unknown>]>([
  ['a commit', () => withJobLock(one, retention, async () => undefined)],
  ['a failure', () => withJobLock(one, retention, () => Promise.reject(new Error('no disk')))],
  [
    'a statement that fails',
    () => withJobLock(one, retention, async (client) => await client.query('select 1 / 0')),
  ],
  [
    'the end of its connection',
    () =>
      withJobLock(one, retention, async (client) => {
        const ended = new Promise((resolve) => client.once('error', resolve))
        // It is told of its end before its locks are gone: so many ms are waited for that.
        await other.query('select pg_terminate_backend($1, 10000)', [await pidOf(client)])
        await ended
      }),
  ],
])('no lock outlives its transaction: %s', async (_end, work) => {
  await work().catch((error: unknown) => expect(error).toBeInstanceOf(Error))
  expect(await held()).toEqual([])
  expect(await withJobLock(other, retention, async () => 'worked')).toEqual({
    kind: 'done',
    result: 'worked',
  })
})

test('a session lock over a pool would have outlived its job, and shut the other process out', async () => {
  const key = [jobLockClass, 1]
  const ask = 'select pg_try_advisory_lock($1, $2) as answer'
  const giveBack = 'select pg_advisory_unlock($1, $2) as answer'
  const answer = async (pool: Database, statement: string) =>
    (await pool.query<{ answer: boolean }>(statement, key)).rows[0]?.answer

  // Locks on whatever connection is free; while it works, that one goes to somebody else.
  expect(await answer(one, ask)).toBe(true)
  const taken = await one.connect()
  const lockedBy = await held()
  try {
    expect(lockedBy).toEqual([{ pid: await pidOf(taken) }])
    // The unlock gets another connection, which does not have it.
    expect(await answer(one, giveBack)).toBe(false)
  } finally {
    taken.release()
  }

  // The job is over, its lock is not: nobody gets in until that connection happens to end.
  expect(await held()).toEqual(lockedBy)
  expect(await answer(other, ask)).toBe(false)
  expect(await withJobLock(other, retention, async () => 'worked')).toEqual({ kind: 'busy' })
  expect(warnings.map(({ message }) => message)).toEqual(['retention-lock-busy'])

  await db.database.query('select pg_terminate_backend($1)', [lockedBy[0]?.pid])
})

test('no statement of ours takes a lock that outlives its transaction', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(ts|sql)$/.test(name),
  )
  expect(files.length).toBeGreaterThan(100)
  const session = files.filter((name) => /advisory_(un)?lock/.test(readFileSync(join('src', name), 'utf8')))
  expect(session).toEqual([])
})

async function held(): Promise<{ pid: number }[]> {
  const { rows } = await db.database.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and classid = $1 and granted
       and database = (select oid from pg_database where datname = current_database())`,
    [jobLockClass],
  )
  return rows
}

async function pidOf(client: Pick<Database, 'query'>): Promise<number | undefined> {
  return (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid
}
