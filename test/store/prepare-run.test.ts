import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { prepareRun } from '../../src/store/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, defineRun, groupJid } from '../support/ledger.js'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, 'office')
})
afterAll(() => db.close())
afterEach(() => vi.restoreAllMocks())

test('a run is prepared in at most 10 statements, as many for 1,000 groups as for one', async () => {
  const few = await statementsFor('one', 1)
  const many = await statementsFor('many', 1_000)
  expect(many).toBe(few)
  expect(many).toBeLessThanOrEqual(10)
  // Statements they are, and not one that hides a loop on our side.
  expect(many).toBeGreaterThanOrEqual(5)
})

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
