import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { takeLease } from '../../src/store/accounts/accounts.js'
import { inTransaction } from '../../src/store/database.js'
import { lockReminder } from '../../src/store/reminders/reminders.js'
import { beginSend, closeTarget } from '../../src/store/sends/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun } from '../support/ledger.js'
import { Blocker } from '../support/postgres-locks.js'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterEach(() => Blocker.releaseAll())
afterAll(() => db.close())

const define = async (key: string, text: string) =>
  await defineRun(db.database, {
    accountId: 'office',
    key,
    recipients: [groupJid(1)],
    parts: [{ kind: 'text', text }],
  })

test('who waits for a reminder while it is edited gets it as it was edited', async () => {
  await addAccount(db.database, 'office')
  const { operator } = await define('edited', 'before')
  const { digest } = await define('another', 'after')
  const key = { operator, dedupeKey: 'edited' }
  const edit = await Blocker.take(
    db.url,
    `update reminder set digest = $1, revision = revision + 1 where dedupe_key = 'edited'`,
    [digest],
  )
  const locking = inTransaction(db.database, async (client) => await lockReminder(client, key))
  await edit.untilBlocked('%lock_reminder%')
  await edit.commit()
  expect(await locking).toMatchObject({ digest, revision: 1, definition: { parts: [{ text: 'after' }] } })
})

test('an owner of before that waits for a send while another takes the session does not end it', async () => {
  const accountId = 'taken'
  await addAccount(db.database, accountId)
  const epoch = await connectAccount(db.database, accountId)
  const run = await defineRun(db.database, { accountId, key: 'taken', recipients: [groupJid(1)] })
  await startRun(db.database, run)
  const send = { runId: run.runId, ordinal: 0, part: 0, epoch }
  expect(await beginSend(db.database, { ...send, slot: 0 })).toMatchObject({ kind: 'begun', attempt: 1 })
  const holder = await Blocker.take(db.url, `update send set failure = null where run_id = $1`, [run.runId])
  const closing = closeTarget(db.database, {
    ...send,
    attempt: 1,
    sendState: 'failed',
    targetState: 'failed',
    failure: 'NotInGroup',
    reason: 'not in the group',
  })
  await holder.untilBlocked('%for update%')
  await takeLease(db.database, { accountId, owner: 'another' })
  await holder.commit()
  expect(await closing).toBeUndefined()
})
