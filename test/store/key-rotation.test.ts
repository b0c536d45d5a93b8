import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyPlace } from '../../src/whatsapp/auth-state.js'
import { readAuthKeys, writeAuthKeys } from '../../src/store/accounts/auth-keys.js'
import { setAccountPause, setAccountState } from '../../src/store/accounts/accounts.js'
import { readGroupMetadata, saveGroups } from '../../src/store/accounts/groups.js'
import { findPairingRequest, requestPairing, saveChallenge } from '../../src/store/accounts/pairing.js'
import { findProxy, proxySecretPlace, setProxy } from '../../src/store/accounts/proxy.js'
import { findUnlinking, requestUnlinking } from '../../src/store/accounts/unlinking.js'
import { openText, sealText } from '../../src/inbox/sealed.js'
import { answerRequest, beginRequest } from '../../src/store/api-requests.js'
import { openDatabase, sealingOf, type Database } from '../../src/store/database.js'
import { adoptEncryptionKey } from '../../src/store/encryption/encryption-check.js'
import { fingerprintOf, KeyRing } from '../../src/store/encryption/key-ring.js'
import { openAt, sealAt } from '../../src/store/encryption/place.js'
import { findBot } from '../../src/store/inbox/bots.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { receiptKeys } from '../../src/store/receipts/keys.js'
import { findDefinition } from '../../src/store/reminders/definitions.js'
import { findMedia, saveMedia } from '../../src/store/reminders/media.js'
import { sealedTables } from '../../src/store/rotation/columns.js'
import { keysInUse } from '../../src/store/rotation/keys-in-use.js'
import { firstPlace, rotateBatch } from '../../src/store/rotation/rotate-batch.js'
import { askForRotation, rotate, rotationProgress } from '../../src/store/rotation/rotation.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun } from '../../src/store/runs/runs.js'
import { saveUpload, uploadsOf } from '../../src/store/sends/uploads.js'
import { listAudit } from '../../src/store/views/audit.js'
import { findGroups } from '../../src/store/views/groups.js'
import { listTargets } from '../../src/store/views/runs.js'
import { insertEndpoint, listEndpoints, listSealedSecrets } from '../../src/store/webhooks/webhooks.js'
import { secretPlace } from '../../src/webhooks/secret-place.js'
import { acceptRow, addBotRow, botSecret } from '../support/bots.js'
import { createTestDatabase, testKey, testRing, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, newRequest } from '../support/ledger.js'
import { withPlainClient } from '../support/plain-client.js'
import { dumpOf } from '../support/personal/dump.js'

const accountId = 'office'
const person = '15550008801@s.whatsapp.net'
const said = 'The headmistress asked for it'
const text = 'The excursion begins at the gate'
const name = 'Grup ȘCOALĂ 4B'
const newKey = randomBytes(32)
const thirdKey = randomBytes(32)
const fourthKey = randomBytes(32)
const both = new KeyRing([newKey, testKey])
const oldId = fingerprintOf(testKey)
const newId = fingerprintOf(newKey)
const logger = { warn: () => undefined }

let db: TestDatabase
let run: Awaited<ReturnType<typeof defineRun>>
let epoch: number
let pool: Database
const endpointId = '11111111-2222-4333-8444-555555555555'
const image = { digest: 'a'.repeat(64), mime: 'image/png', width: 1, height: 1 }
const attemptId = '22222222-2222-4333-8444-555555555555'

beforeAll(async () => {
  db = await createTestDatabase(new KeyRing([testKey, newKey, thirdKey, fourthKey]))
  pool = openDatabase(db.url, { ring: both })
  await adoptEncryptionKey(db.database, { ring: testRing, accepted: undefined })
  await fill()
})
afterAll(async () => {
  await pool.end()
  await db.close()
})

test('nothing of it is in Postgres in clear, and each sealed column has something', async () => {
  const stored = await dumpOf(db.url)
  for (const clear of [person.slice(0, 11), said, text, name, 'https://hooks.example.org', '2@challenge'])
    expect(stored).not.toContain(clear)
  expect(await keysInUse(db.database)).toEqual([{ keyId: oldId, rows: expect.any(Number) as number }])
  await withPlainClient(db.url, async (client) => {
    for (const { table, columns } of sealedTables)
      for (const column of Object.keys(columns)) {
        const { rowCount } = await client.query(`select from ${table} where ${column} is not null limit 1`)
        expect(rowCount, `${table}.${column}`).toBe(1)
      }
  })
})

test('a rotation puts all of it under the new key, and it reads as before without the old one', async () => {
  await askForRotation(pool, newId)
  expect(await rotationProgress(pool)).toMatchObject({ keyId: newId, pass: 1, share: 0, finishedAt: null })
  const shares: number[] = []
  let left = 3
  const stopping = new AbortController()
  const onProgress = () => {
    left -= 1
    if (left === 0) stopping.abort()
  }
  // The process that is at it dies; another one goes on.
  await expect(rotate({ database: pool, logger }, { onProgress, signal: stopping.signal })).rejects.toThrow()
  shares.push((await rotationProgress(pool))?.share ?? 0)
  expect(await rotate({ database: db.database, logger })).toBe('otherKey')
  expect(await rotate({ database: pool, logger })).toBe('done')
  expect(shares[0]).toBeGreaterThan(0)
  expect(await rotationProgress(pool)).toMatchObject({
    keyId: newId,
    share: 1,
    unreadable: 0,
    finishedAt: expect.any(Date) as Date,
  })
  expect(await keysInUse(pool)).toEqual([{ keyId: newId, rows: expect.any(Number) as number }])
  const alone = openDatabase(db.url, { ring: KeyRing.of(newKey) })
  try {
    await adoptEncryptionKey(alone, { ring: KeyRing.of(newKey), accepted: undefined })
    await expectAllThere(alone)
  } finally {
    await alone.end()
  }
})

test('what others hold or change meanwhile is left to another pass', async () => {
  const again = new KeyRing([thirdKey, newKey, testKey])
  const other = openDatabase(db.url, { ring: again })
  const sealing = await sealingOf(other)
  const table = sealedTables.find((one) => one.table === 'target')
  if (table === undefined) throw new Error('there are no targets')
  const holding = await pool.connect()
  const working = await other.connect()
  try {
    await holding.query('begin')
    await holding.query(`select from target where run_id = $1 and ordinal = 0 for update`, [run.runId])
    await working.query('begin')
    const batch = await rotateBatch(working, sealing, { table, place: firstPlace })
    await working.query('commit')
    expect(batch).toMatchObject({ rotated: 1, missed: 1 })
    await holding.query('commit')
    await askForRotation(other, again.current ?? '')
    expect(await rotate({ database: other, logger })).toBe('done')
    expect(await keysInUse(other)).toEqual([{ keyId: again.current, rows: expect.any(Number) as number }])
    expect(
      (await listTargets(other, { runId: run.runId, limit: 10 })).items.map(({ reason }) => reason),
    ).toEqual([`canceled by operator: ${said}`, `canceled by operator: ${said}`])
  } finally {
    working.release()
    holding.release()
    await other.end()
  }
})

test('what was stored in clear is sealed by a rotation', async () => {
  await withPlainClient(db.url, async (client) => {
    await client.query(
      `update account_group set subject = 'In clear', subject_index = null, metadata = '{"cannotPost": "community", "id": "In clear"}'`,
    )
    await client.query(`update run set reason = 'paused by operator: In clear'`)
    await client.query(`update audit set reason = 'In clear' where reason is not null`)
    await client.query(`update media set bytes = 'In clear', thumbnail = 'In clear', is_sealed = false`)
    await client.query(
      `update definition set sealed_body = jsonb_set(sealed_body, '{parts,0,text}', '"In clear"')`,
    )
  })
  const again = new KeyRing([fourthKey, thirdKey, newKey, testKey])
  const other = openDatabase(db.url, { ring: again })
  try {
    expect(await dumpOf(db.url)).toContain('In clear')
    await askForRotation(other, again.current ?? '')
    await rotate({ database: other, logger })
    expect(await dumpOf(db.url)).not.toContain('In clear')
  } finally {
    await other.end()
  }
})

async function fill(): Promise<void> {
  const { database } = db
  await addAccount(database, accountId)
  epoch = await connectAccount(database, accountId)
  const detail = `unlinked by operator: ${said}`
  await setAccountState(database, { accountId, epoch, state: 'connected', jid: person, detail })
  await setAccountPause(database, {
    accountId,
    reason: `paused by operator: ${said}`,
    request: { ...newRequest(), reason: said },
  })
  await setProxy(database, {
    accountId,
    proxy: {
      sealed: sealAt(
        testRing,
        proxySecretPlace(accountId),
        Buffer.from('socks5://ann:secret@proxy.example.org'),
      ),
      place: 'socks5://proxy.example.org',
    },
  })
  const participants = [{ id: person }]
  await saveGroups(database, accountId, epoch, [
    { jid: groupJid(1), subject: name, participants: 1, metadata: { subject: name, participants } },
  ])
  const value = sealAt(testRing, keyPlace(accountId, 'session', '15550008801.0'), Buffer.from('a session'))
  await writeAuthKeys(database, {
    accountId,
    epoch,
    written: [{ category: 'session', id: '15550008801.0', value }],
    removed: [],
  })
  await saveMedia(database, [{ ...image, bytes: Buffer.from(text), thumbnail: Buffer.from(text) }])
  run = await defineRun(database, {
    accountId,
    key: 'trip',
    recipients: [groupJid(1), person],
    parts: [
      { kind: 'text', text },
      { kind: 'image', media: image.digest, caption: text },
    ],
  })
  await prepareRun(database, run)
  await saveUpload(database, { runId: run.runId, part: 1, content: Buffer.from(text) })
  const because = `canceled by operator: ${said}`
  await finishRun(database, {
    runId: run.runId,
    remainder: { state: 'skipped', reason: because },
    canceled: true,
    reason: because,
  })
  const other = await defineRun(database, { accountId, key: 'other', recipients: [person] })
  await prepareRun(database, other)
  await holdRun(database, {
    runId: other.runId,
    wish: { kind: 'pause', because: `paused by operator: ${said}` },
    request: newRequest(),
  })
  await database.query(`update reminder set reason = 'x', ending_reason = 'y' where dedupe_key = 'other'`)
  await requestPairing(database, {
    accountId,
    method: 'code',
    phoneNumber: person.slice(0, 11),
    forMs: 600_000,
    mayBeOther: false,
  })
  const { until = '' } = (await findPairingRequest(database, accountId)) ?? {}
  await saveChallenge(database, { accountId, until, challenge: '2@challenge' })
  const removal = { removes: false, because: `unlinked by operator: ${said}`, request: newRequest() }
  await addAccount(database, 'canteen')
  await requestUnlinking(database, { accountId: 'canteen', ...removal })
  await insertEndpoint(database, {
    id: endpointId,
    operator: 'school',
    url: 'https://hooks.example.org/in?token=abc',
    types: ['run.finished'],
    secret: sealAt(testRing, secretPlace('school', endpointId), Buffer.from('whsec')),
    allowHttp: false,
  })
  await addBotRow(database, { id: 'ops', operator: 'school' })
  await acceptRow(database, { bot: 'ops', updateId: 1, operator: 'school', chat: 1, text })
  const of = { operator: 'school', bot: 'ops' }
  const stored = (kind: 'replies' | 'error' | 'chat', id: string) =>
    sealText(testRing, { of, kind, id, text })
  await database.query(
    `with telling as (
       insert into telegram_progress (id, bot, run_id, user_name, chat) values ($4, 'ops', $5, 'anna', $3)
     ), user_of as (
       insert into bot_user (bot, name, digest, chat, role) values ('ops', 'anna', $6, $3, 'editor'))
     update telegram_update set replies = $1, error = $2`,
    [
      stored('replies', '1'),
      stored('error', '1'),
      stored('chat', 'anna'),
      attemptId,
      run.runId,
      Buffer.alloc(32),
    ],
  )
  await writeReceipts({ database, ring: testRing, logger })
  const key = { operator: 'school', key: 'k', attemptId }
  await beginRequest(database, {
    ...key,
    digest: Buffer.alloc(32),
    route: 'POST /v1/accounts',
    tokenId: 't',
    operationId: attemptId,
    leaseMs: 1_000,
  })
  await answerRequest(database, {
    ...key,
    answer: testRing.seal(Buffer.from(text), ['school', 'api_request', 'k']),
  })
}

function fail(): never {
  throw new Error('the keys of receipts were lost')
}

async function expectAllThere(database: Database): Promise<void> {
  const { ring } = await sealingOf(database)
  const { rows } = await database.query(
    `select jid, state_detail, paused_reason from account where id = $1`,
    [accountId],
  )
  expect(rows).toEqual([
    {
      jid: person,
      state_detail: `unlinked by operator: ${said}`,
      paused_reason: `paused by operator: ${said}`,
    },
  ])
  const proxy = await findProxy(database, accountId)
  expect(openAt(ring, proxySecretPlace(accountId), proxy?.sealed ?? Buffer.of()).toString()).toContain(
    'ann:secret',
  )
  expect(await findGroups(database, { accountId, names: ['grup  școală 4b'], jids: [] })).toMatchObject([
    { jid: groupJid(1), subject: name },
  ])
  expect(await readGroupMetadata(database, accountId, groupJid(1), 60_000)).toMatchObject({
    metadata: { subject: name, participants: [{ id: person }] },
  })
  const keys = await readAuthKeys(database, accountId, 'session', ['15550008801.0'])
  const session = keys.get('15550008801.0') ?? Buffer.of()
  expect(openAt(ring, keyPlace(accountId, 'session', '15550008801.0'), session).toString()).toBe('a session')
  expect(await findMedia(database, image.digest)).toMatchObject({ bytes: Buffer.from(text) })
  expect((await findDefinition(database, run.digest))?.definition).toMatchObject({
    audience: { recipients: [groupJid(1), person] },
    parts: [{ text }, { caption: text }],
  })
  expect([...(await uploadsOf(database, run.runId)).values()]).toEqual([Buffer.from(text)])
  const targets = await listTargets(database, { runId: run.runId, limit: 10 })
  expect(targets.items).toMatchObject([
    { jid: groupJid(1), subject: name, reason: `canceled by operator: ${said}` },
    { jid: person, reason: `canceled by operator: ${said}` },
  ])
  expect(await findPairingRequest(database, accountId)).toMatchObject({ phoneNumber: person.slice(0, 11) })
  expect(await findUnlinking(database, 'canteen')).toMatchObject({ because: `unlinked by operator: ${said}` })
  expect(await listEndpoints(database, 'school')).toMatchObject([
    { url: 'https://hooks.example.org/in?token=abc' },
  ])
  const [secret] = await listSealedSecrets(database, 'school')
  expect(openAt(ring, secretPlace('school', endpointId), secret?.secret ?? Buffer.of()).toString()).toBe(
    'whsec',
  )
  const { rows: told } = await database.query<
    Record<'body' | 'replies' | 'error' | 'chat' | 'following', Buffer>
  >(
    `select u.body, u.replies, u.error, b.chat, p.chat as following
     from telegram_update u join bot_user b using (bot) join telegram_progress p using (bot)`,
  )
  const of = { operator: 'school', bot: 'ops' }
  const open = (kind: 'update' | 'replies' | 'error' | 'chat', id: string, sealed: Buffer | undefined) =>
    openText(ring, { of, kind, id, sealed: sealed ?? Buffer.of() })
  expect(open('update', '1', told[0]?.body)).toContain(text)
  for (const kind of ['replies', 'error'] as const) expect(open(kind, '1', told[0]?.[kind])).toBe(text)
  for (const chat of [told[0]?.chat, told[0]?.following]) expect(open('chat', 'anna', chat)).toBe(text)
  const bot = await findBot(database, 'ops')
  expect(openText(ring, { of, kind: 'secret', sealed: bot?.secret ?? Buffer.of() })).toBe(botSecret)
  const { signer } = await receiptKeys(database, { ring, logger: { warn: fail } })
  expect(signer).toBeDefined()
  const { items } = await listAudit(database, { operator: 'school', limit: 100 })
  expect(items.map(({ reason }) => reason)).toContain(said)
}
