import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { releaseLock } from '../../src/store/accounts/lock-queue.js'
import { saveMedia } from '../../src/store/reminders/media.js'
import { finishRun, prepareRun, type NewRun } from '../../src/store/runs/runs.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { purge } from '../../src/store/jobs/retention.js'
import { nextCopyRequest, noteCopiesAsked } from '../../src/store/sends/copy-requests.js'
import { beginSend, commitAck, loadDelivery } from '../../src/store/sends/sends.js'
import { withJobLock } from '../../src/store/jobs/job-lock.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun, texts } from '../support/ledger.js'

const days = 90
const accountId = 'office'
const logger = { warn: () => undefined }
let db: TestDatabase
let epoch: number
let nextJid = 1

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, accountId)
  epoch = await connectAccount(db.database, accountId)
})
afterAll(() => db.close())

test('what ended long ago goes, with its content; its key stays', async () => {
  const run = await sent('long-ago', { daysAgo: 91 })
  await endReminder('long-ago', 91)
  const media = await addMedia(91)
  await purged()
  expect(await count('run', run.runId)).toBe(0)
  expect(await count('target', run.runId)).toBe(0)
  expect(await count('upload', run.runId)).toBe(0)
  const { rows } = await db.database.query<{ state: string; body: unknown }>(
    `select r.state, d.sealed_body as body from reminder r join definition d using (digest) where dedupe_key = 'long-ago'`,
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.state).toBe('completed')
  expect(JSON.stringify(rows[0]?.body)).not.toMatch(/part 0|@g\.us/)
  expect(await definitionIsThere(run.digest)).toBe(false)
  expect(await mediaIsThere(media)).toBe(false)
})

test('what a device may still ask for stays', async () => {
  const run = await sent('recent', { daysAgo: 89 })
  await endReminder('recent', 89)
  await purged()
  expect(await count('target', run.runId)).toBe(2)
  expect(await count('upload', run.runId)).toBe(1)
  const { rows } = await db.database.query<{ id: string; chat: string }>(
    `select s.message_id as id, t.jid as chat from send s join target t using (run_id, ordinal)
     where run_id = $1 and s.part = 0 limit 1`,
    [run.runId],
  )
  const [{ id, chat } = { id: '', chat: '' }] = rows
  await noteCopiesAsked(db.database, accountId, [
    {
      messageId: id,
      device: '9000001@lid',
      chats: [chat],
      count: 1,
    },
  ])

  expect(await nextCopyRequest(db.database, { accountId, epoch })).toMatchObject({
    part: { kind: 'text', text: 'part 0' },
  })
})

test('what is unfinished stays, however old it is', async () => {
  const run = await sent('unfinished', { daysAgo: 400 })
  await db.database.query(`update run set state = 'paused', finished_at = null where id = $1`, [run.runId])
  await purged()
  expect(await count('target', run.runId)).toBe(2)
  expect(await definitionIsThere(run.digest)).toBe(true)
})

test('while its reminder lives the row of a run stays, so that its occurrence is not had twice', async () => {
  const run = await sent('lives', { daysAgo: 91 })
  await purged()
  expect(await count('target', run.runId)).toBe(0)
  expect(await count('run', run.runId)).toBe(1)
  // Nor is it prepared a second time.
  expect(await prepareRun(db.database, run)).toMatchObject({ state: 'completed', total: 0 })
  expect(await definitionIsThere(run.digest)).toBe(true)
})

test('a doubt about the members of a group outlives its targets, until a later message was acknowledged', async () => {
  const recipients = [groupJid(nextJid++), groupJid(nextJid++)]
  const doubtful = await sent('doubtful', { daysAgo: 200, state: 'unknown', recipients })
  await purged()
  expect(await count('target', doubtful.runId)).toBe(0)
  expect(await doubtsOf(recipients)).toEqual([true, true])
  await sent('after-it', { daysAgo: 10, recipients })
  expect(await doubtsOf(recipients)).toEqual([false, false])
})

test('of a chat that was sent to without doubt nothing stays', async () => {
  const recipients = [groupJid(nextJid++)]
  await sent('without-doubt', { daysAgo: 95, recipients })
  await sent('without-doubt-later', { daysAgo: 5, recipients })
  await purged()
  expect(await chats(recipients)).toBe(1)
  await db.database.query(`update run set finished_at = now() - interval '91 days' where id like '%later%'`)
  await db.database.query(
    `update chat_last_send set sending_at = now() - interval '91 days' where jid = $1`,
    [recipients[0]],
  )
  await purged()
  expect(await chats(recipients)).toBe(0)
})

test('a night finds nothing to do in what the nights before it have dealt with', async () => {
  await sent('dealt-with', { daysAgo: 91 })
  await sent('dealt-with-and-over', { daysAgo: 91 })
  await endReminder('dealt-with-and-over', 91)
  await purged()
  const { rows } = await db.database.query(
    `select from run where finished_at < now() - interval '90 days' and purged_at is null
     union all select from reminder where ended_at < now() - interval '90 days' and purged_at is null`,
  )
  expect(rows).toEqual([])
  expect(await purged()).toMatchObject({ targets: 0, runs: 0, redactedReminders: 0 })
})

test('a run with more targets than a batch takes goes whole', async () => {
  const recipients = Array.from({ length: 2_300 }, () => groupJid(nextJid++))
  const run = await defineRun(db.database, { accountId, key: 'wide', recipients, parts: texts(1) })
  await prepareRun(db.database, run)
  await db.database.query(
    `update run set state = 'failed', finished_at = now() - interval '91 days' where id = $1`,
    [run.runId],
  )
  expect(await purged()).toMatchObject({ targets: 2_300 })
  expect(await count('run', run.runId)).toBe(1)
})

test('a run with more uploads than a batch takes goes whole', async () => {
  const run = await sent('many-uploads', { daysAgo: 91 })
  await db.database.query(
    `insert into upload (run_id, part, content) select $1, part, 'x' from generate_series(1, 2300) part`,
    [run.runId],
  )
  expect(await purged()).toMatchObject({ uploads: 2_301 })
  expect(await count('upload', run.runId)).toBe(0)
})

test('the definition that a run began with stays, although its reminder was edited since', async () => {
  const run = await sent('edited', { daysAgo: 5 })
  const another = await defineRun(db.database, {
    accountId,
    key: 'edited-to',
    recipients: [groupJid(nextJid++)],
  })
  await db.database.query(`update reminder set digest = $1 where dedupe_key = 'edited'`, [another.digest])
  await purged()
  expect(await definitionIsThere(run.digest)).toBe(true)
})

test('a reminder that is over stays as it was until its last run has been over for as long', async () => {
  const run = await sent('retried', { daysAgo: 5 })
  await endReminder('retried', 91)
  expect(await purged()).toMatchObject({ runs: 0, redactedReminders: 0 })
  expect(await count('run', run.runId)).toBe(1)
  await db.database.query(`update run set finished_at = now() - interval '91 days' where id = $1`, [
    run.runId,
  ])
  expect(await purged()).toMatchObject({ runs: 1, redactedReminders: 1 })
})

test('content that was stored and not used yet stays for a day, and what is stored again stays again', async () => {
  const young = await addMedia(0)
  const again = await addMedia(5, 'again')
  await saveMedia(db.database, [mediaOf('again')])
  const old = await addMedia(5)
  await purged()
  expect(await Promise.all([young, again, old].map(mediaIsThere))).toEqual([true, true, false])
})

test('media that a definition shows stay', async () => {
  const digest = await addMedia(400, 'shown')
  await defineRun(db.database, {
    accountId,
    key: 'shows',
    recipients: [groupJid(nextJid++)],
    parts: [{ kind: 'image', media: digest }],
  })
  await purged()
  expect(await mediaIsThere(digest)).toBe(true)
})

test('the audit is kept for a year, rate slots for as long as the daily cap looks back', async () => {
  await db.database.query(
    `insert into audit (at, operator, subject, action)
     values (now() - interval '364 days', 'school', 'a', 'pause'), (now() - interval '366 days', 'school', 'b', 'pause')`,
  )
  await db.database.query(
    `insert into rate_slot (account_id, at, open) values ($1, now(), false), ($1, now() - interval '24 hours', false),
       ($1, now() - interval '26 hours', false), ($1, now() - interval '26 hours', true)`,
    [accountId],
  )
  const report = await purged()
  expect(report).toMatchObject({ audit: 1, rateSlots: 1 })
  expect(await purged()).toMatchObject({ audit: 0, rateSlots: 0 })
})

test('who was not asked for so long is not known any more; where somebody has moved to stays known', async () => {
  await db.database.query(
    `insert into account_person (account_id, jid, pn, lid, asked_at, moved_at)
     select $1, jid, 'x@s.whatsapp.net', 'x@lid', now() - make_interval(days => age), case when moved then now() end
     from (values ('young@s.whatsapp.net', 89, false), ('old@s.whatsapp.net', 91, false),
                  ('moved@s.whatsapp.net', 400, true)) as person (jid, age, moved)`,
    [accountId],
  )
  expect(await purged()).toMatchObject({ people: 1 })
  const { rows } = await db.database.query<{ jid: string }>('select jid from account_person order by jid')
  expect(rows.map(({ jid }) => jid)).toEqual(['moved@s.whatsapp.net', 'young@s.whatsapp.net'])
})

test('which groups a run was without goes with its targets', async () => {
  const run = await sent('without-some', { daysAgo: 91 })
  await db.database.query(`insert into run_left_out (run_id, jid, why) values ($1, $2, 'community')`, [
    run.runId,
    groupJid(nextJid++),
  ])
  await purged()
  const { rowCount } = await db.database.query('select from run_left_out where run_id = $1', [run.runId])
  expect(rowCount).toBe(0)
})

test('more than a batch goes in several transactions; one that is busy says so and does nothing', async () => {
  await db.database.query(
    `insert into rate_slot (account_id, at) select $1, now() - interval '26 hours' from generate_series(1, 2500)`,
    [accountId],
  )
  const busy = await withJobLock(db.database, { job: 'retention', logger }, async () => {
    return await purge({ database: db.database, logger }, { days })
  })
  expect(busy).toMatchObject({ result: { kind: 'busy', rateSlots: 0 } })
  const transactions: number[] = []
  const report = await purge(
    { database: db.database, logger },
    { days, onProgress: () => transactions.push(1) },
  )
  expect(report).toMatchObject({ kind: 'done', rateSlots: 2_500 })
  expect(transactions.length).toBe(10 + 2)
})

/** What has a receipt, as all has a minute later. */
async function purged() {
  await writeReceipts({ database: db.database, ring: KeyRing.of(undefined), logger })
  const report = await purge({ database: db.database, logger }, { days })
  expect(report.kind).toBe('done')
  return report
}

/** A run of two targets that ended so long ago: sent to, and acknowledged or not. */
async function sent(
  key: string,
  {
    daysAgo,
    state = 'acked',
    recipients = [groupJid(nextJid++), groupJid(nextJid++)],
  }: { daysAgo: number; state?: 'acked' | 'unknown'; recipients?: string[] },
): Promise<NewRun> {
  const run = await defineRun(db.database, { accountId, key, recipients, parts: texts(1) })
  const { runId } = run
  await startRun(db.database, run)
  for (const ordinal of recipients.keys()) {
    const send = { runId, ordinal, part: 0, epoch, slot: 0 }
    const begun = await beginSend(db.database, send)
    if (begun.kind !== 'begun') throw new Error(begun.kind)
    if (state === 'acked')
      await commitAck(db.database, { ...send, attempt: begun.attempt, last: true, leftOutDevices: 0 })
  }
  await finishRun(db.database, {
    runId,
    remainder: { state: 'failed', reason: 'x' },
    canceled: false,
    reason: null,
  })
  await releaseLock(db.database, { accountId, runId })
  await aged(run, daysAgo)
  return run
}

async function aged({ runId }: NewRun, daysAgo: number): Promise<void> {
  const ago = [runId, daysAgo]
  await db.database.query(
    `update chat_last_send set sending_at = now() - make_interval(days => $2)
     where jid in (select jid from target where run_id = $1)`,
    ago,
  )
  await db.database.query(
    `update run set state = 'completed', finished_at = now() - make_interval(days => $2) where id = $1`,
    ago,
  )
  await db.database.query(`insert into upload (run_id, part, content) values ($1, 0, 'x')`, [runId])
  await db.database.query(`update definition set created_at = now() - interval '400 days'`)
}

/** Whether a delivery to each would be told of a doubt. */
async function doubtsOf(recipients: string[]): Promise<boolean[]> {
  const run = await defineRun(db.database, { accountId, key: `asks-${nextJid++}`, recipients })
  await prepareRun(db.database, run)
  const deliveries = recipients.map(
    async (_jid, ordinal) => await loadDelivery(db.database, { runId: run.runId, ordinal }),
  )
  return (await Promise.all(deliveries)).map((delivery) => delivery?.lastIsUncertain === true)
}

async function chats(recipients: string[]): Promise<number> {
  const { rows } = await db.database.query('select from chat_last_send where jid = any ($1)', [recipients])
  return rows.length
}

async function endReminder(key: string, daysAgo: number): Promise<void> {
  await db.database.query(
    `update reminder set state = 'completed', ended_at = now() - make_interval(days => $2) where dedupe_key = $1`,
    [key, daysAgo],
  )
}

function mediaOf(name: string) {
  const digest = createHash('sha256').update(name).digest('hex')
  const bytes = Buffer.from('x')
  return { digest, mime: 'image/png', bytes, thumbnail: bytes, width: 1, height: 1 }
}

async function addMedia(daysAgo: number, name = `media ${Math.random()}`): Promise<string> {
  const media = mediaOf(name)
  await saveMedia(db.database, [media])
  await db.database.query(
    `update media set created_at = now() - make_interval(days => $2) where digest = $1`,
    [media.digest, daysAgo],
  )
  return media.digest
}

async function count(table: 'run' | 'target' | 'upload', runId: string): Promise<number> {
  const column = table === 'run' ? 'id' : 'run_id'
  const { rows } = await db.database.query(`select from ${table} where ${column} = $1`, [runId])
  return rows.length
}

async function definitionIsThere(digest: string): Promise<boolean> {
  return (await db.database.query('select from definition where digest = $1', [digest])).rowCount === 1
}

async function mediaIsThere(digest: string): Promise<boolean> {
  return (await db.database.query('select from media where digest = $1', [digest])).rowCount === 1
}
