import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyNext, type Verification } from '../../src/client/operators/verification.js'
import type { LedgerChange } from '../../src/receipts/compare.js'
import { insertAudit } from '../../src/store/audit.js'
import type { Database } from '../../src/store/database.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { purge } from '../../src/store/jobs/retention.js'
import { retryFailed } from '../../src/store/runs/retry-failed.js'
import { finishRun } from '../../src/store/runs/runs.js'
import { beginSend, commitAck } from '../../src/store/sends/sends.js'
import { createTestDatabase, testRing, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun, texts } from '../support/ledger.js'

// What somebody does to the audit and the ledger, who can write to Postgres, after their receipts were written.

const operator = 'school'
const logger = { warn: () => undefined }
let db: TestDatabase
let database: Database
let runId: string
let messageId: string

beforeAll(async () => {
  db = await createTestDatabase()
  ;({ database } = db)
  await addAccount(database, 'office')
  const epoch = await connectAccount(database, 'office')
  const recipients = [1, 2, 3].map((number) => groupJid(number))
  const run = await defineRun(database, { accountId: 'office', key: 'trip', recipients, parts: texts(1) })
  ;({ runId } = run)
  await startRun(database, run)
  const first = { runId, ordinal: 0, part: 0, epoch, slot: 0 }
  const begun = await beginSend(database, first)
  if (begun.kind !== 'begun') throw new Error(begun.kind)
  await commitAck(database, { ...first, attempt: begun.attempt, last: true, leftOutDevices: 0 })
  await database.query(
    `with s as (update send set state = 'failed', failure = 'NotAMember' where run_id = $1 and ordinal = 1)
     update target set state = 'failed', failure = 'NotAMember' where run_id = $1 and ordinal = 1`,
    [runId],
  )
  await finish()
  for (const number of [1, 2, 3]) await ask(`r-${number}`, 'the bus is late')
  await write()
  const { rows } = await database.query<{ id: string }>(
    `select message_id as id from send where run_id = $1 and ordinal = 0`,
    [runId],
  )
  messageId = rows[0]?.id ?? ''
})
afterAll(() => db.close())

async function finish(): Promise<void> {
  await finishRun(database, {
    runId,
    remainder: { state: 'expired', reason: 'late' },
    canceled: false,
    reason: null,
  })
}

const write = () => writeReceipts({ database, ring: testRing, logger })

const ask = (requestId: string, reason: string) =>
  insertAudit(database, {
    operator,
    subject: 'reminder:school/trip',
    action: 'pause',
    actor: 'school/desk',
    reason,
    requestId,
    via: 'cli',
  })

async function verified(): Promise<Omit<Verification, 'next'>> {
  const parts: Verification[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const part: Verification = await verifyNext({ database, operator }, after === '' ? {} : { after })
    parts.push(part)
    after = part.next
  }
  const [first] = parts
  if (first === undefined) throw new Error('there is no part')
  return { chain: first.chain, changes: parts.flatMap(({ changes }) => changes), compared: first.compared }
}

test('what nobody has touched is as it was', async () => {
  expect(await verified()).toMatchObject({
    chain: { kind: 'intact' },
    changes: [],
    compared: { runs: 1, actions: 5, purged: 0 },
  })
})

const ofRun = (): string => runId
const asked = `request_id = 'r-2'`
/** All that a row of the table has, to put it back. */
const copied = (table: string, where: string) => [
  `create table kept as select * from ${table} where ${where}`,
  `insert into ${table} overriding system value select * from kept`,
]

type Case = {
  name: string
  make: (() => string)[]
  undo: (() => string)[]
  found: () => (Omit<LedgerChange, 'seq' | 'of'> & { seq?: null })[]
}

const [keptAudit = '', putAuditBack = ''] = copied('audit', asked)
const sendOf = (ordinal: number) => `run_id = '${ofRun()}' and ordinal = ${ordinal}`
const cases: Case[] = [
  {
    name: 'another who',
    make: [() => `update audit set actor = 'school/other' where ${asked}`],
    undo: [() => `update audit set actor = 'school/desk' where ${asked}`],
    found: () => [{ kind: 'altered', table: 'audit', fields: ['who'] }],
  },
  {
    name: 'another what, and another when',
    make: [() => `update audit set action = 'resume', at = at + interval '1 hour' where ${asked}`],
    undo: [() => `update audit set action = 'pause', at = at - interval '1 hour' where ${asked}`],
    found: () => [{ kind: 'altered', table: 'audit', fields: ['at', 'action'] }],
  },
  {
    name: 'a request removed',
    make: [() => keptAudit, () => `delete from audit where ${asked}`],
    undo: [() => putAuditBack, () => 'drop table kept'],
    found: () => [{ kind: 'missing', table: 'audit' }],
  },
  {
    name: 'a request added in the place of another',
    make: [
      () =>
        `insert into audit (operator, subject, action, receipt_seq)
         select operator, subject, 'resume', receipt_seq from audit where ${asked}`,
    ],
    undo: [() => `delete from audit where request_id is null and action = 'resume'`],
    found: () => [{ kind: 'inserted', table: 'audit' }],
  },
  {
    name: 'a request added after the end of the chain',
    make: [
      () =>
        `insert into audit (operator, subject, action, receipt_seq) values ('school', 'x:y', 'resume', 999)`,
    ],
    undo: [() => `delete from audit where receipt_seq = 999`],
    found: () => [{ kind: 'inserted', table: 'audit', seq: null }],
  },
  {
    name: 'a message that failed, and was sent now',
    make: [() => `update send set state = 'acked', failure = null, acked_at = now() where ${sendOf(1)}`],
    undo: [
      () => `update send set state = 'failed', failure = 'NotAMember', acked_at = null where ${sendOf(1)}`,
    ],
    found: () => [{ kind: 'altered', table: 'send', fields: ['state', 'failure', 'ackedAt'] }],
  },
  {
    name: 'another time of a message',
    make: [() => `update send set acked_at = acked_at - interval '1 day' where ${sendOf(0)}`],
    undo: [() => `update send set acked_at = acked_at + interval '1 day' where ${sendOf(0)}`],
    found: () => [{ kind: 'altered', table: 'send', row: messageId, fields: ['ackedAt'] }],
  },
  {
    name: 'a message removed',
    make: [() => copied('send', sendOf(0))[0] ?? '', () => `delete from send where ${sendOf(0)}`],
    undo: [() => copied('send', sendOf(0))[1] ?? '', () => 'drop table kept'],
    found: () => [{ kind: 'missing', table: 'send', row: messageId }],
  },
  {
    name: 'a message added',
    make: [
      () => `insert into send (run_id, ordinal, part, message_id) values ('${ofRun()}', 2, 1, '3EB0AAAA')`,
    ],
    undo: [() => `delete from send where message_id = '3EB0AAAA'`],
    found: () => [{ kind: 'inserted', table: 'send', row: '3EB0AAAA' }],
  },
  {
    name: 'a recipient removed',
    make: [
      () => copied('target', sendOf(2))[0] ?? '',
      () => `create table kept_send as select * from send where ${sendOf(2)}`,
      () => `delete from target where ${sendOf(2)}`,
    ],
    undo: [
      () => copied('target', sendOf(2))[1] ?? '',
      () => 'insert into send select * from kept_send',
      () => 'drop table kept, kept_send',
    ],
    found: () => [{ kind: 'missing', table: 'target', row: '2' }],
  },
  {
    name: 'another recipient',
    make: [() => `update target set jid = '${groupJid(9)}' where ${sendOf(1)}`],
    undo: [() => `update target set jid = '${groupJid(2)}' where ${sendOf(1)}`],
    found: () => [{ kind: 'altered', table: 'target', row: '1', fields: ['to'] }],
  },
  {
    name: 'a recipient added',
    make: [
      () =>
        `insert into target (run_id, ordinal, jid, state) values ('${ofRun()}', 3, '${groupJid(7)}', 'delivered')`,
    ],
    undo: [() => `delete from target where ${sendOf(3)}`],
    found: () => [{ kind: 'inserted', table: 'target', row: '3' }],
  },
  {
    name: 'a recipient removed as if the retention had, before it may',
    make: [
      () => copied('target', sendOf(2))[0] ?? '',
      () => `create table kept_send as select * from send where ${sendOf(2)}`,
      () => `delete from target where ${sendOf(2)}`,
      () => `update run set purged_at = now() where id = '${ofRun()}'`,
    ],
    undo: [
      () => copied('target', sendOf(2))[1] ?? '',
      () => 'insert into send select * from kept_send',
      () => 'drop table kept, kept_send',
      () => `update run set purged_at = null where id = '${ofRun()}'`,
    ],
    found: () => [{ kind: 'missing', table: 'target', row: '2' }],
  },
  {
    name: 'a run that says that it was sent before',
    make: [
      () => `alter table run disable trigger all`,
      () =>
        `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at, receipt_of)
         select id || '-x', operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at, finished_at
         from run where id = '${ofRun()}'`,
    ],
    undo: [() => `delete from run where id like '%-x'`, () => `alter table run enable trigger all`],
    found: () => [{ kind: 'inserted', table: 'run', seq: null }],
  },
]

test.each(cases.map((one) => [one.name, one] as const))('%s: it is named', async (_name, one) => {
  for (const statement of one.make) await database.query(statement())
  const { chain, changes } = await verified()
  for (const statement of one.undo) await database.query(statement())
  expect(chain).toMatchObject({ kind: 'intact' })
  expect(changes).toMatchObject(one.found())
  expect(changes).toHaveLength(one.found().length)
  expect(await verified()).toMatchObject({ changes: [] })
})

test('a part that is asked for anew goes on where the one before ended, and a chain that is broken is not compared', async () => {
  const { rows } = await database.query<{ body: string }>(`select body from receipt where seq = 2`)
  await database.query(`update receipt set body = replace(body, '"v":1', '"v":2') where seq = 2`)
  expect(await verifyNext({ database, operator }, {})).toMatchObject({
    chain: { kind: 'broken', fault: { kind: 'altered', seq: 2 } },
    changes: [],
  })
  await database.query(`update receipt set body = $1 where seq = 2`, [rows[0]?.body])
  const after = Buffer.from(JSON.stringify(['3'])).toString('base64url')
  expect(await verifyNext({ database, operator }, { after })).toMatchObject({
    chain: { kind: 'intact', from: 4, to: 6 },
    changes: [],
  })
  await expect(verifyNext({ database, operator }, { after: 'x' })).rejects.toThrow('the part before')
})

test('a run that is opened again is not compared until it has its next receipt, and then by that', async () => {
  const now = new Date().toISOString()
  expect(await retryFailed(database, { runId, requestId: 'cli~again', now })).toMatchObject({
    kind: 'retried',
  })
  expect(await verified()).toMatchObject({ changes: [] })
  await write()
  await finish()
  expect(await verified()).toMatchObject({ changes: [] })
  await write()
  expect(await verified()).toMatchObject({ changes: [], compared: { runs: 2, actions: 6, purged: 0 } })
})

test('what the retention takes is no change', async () => {
  await database.query(`update run set finished_at = finished_at - interval '40 days'`)
  await write()
  await database.query(`update run set receipt_of = finished_at`)
  await purge({ database, logger }, { days: 31 })
  const { compared, changes } = await verified()
  // The two earlier ends are not compared, and the last has no recipients any more.
  expect(changes).toEqual([])
  expect(compared).toMatchObject({ runs: 3, purged: 1 })
})

test('where the keys of the digests are lost, what else is known is compared all the same', async () => {
  await database.query(`update receipt_key set secret = $1`, [randomBytes(90)])
  await database.query(`update audit set actor = 'school/other', action = 'resume' where ${asked}`)
  expect((await verified()).changes).toMatchObject([{ table: 'audit', fields: ['action'] }])
})
