import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../src/store/database.js'
import { commitAck, beginSend } from '../../src/store/sends/sends.js'
import { takeCopySlot, takeRateSlot } from '../../src/store/sends/rate-slots.js'
import { sentPerHour } from '../../src/store/views/sent-per-hour.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun } from '../support/ledger.js'

let db: TestDatabase
let database: Database
beforeAll(async () => {
  db = await createTestDatabase()
  database = db.database
})
afterAll(() => db.close())

const operator = 'school'
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000)
const starts = [hoursAgo(2.5), hoursAgo(1.5), hoursAgo(0.5)]

async function slots(accountId: string, ages: string[]): Promise<void> {
  await database.query(
    `insert into rate_slot (account_id, at, acked, begun)
     select $1, now() - age::interval, true, true from unnest($2::text[]) age`,
    [accountId, ages],
  )
}

test('what WhatsApp acknowledged counts in its hour and for its account, and nothing else does', async () => {
  await addAccount(database, 'office', 40)
  await addAccount(database, 'lobby', 40)
  const epoch = await connectAccount(database, 'office')
  const run = await defineRun(database, {
    accountId: 'office',
    key: 'trip',
    recipients: [groupJid(1), groupJid(2)],
  })
  await startRun(database, run)
  for (const [ordinal, isAcked] of [
    [0, true],
    [1, false],
  ] as const) {
    const granted = await takeRateSlot(database, { accountId: 'office', runId: run.runId })
    if (granted.kind !== 'granted') throw new Error('no slot')
    const key = { runId: run.runId, ordinal, part: 0, epoch }
    const begun = await beginSend(database, { ...key, slot: granted.slot })
    if (begun.kind !== 'begun') throw new Error(begun.kind)
    const { slot } = granted
    if (isAcked)
      await commitAck(database, { ...key, attempt: begun.attempt, slot, last: false, leftOutDevices: 0 })
  }
  await takeCopySlot(database, { accountId: 'office', question: { epoch, ticket: 9, open: [] } })
  await slots('office', ['3 hours', '2 hours', '100 minutes', '1 hour'])
  await slots('lobby', ['1 hour'])

  expect(await sentPerHour(database, { operator, starts })).toEqual([
    { hour: 0, accountId: 'office', sent: 2 },
    { hour: 1, accountId: 'lobby', sent: 1 },
    { hour: 1, accountId: 'office', sent: 1 },
    { hour: 2, accountId: 'office', sent: 1 },
  ])
  expect(await sentPerHour(database, { operator, starts, accounts: ['lobby'] })).toEqual([
    { hour: 1, accountId: 'lobby', sent: 1 },
  ])
  expect(await sentPerHour(database, { operator: 'another', starts })).toEqual([])
})
