import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readEntry, type ChainEntry } from '../../src/receipts/entry.js'
import { verifyChain } from '../../src/receipts/verify.js'
import { insertAudit } from '../../src/store/audit.js'
import { openDatabase, type Database } from '../../src/store/database.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { withJobLock } from '../../src/store/jobs/job-lock.js'
import { cutReceipts } from '../../src/store/jobs/receipts-cut.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { purge } from '../../src/store/jobs/retention.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import { endSignIn, insertSignIn, insertSignInLink } from '../../src/store/operators/sign-ins.js'
import { takeSignInToken } from '../../src/store/operators/tokens.js'
import { receiptProgress, receiptsAfter, storedChain } from '../../src/store/receipts/chain.js'
import { receiptBacklog } from '../../src/store/receipts/without-receipt.js'
import { retryFailed } from '../../src/store/runs/retry-failed.js'
import { finishRun } from '../../src/store/runs/runs.js'
import { beginSend, commitAck } from '../../src/store/sends/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun, texts } from '../support/ledger.js'

/** One Postgres, as several processes have it. */
const operator = 'school'
const ring = KeyRing.of(randomBytes(32))
let db: TestDatabase
let database: Database
let warnings: string[] = []
const logger = { warn: (_fields: unknown, message: string) => void warnings.push(message) }
const job = () => writeReceipts({ database, ring, logger })
let epoch: number

beforeAll(async () => {
  db = await createTestDatabase()
  ;({ database } = db)
  await addAccount(database, 'office')
  epoch = await connectAccount(database, 'office')
})
beforeEach(() => {
  warnings = []
})
afterAll(() => db.close())

async function entries(of = operator): Promise<ChainEntry[]> {
  const rows = await receiptsAfter(database, { operator: of, after: 0 })
  return rows.flatMap(({ body }) => readEntry(body) ?? [])
}

/** A run that has sent to two groups; to the second its message was refused. */
async function ended(key: string): Promise<string> {
  const recipients = [groupJid(1), groupJid(2)]
  const run = await defineRun(database, { accountId: 'office', key, recipients, parts: texts(1) })
  const { runId } = run
  await startRun(database, run)
  const first = { runId, ordinal: 0, part: 0, epoch, slot: 0 }
  const begun = await beginSend(database, first)
  if (begun.kind !== 'begun') throw new Error(begun.kind)
  await commitAck(database, { ...first, attempt: begun.attempt, last: true, leftOutDevices: 0 })
  await database.query(
    `update send set state = 'failed', failure = 'NotAMember' where run_id = $1 and ordinal = 1`,
    [runId],
  )
  await database.query(
    `update target set state = 'failed', failure = 'NotAMember' where run_id = $1 and ordinal = 1`,
    [runId],
  )
  await finish(runId)
  return runId
}

async function finish(runId: string): Promise<void> {
  await finishRun(database, {
    runId,
    remainder: { state: 'expired', reason: 'late' },
    canceled: false,
    reason: null,
  })
  await database.query(`update account set lock_holder = null, lock_since = null`)
}

const ask = (requestId: string, more: { by?: string; reason?: string } = {}) =>
  insertAudit(database, {
    operator,
    subject: 'reminder:school/trip',
    action: 'pause',
    actor: more.by ?? null,
    reason: more.reason ?? null,
    requestId,
    via: 'cli',
  })

test('a run that has ended has a receipt, with what was asked for before and after it, and nothing personal', async () => {
  await ask('r-1', { by: 'Anna Example', reason: 'the bus of Anna Example is late' })
  const runId = await ended('trip')
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({
    hasEnded: true,
    isWritten: false,
  })
  expect(await job()).toEqual({ kind: 'done', runs: 1, actions: expect.any(Number) as number })
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({ isWritten: true })
  const found = await entries()
  const receipt = found.find((entry) => entry.kind === 'run')
  const { rows } = await database.query<{ id: string; at: Date | null }>(
    `select message_id as id, acked_at as at from send where run_id = $1 order by ordinal`,
    [runId],
  )
  expect(receipt).toMatchObject({
    run: runId,
    reminder: 'trip',
    account: 'office',
    trigger: 'schedule',
    state: 'partial',
    targets: [
      {
        state: 'delivered',
        sends: [{ id: rows[0]?.id, state: 'acked', ackedAt: rows[0]?.at?.toISOString() }],
      },
      {
        state: 'failed',
        failure: 'NotAMember',
        sends: [{ id: rows[1]?.id, state: 'failed', failure: 'NotAMember' }],
      },
    ],
  })
  expect(found.find((entry) => entry.kind === 'action' && entry.action === 'pause')).toMatchObject({
    subject: 'reminder:school/trip',
    via: 'cli',
    who: expect.any(String) as string,
    why: expect.any(String) as string,
  })
  const written = JSON.stringify(found)
  for (const personal of ['Anna', 'bus', 'part 0', groupJid(1), groupJid(1).slice(0, 12)])
    expect(written).not.toContain(personal)
  expect(await verifyChain(storedChain(database, operator))).toMatchObject({ kind: 'intact' })
})

test('a second turn writes nothing twice, and the rows have no gap', async () => {
  const before = await entries()
  expect(await job()).toEqual({ kind: 'done', runs: 0, actions: 0 })
  for (let index = 0; index < 25; index += 1) await ask(`many-${index}`)
  expect(await writeReceipts({ database, ring, logger }, { limit: 10 })).toMatchObject({ actions: 25 })
  const after = await entries()
  expect(after).toHaveLength(before.length + 25)
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index + 1))
  expect(await verifyChain(storedChain(database, operator))).toMatchObject({
    kind: 'intact',
    to: after.length,
  })
})

test('of two jobs at once one is busy, and says so', async () => {
  await ask('while-busy')
  const before = (await entries()).length
  const other = openDatabase(db.url, { maxConnections: 2 })
  await withJobLock(other, { job: 'receipts', logger }, async () => {
    expect(await job()).toEqual({ kind: 'busy', runs: 0, actions: 0 })
  })
  expect(warnings).toEqual(['receipts-lock-busy'])
  expect((await entries()).length).toBe(before)
  for (let index = 0; index < 40; index += 1) await ask(`together-${index}`)
  const both = await Promise.all([
    writeReceipts({ database, ring, logger }, { limit: 5 }),
    writeReceipts({ database: other, ring, logger }, { limit: 5 }),
  ])
  await other.end()
  expect(both.map(({ kind }) => kind)).toContain('done')
  await job()
  expect((await entries()).length).toBe(before + 41)
  expect(await verifyChain(storedChain(database, operator))).toMatchObject({ kind: 'intact' })
})

test('each operator has a chain of its own', async () => {
  await insertAudit(database, {
    operator: 'acme',
    subject: 'reminder:acme/x',
    action: 'pause',
    actor: null,
    reason: null,
    requestId: 'acme-1',
    via: 'api',
  })
  const before = (await entries()).length
  await job()
  expect(await entries('acme')).toMatchObject([{ operator: 'acme', seq: 1 }])
  expect((await entries()).length).toBe(before)
  expect(await verifyChain(storedChain(database, 'acme'))).toMatchObject({ kind: 'intact', to: 1 })
})

test('what a transaction has not committed yet comes later, and is not left out', async () => {
  const slow = await database.connect()
  await slow.query('begin')
  await insertAudit(slow, {
    operator,
    subject: 'reminder:school/trip',
    action: 'resume',
    actor: null,
    reason: null,
    requestId: 'slow-1',
    via: 'cli',
  })
  await ask('fast-1')
  expect(await job()).toMatchObject({ actions: 1 })
  await slow.query('commit')
  slow.release()
  expect(await job()).toMatchObject({ actions: 1 })
  expect((await entries()).at(-1)).toMatchObject({ action: 'resume' })
})

test('a run that is opened again has no receipt until it has ended again, and then one more', async () => {
  const runId = await ended('again')
  await job()
  const now = new Date().toISOString()
  expect(await retryFailed(database, { runId, requestId: 'cli~again', now })).toMatchObject({
    kind: 'retried',
  })
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({
    hasEnded: false,
    isWritten: false,
  })
  await job()
  await finish(runId)
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({
    hasEnded: true,
    isWritten: false,
  })
  await job()
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({ isWritten: true })
  const own = (await entries()).filter((entry) => entry.kind === 'run' && entry.run === runId)
  expect(own).toHaveLength(2)
  expect((await entries()).find((entry) => entry.kind === 'action' && entry.subject === runId)).toMatchObject(
    {
      action: 'retryFailed',
      via: 'cli',
    },
  )
})

test('a row that is changed, removed or cut off in Postgres is named', async () => {
  const to = (await entries()).length
  for (const [statement, fault] of [
    [
      `update receipt set body = replace(body, '"school"', '"schooI"') where seq = 1`,
      { kind: 'altered', seq: 1 },
    ],
    [`delete from receipt where seq = 3`, { kind: 'missing', seq: 3 }],
    [`delete from receipt where seq > ${to - 2}`, { kind: 'cutOff', seq: to - 1, to }],
  ] as const) {
    const client = await database.connect()
    try {
      await client.query('begin')
      await client.query(`${statement} and operator = '${operator}'`)
      expect(await verifyChain(storedChain(client, operator))).toMatchObject({ kind: 'broken', fault })
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
})

test('the keys are sealed; where they cannot be opened any more others take their place, and the chain goes on', async () => {
  const { rows } = await database.query<{ secret: Buffer }>(`select secret from receipt_key`)
  expect(rows).toHaveLength(1)
  expect(rows[0]?.secret.toString('latin1')).not.toContain('signing')
  await ask('other-key')
  const other = KeyRing.of(randomBytes(32))
  expect(await writeReceipts({ database, ring: other, logger })).toMatchObject({ actions: 1 })
  expect(warnings).toEqual(['receipts-keys-replaced'])
  expect(await verifyChain(storedChain(database, operator))).toMatchObject({ kind: 'intact' })
  await database.query(`delete from receipt_key where id = (select max(id) from receipt_key)`)
})

test('who signs in by a link, and out again, is in the audit', async () => {
  await registerOperator(database, operator)
  const token = await takeSignInToken(database, { operator, name: 'start', actor: operator, via: 'cli' })
  const [link, cookie] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const lasts = { lastsMs: 60_000, idleMs: 60_000 }
  await insertSignInLink(
    database,
    { digest: link, tokenId: token?.id ?? '', lastsMs: 60_000 },
    { actor: operator, via: 'cli' },
  )
  await insertSignIn(
    database,
    { kind: 'link', digest: link },
    { digest: cookie, csrfSecret: Buffer.alloc(32, 3), ...lasts },
  )
  await endSignIn(database, cookie)
  const { rows } = await database.query(`select action, via from audit where subject = $1 order by id`, [
    `token:${token?.id}`,
  ])
  expect(rows).toEqual([
    { action: 'createToken', via: 'cli' },
    { action: 'createSignInLink', via: 'cli' },
    { action: 'signIn', via: 'api' },
    { action: 'signOut', via: 'api' },
  ])
})

test('what has no receipt is not purged', async () => {
  await job()
  const runId = await ended('kept')
  await database.query(`update run set finished_at = now() - interval '91 days' where id = $1`, [runId])
  await ask('kept')
  await database.query(`update audit set at = now() - interval '400 days' where request_id = 'kept'`)
  const targets = async () => (await database.query(`select from target where run_id = $1`, [runId])).rowCount
  const asked = async () => (await database.query(`select from audit where request_id = 'kept'`)).rowCount
  await purge({ database, logger }, { days: 90 })
  expect([await targets(), await asked()]).toEqual([2, 1])
  // The run, the creation of its reminder, and the request.
  expect(await receiptBacklog(database)).toMatchObject({ waiting: 3 })
  await job()
  await purge({ database, logger }, { days: 90 })
  expect([await targets(), await asked()]).toEqual([0, 0])
  expect(await receiptProgress(database, { operator, runId })).toMatchObject({
    isWritten: true,
    wasPurged: true,
  })
  expect(await receiptBacklog(database)).toEqual({ waiting: 0, oldestSeconds: 0 })
})

test('a chain that is cut off begins with a signed checkpoint, and what is left is verified', async () => {
  const { length } = await entries()
  await database.query(`update receipt set written_at = now() - interval '400 days' where seq <= 7`)
  expect(await cutReceipts({ database, ring, logger }, { days: 365 })).toBe(7)
  const source = storedChain(database, operator)
  expect((await source.state())?.cut).toMatchObject({ operator, seq: 7 })
  expect(await verifyChain(source)).toMatchObject({ kind: 'intact', from: 8, to: length, rows: length - 7 })
  // Again, and to the end: the last row stays.
  await database.query(`update receipt set written_at = now() - interval '400 days'`)
  expect(await cutReceipts({ database, ring, logger }, { days: 365 })).toBe(length - 8)
  expect(await verifyChain(source)).toMatchObject({ kind: 'intact', from: length, to: length })
  // The chain of the other operator has one row.
  expect(await verifyChain(storedChain(database, 'acme'))).toMatchObject({ kind: 'intact', from: 1 })
  await ask('after-cut')
  await job()
  expect(await verifyChain(source)).toMatchObject({ kind: 'intact', from: length, to: length + 1 })
  await database.query(`update receipt_chain set cut = replace(cut, '"seq":', '"seq":1')`)
  expect(await verifyChain(source)).toMatchObject({ kind: 'broken', fault: { kind: 'signature' } })
})
