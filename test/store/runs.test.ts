import { generateMessageIDV2 } from '@whiskeysockets/baileys'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginSend, closeTarget, commitAck } from '../../src/store/sends/sends.js'
import { findHold } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun, setRunState } from '../../src/store/runs/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun, texts } from '../support/ledger.js'

const recipients = [1, 2, 3, 4, 5].map(groupJid)
let db: TestDatabase
let epoch: number

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, 'office')
  epoch = await connectAccount(db.database, 'office')
})
afterAll(() => db.close())

test('preparing a run twice, also at once, is preparing it once', async () => {
  const run = await defineRun(db.database, { accountId: 'office', key: 'twice', recipients })
  const prepared = await Promise.all([prepareRun(db.database, run), prepareRun(db.database, run)])
  const again = await prepareRun(db.database, run)
  for (const { total, counts } of [...prepared, again]) {
    expect(total).toBe(5)
    expect(counts.pending).toBe(5)
  }
  const { rows } = await db.database.query(
    `select ordinal, jid from target where run_id = $1 order by ordinal`,
    [run.runId],
  )
  expect(rows).toEqual(recipients.map((jid, ordinal) => ({ ordinal, jid })))
})

test('message ids are in the format of Baileys, unique, and the same whenever they are made', async () => {
  const run = await defineRun(db.database, { accountId: 'office', key: 'ids', recipients, parts: texts(3) })
  await prepareRun(db.database, run)
  const ids = await messageIds(run.runId)
  expect(new Set(ids).size).toBe(15)
  const native = generateMessageIDV2('15550000001@s.whatsapp.net')
  expect(native).toMatch(/^3EB0[0-9A-F]{18}$/)
  for (const id of ids) expect(id).toMatch(/^3EB0[0-9A-F]{18}$/)

  await db.database.query('delete from run where id = $1', [run.runId])
  await prepareRun(db.database, run)
  expect(await messageIds(run.runId)).toEqual(ids)
})

test('a run that is finished counts every target once, by how it ended', async () => {
  const run = await defineRun(db.database, {
    accountId: 'office',
    key: 'counts',
    recipients,
    parts: texts(1),
  })
  await startRun(db.database, run)
  const begin = async (ordinal: number) => {
    const begun = await beginSend(db.database, { runId: run.runId, ordinal, part: 0, epoch, slot: 0 })
    if (begun.kind !== 'begun') throw new Error(begun.kind)
    return { runId: run.runId, ordinal, part: 0, epoch, attempt: begun.attempt }
  }
  await commitAck(db.database, { ...(await begin(0)), slot: 0, last: true, leftOutDevices: 0 })
  const ended = {
    sendState: 'failed',
    targetState: 'failed',
    failure: 'NotInGroup',
    reason: 'not in it',
  } as const
  await closeTarget(db.database, { ...(await begin(1)), ...ended })
  await begin(2)
  const finish = {
    runId: run.runId,
    canceled: true,
    remainder: { state: 'skipped', reason: 'canceled by operator' },
    reason: 'canceled by operator',
  } as const
  const counts = { pending: 0, delivered: 1, failed: 1, unknown: 1, skipped: 2, expired: 0 }
  expect(await finishRun(db.database, finish)).toEqual({
    outcome: { state: 'partial', counts },
    granted: undefined,
  })
  // Again, for whatever reason: the first end stays.
  const other = { ...finish, canceled: false, remainder: { state: 'expired', reason: 'late' } } as const
  expect(await finishRun(db.database, other)).toEqual({
    outcome: { state: 'partial', counts },
    granted: undefined,
  })
  expect(await setRunState(db.database, { runId: run.runId, state: 'running', reason: null })).toEqual({
    hasEnded: true,
  })
  expect(await findHold(db.database, run.runId)).toEqual({ hasEnded: true })
})

async function messageIds(runId: string): Promise<string[]> {
  const { rows } = await db.database.query<{ id: string }>(
    'select message_id as id from send where run_id = $1 order by ordinal, part',
    [runId],
  )
  return rows.map(({ id }) => id)
}
