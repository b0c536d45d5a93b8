import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { isLinked, openAuthState, type AuthState } from '../../src/whatsapp/auth-state.js'
import { makeCacheableSignalKeyStore, proto } from '../../src/whatsapp/baileys.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { GatewayFailure } from '../../src/whatsapp/gateway.js'
import { silentLogger } from '../../src/whatsapp/silent-logger.js'
import { addAccount, startDatabase, takeOver, type TestDatabase } from './support/postgres.js'

let postgres: TestDatabase
beforeAll(async () => {
  postgres = await startDatabase()
})
afterAll(() => postgres?.stop())

const key = randomBytes(32)
let accounts = 0

async function account(): Promise<string> {
  const accountId = `account-${++accounts}`
  await addAccount(postgres.database, accountId)
  return accountId
}

type Options = { accountId: string; epoch?: number; key?: Buffer | undefined }

function open(options: Options, onWriteFailed: (failure: GatewayFailure) => void = () => undefined) {
  const ring = KeyRing.of('key' in options ? options.key : key)
  return openAuthState(
    { accountId: options.accountId, epoch: options.epoch ?? 1, database: postgres.database, ring },
    onWriteFailed,
  )
}

async function stored(accountId: string): Promise<Map<string, Buffer>> {
  const { rows } = await postgres.database.query<{ category: string; id: string; value: Buffer }>(
    'select category, id, sealed as value from auth_key where account_id = $1',
    [accountId],
  )
  return new Map(rows.map((row) => [`${row.category} ${row.id}`, row.value]))
}

const pair = (byte: number) => ({ public: Buffer.alloc(32, byte), private: Buffer.alloc(32, byte) })

test('keys of every kind come back as they were, and removed ones do not', async () => {
  const accountId = await account()
  const { keys } = await open({ accountId })
  const appStateKey = proto.Message.AppStateSyncKeyData.fromObject({
    keyData: Buffer.from('k'),
    timestamp: 5,
  })
  await keys.set({
    'pre-key': { '1': pair(1), '2': pair(2) },
    session: { '15551000001.0': Buffer.from('session') },
    'sender-key-memory': { 'g@g.us': { 'a@lid': true } },
    'lid-mapping': { '15551000001': '98765' },
    'device-list': { '15551000001': ['0', '3'] },
    'app-state-sync-key': { k: appStateKey },
  })
  await keys.set({ 'pre-key': { '1': null }, 'sender-key-memory': { 'g@g.us': null } })
  const { keys: again } = await open({ accountId })
  expect(await again.get('pre-key', ['1', '2', '3'])).toEqual({ '2': pair(2) })
  expect(await again.get('session', ['15551000001.0'])).toEqual({ '15551000001.0': Buffer.from('session') })
  expect(await again.get('sender-key-memory', ['g@g.us'])).toEqual({})
  expect(await again.get('lid-mapping', ['15551000001'])).toEqual({ '15551000001': '98765' })
  expect(await again.get('device-list', ['15551000001'])).toEqual({ '15551000001': ['0', '3'] })
  const read = await again.get('app-state-sync-key', ['k'])
  expect(Buffer.from(read['k']?.keyData ?? []).toString()).toBe('k')
})

test('creds are saved in the order of the changes, and flush waits for the last', async () => {
  const accountId = await account()
  const auth = await open({ accountId })
  for (let counter = 1; counter <= 50; counter += 1) {
    auth.creds.accountSyncCounter = counter
    auth.saveCreds()
  }
  auth.creds.accountSyncCounter = 51 // changed, and not saved
  await auth.flush()
  expect((await open({ accountId })).creds.accountSyncCounter).toBe(50)
})

test('a set is written whole or not at all', async () => {
  const accountId = await account()
  const { keys } = await open({ accountId })
  const tooLong = randomBytes(100_000).toString('hex') // for an index of Postgres
  await expect(
    keys.set({ 'lid-mapping': { good: 'g' }, 'device-list': { [tooLong]: ['0'] } }),
  ).rejects.toThrow(GatewayFailure)
  expect(await stored(accountId)).toEqual(new Map())
})

test('a fenced owner writes nothing any more and is told once', async () => {
  const accountId = await account()
  const told: GatewayFailure[] = []
  const auth = await open({ accountId }, (failure) => told.push(failure))
  await auth.keys.set({ 'lid-mapping': { before: 'b' } })
  const before = await stored(accountId)
  await takeOver(postgres.database, accountId)
  const fenced = new GatewayFailure('Fenced', undefined)
  await expect(auth.keys.set({ 'lid-mapping': { after: 'a', before: null } })).rejects.toEqual(fenced)
  auth.saveCreds()
  await auth.flush()
  expect(told).toEqual([fenced])
  expect(await stored(accountId)).toEqual(before)
  await expect(open({ accountId })).rejects.toEqual(fenced)
})

const waiting = (count: number) =>
  expect
    .poll(async () => {
      const { rows } = await postgres.database.query<{ n: number }>(
        'select count(*)::int as n from pg_locks where not granted',
      )
      return rows[0]?.n
    })
    .toBe(count)

test('a new lease waits for a write under way, so that it starts from the last keys', async () => {
  const accountId = await account()
  const auth = await open({ accountId })
  await auth.keys.set({ 'lid-mapping': { last: 'before' } })
  const client = await postgres.database.connect()
  try {
    await client.query('begin')
    await client.query('select from auth_key where account_id = $1 for update', [accountId])
    const writing = auth.keys.set({ 'lid-mapping': { last: 'after' } })
    await waiting(1)
    const taking = takeOver(postgres.database, accountId)
    await waiting(2)
    await client.query('commit')
    await writing
    const { keys } = await open({ accountId, epoch: await taking })
    expect(await keys.get('lid-mapping', ['last'])).toEqual({ last: 'after' })
  } finally {
    client.release()
  }
})

test('a write that meets a lease under way waits for it, and is refused', async () => {
  const accountId = await account()
  const auth = await open({ accountId })
  const client = await postgres.database.connect()
  try {
    await client.query('begin')
    await client.query('update account set epoch = epoch + 1 where id = $1', [accountId])
    const writing = expect(auth.keys.set({ 'lid-mapping': { late: 'l' } })).rejects.toEqual(
      new GatewayFailure('Fenced', undefined),
    )
    await waiting(1)
    await client.query('commit')
    await writing
    expect(await stored(accountId)).toEqual(new Map())
  } finally {
    client.release()
  }
})

test('writes keep the order of their calls, also over many connections', async () => {
  const accountId = await account()
  const auth = await open({ accountId })
  await auth.keys.set({ 'lid-mapping': { first: 'old' } })
  const client = await postgres.database.connect()
  try {
    await client.query('begin')
    await client.query('select from auth_key where account_id = $1 for update', [accountId])
    const writing = [
      auth.keys.set({ 'lid-mapping': { first: 'new' } }),
      auth.keys.set({ 'lid-mapping': { second: 'new' } }),
    ]
    await waiting(1)
    await postgres.database.query('select pg_sleep(0.1)') // time in which the second could overtake
    expect([...(await stored(accountId)).keys()]).toEqual(['lid-mapping first'])
    await client.query('commit')
    for (const write of writing) await write
    expect((await stored(accountId)).size).toBe(2)
  } finally {
    client.release()
  }
})

test('after the seal nothing is written', async () => {
  const accountId = await account()
  const auth = await open({ accountId })
  auth.seal()
  await expect(auth.keys.set({ 'lid-mapping': { late: 'l' } })).rejects.toThrow(GatewayFailure)
  expect(await stored(accountId)).toEqual(new Map())
})

test('a key that is set later reads what is plain and encrypts it when it is next written', async () => {
  const accountId = await account()
  const plain = await open({ accountId, key: undefined })
  await plain.keys.set({ 'lid-mapping': { a: 'first', b: 'first' } })
  plain.saveCreds()
  await plain.flush()
  const auth = await open({ accountId })
  expect(auth.creds.noiseKey).toEqual(plain.creds.noiseKey)
  await auth.keys.set({ 'lid-mapping': { a: 'second' } })
  expect(await auth.keys.get('lid-mapping', ['a', 'b'])).toEqual({ a: 'second', b: 'first' })
  const values = await stored(accountId)
  expect(values.get('lid-mapping a')?.[0]).toBe(2)
  expect(values.get('lid-mapping b')?.[0]).toBe(0)
  auth.saveCreds()
  await auth.flush()
  const wrong = open({ accountId, key: randomBytes(32) })
  await expect(wrong).rejects.toThrow(/stored encrypted with a key that is not here/)
})

test('creds are linked only when a phone has signed them', async () => {
  const { creds } = await open({ accountId: await account() })
  expect(isLinked(creds)).toBe(false)
  creds.me = { id: '15550000041@s.whatsapp.net' }
  creds.registered = true
  expect(isLinked(creds)).toBe(false)
  creds.account = {}
  expect(isLinked(creds)).toBe(true)
})

/**
 * Why there is no cache: relayMessage changes the map that it read before it is sure that anything was sent. Each
 * read must be a copy.
 */
async function changedByReader(keys: AuthState['keys']): Promise<boolean> {
  await keys.set({ 'sender-key-memory': { 'g@g.us': { 'a@lid': true } } })
  await keys.get('sender-key-memory', ['g@g.us'])
  const read = (await keys.get('sender-key-memory', ['g@g.us']))['g@g.us']
  if (read) read['b@lid'] = true
  const again = (await keys.get('sender-key-memory', ['g@g.us']))['g@g.us']
  return again?.['b@lid'] === true
}

test("what a reader changes is not stored; with Baileys' own cache it would be", async () => {
  const { keys } = await open({ accountId: await account() })
  expect(await changedByReader(keys)).toBe(false)
  expect(await changedByReader(makeCacheableSignalKeyStore(keys, silentLogger))).toBe(true)
})

test('what is in Postgres is read once by a session, and another session reads it anew', async () => {
  const accountId = await account()
  const first = await open({ accountId })
  await first.keys.set({ session: { known: Buffer.from('a') } })
  const again = await open({ accountId })
  const asked = vi.spyOn(postgres.database, 'query')
  try {
    const both = async (keys: AuthState['keys']) => await keys.get('session', ['known', 'missing'])
    expect(await both(again.keys)).toEqual({ known: Buffer.from('a') })
    expect(asked).toHaveBeenCalledTimes(1)
    expect(await both(again.keys)).toEqual({ known: Buffer.from('a') })
    expect(asked).toHaveBeenCalledTimes(1)
    await again.keys.set({ session: { known: null, missing: Buffer.from('b') } })
    expect(await both(again.keys)).toEqual({ missing: Buffer.from('b') })
    expect(asked).toHaveBeenCalledTimes(2)
  } finally {
    asked.mockRestore()
  }
})
