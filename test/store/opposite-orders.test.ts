import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { storeReminder } from '../../src/client/reminders/store.js'
import type { Part } from '../../src/domain/definition.js'
import { writeAuthKeys, type AuthKey, type AuthKeyName } from '../../src/store/accounts/auth-keys.js'
import { definitionDigest, findDefinition, saveDefinitions } from '../../src/store/reminders/definitions.js'
import { insertRun } from '../../src/store/reminders/reminder-runs.js'
import { insertReminders } from '../../src/store/reminders/new-reminders.js'
import { replaceGroups, saveGroups } from '../../src/store/accounts/groups.js'
import { saveMedia, type MediaToStore } from '../../src/store/reminders/media.js'
import { purge } from '../../src/store/jobs/retention.js'
import { sealingOf } from '../../src/store/database.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { prepareRun } from '../../src/store/runs/runs.js'
import { addAccount, connectAccount, defineRun, groupJid } from '../support/ledger.js'
import { Blocker } from '../support/postgres-locks.js'

/**
 * Two that store the same rows in opposite orders, each of them held up in the middle of it: they end, since both go
 * through the rows in one order.
 */
let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterEach(() => Blocker.releaseAll())
afterAll(() => db.close())

test('two creates with the same images in another order both end', async () => {
  const media = ['one', 'two', 'three'].map(mediaOf).toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
  await saveMedia(db.database, media)
  const blocker = await block('select from media where digest = $1 for update', [media[1]?.digest])
  const creates = [media, media.toReversed()].map(
    async (ordered, index) =>
      await storeReminder(db.database, { definition: await definition(`images-${index}`), media: ordered }),
  )
  await blocker.untilWaiting(2, '%into media%')
  await blocker.release()
  expect(await Promise.all(creates)).toHaveLength(2)
})

test('two lists with the same reminders in another order are both written, each reminder once', async () => {
  const sealing = await sealingOf(db.database)
  const base = await definition('lists')
  const many = ['one', 'two', 'three']
    .map((text) => ({ ...base, parts: [{ kind: 'text', text }] as Part[] }))
    .toSorted((a, b) => (definitionDigest(sealing, a) < definitionDigest(sealing, b) ? -1 : 1))
  const digests = many.map((one) => definitionDigest(sealing, one))
  await saveDefinitions(db.database, new Map(many.map((one) => [definitionDigest(sealing, one), one])))
  const saving = await block('select from definition where digest = $1 for update', [digests[1]])
  const saves = [many, many.toReversed()].map(async (list) => {
    await saveDefinitions(db.database, new Map(list.map((one) => [definitionDigest(sealing, one), one])))
  })
  await saving.untilWaiting(2, '%into definition%')
  await saving.release()
  await Promise.all(saves)

  const reminders = ['a', 'b', 'c'].map((dedupeKey, index) => ({
    dedupeKey,
    accountId: 'lists',
    digest: digests[index] ?? '',
    nextFire: null,
    cursor: undefined,
  }))
  // Not committed: both wait for what becomes of it.
  const writing = await block(
    `insert into reminder (operator, dedupe_key, account_id, digest) values ('lists', 'b', 'lists', $1)`,
    [digests[1]],
  )
  const inserts = [reminders, reminders.toReversed()].map(
    async (list) => await insertReminders(db.database, { operator: 'lists', reminders: list }),
  )
  await writing.untilWaiting(2, '%into reminder%')
  await writing.release()
  const created = await Promise.all(inserts)
  expect(created.flatMap((keys) => [...keys]).toSorted()).toEqual(['a', 'b', 'c'])
})

test('the retention passes over what is being stored, and ends', async () => {
  const media = ['old-1', 'old-2', 'old-3'].map(mediaOf).toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
  await saveMedia(db.database, media)
  await db.database.query(`update media set created_at = now() - interval '2 days' where digest = any ($1)`, [
    media.map(({ digest }) => digest),
  ])
  const storing = await block('update media set created_at = now() where digest = $1', [media[2]?.digest])
  const logger = { warn: () => undefined }
  expect(await purge({ database: db.database, logger }, { days: 30 })).toMatchObject({
    kind: 'done',
    media: 2,
  })
  await storing.commit()
})

test("an account's keys that are written and removed in another order are all stored", async () => {
  await addAccount(db.database, 'keys')
  const epoch = await connectAccount(db.database, 'keys')
  const names = ['a', 'm', 'z'].map((id): AuthKeyName => ({ category: 'session', id }))
  const keys = names.map((name): AuthKey => ({ ...name, value: Buffer.of(0, 1) }))
  const [first, , last] = names
  const write = (written: AuthKey[], removed: AuthKeyName[]) =>
    writeAuthKeys(db.database, { accountId: 'keys', epoch, written, removed })
  const both: [AuthKey[], AuthKeyName[]][][] = [
    [
      [keys, []],
      [keys.toReversed(), []],
    ],
    [
      [keys.slice(1), first === undefined ? [] : [first]],
      [keys.slice(0, 2), last === undefined ? [] : [last]],
    ],
  ]
  for (const pair of both) {
    await write(keys, [])
    const blocker = await block(`select from auth_key where account_id = 'keys' and id = 'm' for update`)
    const writes = pair.map(async ([written, removed]) => await write(written, removed))
    await blocker.untilWaiting(2, '%into auth_key%')
    await blocker.release()
    expect(await Promise.all(writes)).toEqual([true, true])
  }
})

test('groups that are told of and read at once, in another order, are all stored', async () => {
  await addAccount(db.database, 'groups')
  const epoch = await connectAccount(db.database, 'groups')
  const groups = [1, 2, 3].map((number) => ({
    jid: groupJid(number),
    subject: `Class ${number}`,
    participants: 3,
    metadata: {},
  }))
  await saveGroups(db.database, 'groups', epoch, groups)
  const blocker = await block(
    `select from account_group where account_id = 'groups' and jid = $1 for update`,
    [groupJid(2)],
  )
  const writes = [
    saveGroups(db.database, 'groups', epoch, groups),
    replaceGroups(db.database, { accountId: 'groups', epoch, groups: groups.toReversed(), changed: [] }),
  ]
  await blocker.untilWaiting(2, '%into account_group%')
  await blocker.release()
  await Promise.all(writes)
})

test('a run is prepared while a request has its reminder: the request waits for the run, not each for the other', async () => {
  await addAccount(db.database, 'beside')
  for (const [key, answer] of [
    ['takes-the-lock', { lockToken: 1 }],
    ['waits-for-it', { waits: true }],
  ] as const) {
    const run = await defineRun(db.database, { accountId: 'beside', key, recipients: [groupJid(1)] })
    // As it is written when its occurrence is due. To prepare it writes it twice more.
    await insertRun(db.database, run, {
      ...run,
      dueAt: run.scheduledAt,
      localAt: run.scheduledAt.slice(0, 19),
      trigger: 'schedule',
      groupConcurrency: 1,
      revision: 0,
    })
    const request = await block('select from lock_reminder($1, $2)', [run.operator, run.dedupeKey])
    expect(await prepareRun(db.database, run, { takesLock: true })).toMatchObject(answer)
    await request.release()
  }
})

async function block(statement: string, values: unknown[] = []): Promise<Blocker> {
  return await Blocker.take(db.url, statement, values)
}

function mediaOf(name: string): MediaToStore {
  const bytes = Buffer.from(name)
  const digest = createHash('sha256').update(bytes).digest('hex')
  return { digest, mime: 'image/png', bytes, thumbnail: bytes, width: 1, height: 1 }
}

async function definition(key: string) {
  await addAccount(db.database, key)
  const { digest } = await defineRun(db.database, { accountId: key, key, recipients: [groupJid(9)] })
  const found = await findDefinition(db.database, digest)
  if (!found) throw new Error('no definition')
  return found.definition
}
