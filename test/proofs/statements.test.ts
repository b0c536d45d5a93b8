import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBench } from '../../proofs/statements/bench.js'
import { createEmptyDatabase, type TestDatabase } from '../support/database.js'

let db: TestDatabase
beforeAll(async () => {
  db = await createEmptyDatabase()
})
afterAll(() => db.close())

test('no statement of the store scans a table that grows, or reads more because more is kept or its run is wider', async () => {
  const { signal } = new AbortController()
  const result = await runBench(db.database, { scale: 0.005, say: () => undefined, signal })
  expect(result.scanning).toEqual([])
  expect(result.growing).toEqual([])
  expect(result.growingByRun).toEqual([])
  expect(result.statements.length).toBeGreaterThan(200)
})
