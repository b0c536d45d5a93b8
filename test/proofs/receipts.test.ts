import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBench } from '../../proofs/receipts/bench.js'
import { createEmptyDatabase, type TestDatabase } from '../support/database.js'

let db: TestDatabase
beforeAll(async () => {
  db = await createEmptyDatabase()
})
afterAll(() => db.close())

test('each change to a chain of receipts is found and named: a bit, a row less, two swapped, one more, the newest cut off', async () => {
  const { signal } = new AbortController()
  const result = await runBench(db.database, { receipts: 2_500, say: () => undefined, signal })
  expect(result.changes.filter(({ isFound }) => !isFound)).toEqual([])
  expect(result.changes).toHaveLength(8)
  expect(result.isGood).toBe(true)
})
