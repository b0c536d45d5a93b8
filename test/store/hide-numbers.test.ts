import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setAccountState, takeLease } from '../../src/store/accounts/accounts.js'
import { readAuthKeys } from '../../src/store/accounts/auth-keys.js'
import { knownPeople } from '../../src/store/accounts/people.js'
import { adoptEncryptionKey } from '../../src/store/encryption/encryption-check.js'
import { migrate } from '../../src/store/migrate.js'
import { hideNumbers } from '../../src/store/rotation/hide-numbers.js'
import { rotate } from '../../src/store/rotation/rotation.js'
import { prepareRun } from '../../src/store/runs/runs.js'
import { findGroups } from '../../src/store/views/groups.js'
import { listTargets } from '../../src/store/views/runs.js'
import { findReminderView } from '../../src/store/views/reminders.js'
import { createEmptyDatabase, testRing, type TestDatabase } from '../support/database.js'
import { withPlainClient } from '../support/plain-client.js'
import { dumpOf } from '../support/personal/dump.js'

const ann = '15550008901@s.whatsapp.net'
const ben = '15550008902@s.whatsapp.net'
const oldGroup = '15550008903-1400000000@g.us'
const newGroup = '120363000000000891@g.us'
const digest = 'd'.repeat(64)
const runId = 'run:school/before@2026-11-24T06:00:00Z'
let db: TestDatabase

beforeAll(async () => {
  db = await createEmptyDatabase()
  await withPlainClient(db.url, async (client) => {
    await client.query(
      'create table migration (name text primary key, applied_at timestamptz not null default now())',
    )
    const folder = new URL('../../src/store/migrations/', import.meta.url)
    for (const name of (await readdir(folder)).toSorted())
      if (name < '0037') {
        await client.query(await readFile(new URL(name, folder), 'utf8'))
        await client.query('insert into migration (name) values ($1)', [name])
      }
    const definition = {
      version: 2,
      account: 'office',
      audience: { kind: 'list', recipients: [ann, newGroup, oldGroup] },
      parts: [{ kind: 'text', text: 'The excursion begins at the gate' }],
      schedule: { kind: 'once', at: '2026-11-24T06:00:00Z', zone: 'UTC' },
      overlap: 'bufferOne',
      priority: 5,
      catchUpMs: 0,
      deliverWithinMs: 3_600_000,
      onUncertain: 'resend',
      groupConcurrency: 3,
    }
    await client.query(`insert into operator (id) values ('school') on conflict do nothing`)
    await client.query(
      `insert into account (id, operator, jid, linked_at, epoch) values ('office', 'school', $1, '2026-01-01', 1)`,
      [ann],
    )
    await client.query('insert into definition (digest, body) values ($1, $2)', [digest, definition])
    await client.query(
      `insert into reminder (operator, dedupe_key, account_id, digest) values ('school', 'before', 'office', $1)`,
      [digest],
    )
    await client.query(
      `insert into account_group (account_id, jid, subject, participants, metadata)
       values ('office', $1, 'Grup ȘCOALĂ', 2, '{}'), ('office', $2, 'Class 4', 2, '{}')`,
      [oldGroup, newGroup],
    )
    await client.query(
      `insert into account_person (account_id, jid, pn, lid) values ('office', $1, $1, '98765432101234@lid')`,
      [ben],
    )
    await client.query(
      `insert into auth_key (account_id, category, id, value)
       values ('office', 'session', '15550008902.0', '\\x00'), ('office', 'pre-key', '12345678', '\\x00'),
         ('office', 'sender-key', $1, '\\x00')`,
      [`${newGroup}::15550008902_1::0`],
    )
    await client.query(
      `insert into chat_last_send (account_id, jid, sending_at, acked) values ('office', $1, now(), false)`,
      [ben],
    )
  })
  await migrate(db.database)
  await adoptEncryptionKey(db.database, { ring: testRing, accepted: undefined })
})
afterAll(() => db.close())

test('an upgrade gives each number an alias, once, and everything is found by it as before', async () => {
  expect(await hideNumbers(db.database)).toBe(8)
  expect(await hideNumbers(db.database)).toBeUndefined()
  const { database } = db
  // The number of the account is the same one: it was not linked anew.
  await takeLease(database, { accountId: 'office', owner: 'test' })
  await setAccountState(database, { accountId: 'office', epoch: 2, state: 'connected', jid: ann })
  const { rows } = await database.query('select jid, linked_at as "linkedAt" from account')
  expect(rows).toEqual([{ jid: ann, linkedAt: new Date('2026-01-01') }])
  expect(await knownPeople(database, { accountId: 'office', jids: [ben] })).toMatchObject([
    { jid: ben, pn: ben },
  ])
  const sender = `${newGroup}::15550008902_1::0`
  expect([...(await readAuthKeys(database, 'office', 'session', ['15550008902.0'])).keys()]).toHaveLength(1)
  expect([...(await readAuthKeys(database, 'office', 'sender-key', [sender])).keys()]).toEqual([sender])
  expect([...(await readAuthKeys(database, 'office', 'pre-key', ['12345678'])).keys()]).toHaveLength(1)
  expect(await findGroups(database, { accountId: 'office', names: ['grup școală'], jids: [] })).toMatchObject(
    [{ jid: oldGroup, subject: 'Grup ȘCOALĂ' }],
  )
  const { rows: last } = await database.query('select from chat_last_send where jid = $1', [ben])
  expect(last).toHaveLength(1)
})

test('a reminder of before is sent to whom it was meant, and keeps its digest', async () => {
  const { database } = db
  expect(await findReminderView(database, { operator: 'school', key: 'before' })).toMatchObject({
    digest,
    definition: {
      audience: { recipients: [ann, newGroup, oldGroup] },
      parts: [{ text: expect.any(String) as string }],
    },
  })
  const scheduledAt = '2026-11-24T06:00:00Z'
  await prepareRun(database, {
    runId,
    operator: 'school',
    dedupeKey: 'before',
    accountId: 'office',
    digest,
    scheduledAt,
    deadline: scheduledAt,
    priority: 5,
  })
  const { items } = await listTargets(database, { runId, limit: 10 })
  expect(items.map(({ jid }) => jid)).toEqual([ann, newGroup, oldGroup])
})

test('no number is in any table then, and after the rotation that the upgrade asks for no text either', async () => {
  expect(await rotate({ database: db.database, logger: { warn: () => undefined } })).toBe('done')
  const all = await dumpOf(db.url)
  expect(all).toContain('office')
  expect(all).not.toMatch(/1555000890\d/)
  expect(all).not.toContain('excursion')
  expect(all).not.toContain('ȘCOALĂ')
})
