import { afterAll, beforeAll, expect, test } from 'vitest'
import { grantLock, lockState, releaseLock } from '../../src/store/accounts.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount } from '../support/ledger.js'

const accountId = 'office'
let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, accountId)
})
afterAll(() => db.close())

test('of many that ask at once one gets the lock', async () => {
  const runs = Array.from({ length: 10 }, (_, i) => `run:${i}`)
  const grants = await Promise.all(runs.map((runId) => grantLock(db.database, { accountId, runId })))
  const [holder, ...others] = grants.filter((grant) => grant !== undefined)
  expect(others).toEqual([])
  expect(await lockState(db.database, accountId)).toEqual({ holder })
  await releaseLock(db.database, { accountId, runId: holder?.runId ?? '' })
})

test('a grant again is the same grant; the next holder has a higher token', async () => {
  const first = await grantLock(db.database, { accountId, runId: 'run:a' })
  expect(await grantLock(db.database, { accountId, runId: 'run:a' })).toEqual(first)
  expect(await releaseLock(db.database, { accountId, runId: 'run:a' })).toBe(true)
  const second = await grantLock(db.database, { accountId, runId: 'run:b' })
  expect(second?.token).toBe((first?.token ?? 0) + 1)
  expect(await releaseLock(db.database, { accountId, runId: 'run:b' })).toBe(true)
})

test('only its holder frees it, and only with the token of this grant', async () => {
  const first = await grantLock(db.database, { accountId, runId: 'run:a' })
  await releaseLock(db.database, { accountId, runId: 'run:a' })
  const holder = await grantLock(db.database, { accountId, runId: 'run:a' })
  const [stale, token] = [first?.token ?? 0, holder?.token ?? 0]
  expect(await releaseLock(db.database, { accountId, runId: 'run:b', token })).toBe(false)
  expect(await releaseLock(db.database, { accountId, runId: 'run:a', token: stale })).toBe(false)
  expect(await lockState(db.database, accountId)).toEqual({ holder })
  expect(await releaseLock(db.database, { accountId, runId: 'run:a', token })).toBe(true)
  expect(await releaseLock(db.database, { accountId, runId: 'run:a', token })).toBe(false)
  expect(await lockState(db.database, accountId)).toEqual({})
})
