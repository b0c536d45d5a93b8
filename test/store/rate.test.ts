import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { returnRateSlot, takeRateSlot, type RateSlot } from '../../src/store/sends/rate-slots.js'
import { openDatabase, type Database } from '../../src/store/database.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { Blocker } from '../support/postgres-locks.js'
import { addAccount } from '../support/ledger.js'

const spanMs = 60_500
/** What chance adds to a wait at most (decision 0013). */
const jitterMs = 700
let db: TestDatabase
let pools: Database[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  pools = Array.from({ length: 4 }, () => openDatabase(db.url, { maxConnections: 5 }))
})
afterEach(() => Blocker.releaseAll())
afterAll(async () => {
  for (const pool of pools) await pool.end()
  await db.close()
})

test('twenty takers of four processes get exactly the five slots there are', async () => {
  await addAccount(db.database, 'busy', 5)
  // All of them are at the same place before the first may go on.
  const gate = await Blocker.take(db.url, `select from account where id = 'busy' for update`)
  const takers = pools.flatMap((pool) =>
    Array.from({ length: 5 }, () => takeRateSlot(pool, { accountId: 'busy' })),
  )
  await gate.untilWaiting(20, '%take_rate_slot%')
  await gate.release()
  const taken = await Promise.all(takers)
  expect(taken.filter(({ kind }) => kind === 'granted')).toHaveLength(5)
  for (const { waitMs } of full(taken)) {
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(spanMs + jitterMs)
  }
})

test('the wait ends when the oldest send of a full window leaves it', async () => {
  await addAccount(db.database, 'waiting', 3)
  const ages = [50_000, 30_000, 10_000]
  await db.database.query(
    `insert into rate_slot (account_id, at)
     select 'waiting', clock_timestamp() - age * interval '1 ms' from unnest($1::int[]) as age`,
    [ages],
  )
  const [wait] = full([await takeRateSlot(db.database, { accountId: 'waiting' })])
  expect(wait?.waitMs).toBeLessThanOrEqual(spanMs - 50_000 + jitterMs)
  // Less only by what the two statements took.
  expect(wait?.waitMs).toBeGreaterThan(spanMs - 50_000 - 9_000)

  await db.database.query(
    `update rate_slot set at = at - ($1 - 50000) * interval '1 ms' where account_id = 'waiting'`,
    [spanMs],
  )
  expect(await takeRateSlot(db.database, { accountId: 'waiting' })).toMatchObject({ kind: 'granted' })
})

test('a slot that was not used is free again, and accounts have limits of their own', async () => {
  await addAccount(db.database, 'one', 1)
  await addAccount(db.database, 'other', 1)
  const [first] = granted([await takeRateSlot(db.database, { accountId: 'one' })])
  expect(await takeRateSlot(db.database, { accountId: 'one' })).toMatchObject({ kind: 'full' })
  expect(await takeRateSlot(db.database, { accountId: 'other' })).toMatchObject({ kind: 'granted' })
  await returnRateSlot(db.database, first?.slot ?? 0)
  expect(await takeRateSlot(db.database, { accountId: 'one' })).toMatchObject({ kind: 'granted' })
})

function full(slots: RateSlot[]) {
  return slots.filter((slot) => slot.kind === 'full')
}

function granted(slots: RateSlot[]) {
  return slots.filter((slot) => slot.kind === 'granted')
}
