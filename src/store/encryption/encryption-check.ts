import { createHash } from 'node:crypto'
import { createCipher, EncryptionKeyError, type Cipher, type Place } from './cipher.js'
import { inTransaction, type Database, type Queryable } from '../database.js'
import { isEncryptionInUse } from '../webhooks/webhooks.js'

/** How the key in use and what is stored go together. */
export type KeyState =
  /** It is the key that what is stored was encrypted with. */
  | 'right'
  /** Nothing is stored under any key. */
  | 'unused'
  /** The stored data were encrypted with another key, or there is none to open them with. */
  | 'other'

const place: Place = { accountId: '', category: 'check', id: 'encryption-key' }
const word = Buffer.from('carillon')

type Key = Uint8Array | undefined

/** Eight digits that name a key and tell nothing of it. */
export function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256').update('carillon encryption key').update(key).digest('hex').slice(0, 8)
}

export async function encryptionKeyState(db: Queryable, key: Key): Promise<KeyState> {
  const { rows } = await db.query<{ value: Buffer }>('select value from encryption_check')
  const [row] = rows
  if (row) return canOpen(createCipher(key), place, row.value) ? 'right' : 'other'
  // Before there was a check, or where nobody has had a key yet: what is stored says it.
  const sample = await storedSample(db)
  if (!sample) return 'unused'
  return canOpen(createCipher(key), sample.place, sample.value) ? 'right' : 'other'
}

/**
 * Runs at the start of a worker, and notes the key in use the first time. One that cannot open what is stored is refused, unless
 * nothing is left that was stored under the other one, or the operator accepts it by its fingerprint.
 * @returns whether another key took the place of the one before
 * @throws EncryptionKeyError
 */
export async function adoptEncryptionKey(
  database: Database,
  { key, accepted }: { key: Key; accepted: string | undefined },
): Promise<boolean> {
  const state = await encryptionKeyState(database, key)
  const isReplaced = state === 'other'
  if (isReplaced && (await isEncryptionInUse(database))) {
    if (key === undefined) throw new EncryptionKeyError(missingText)
    if (accepted !== fingerprintOf(key)) throw new EncryptionKeyError(otherText(fingerprintOf(key)))
  }
  return await inTransaction(database, async (client) => {
    // Workers that start at once note one key.
    await client.query('lock table encryption_check in share row exclusive mode')
    if (isReplaced) await client.query('delete from encryption_check')
    if (key === undefined) return isReplaced
    await client.query('insert into encryption_check (value) values ($1) on conflict do nothing', [
      createCipher(key).seal(place, word),
    ])
    if ((await encryptionKeyState(client, key)) === 'other')
      throw new EncryptionKeyError(otherText(fingerprintOf(key)))
    return isReplaced
  })
}

const missingText =
  'What is stored in Postgres is encrypted, and CARILLON_ENCRYPTION_KEY is not set. Set it to the key that it was encrypted with.'

function otherText(fingerprint: string): string {
  return `What is stored in Postgres was not encrypted with this key (fingerprint ${fingerprint}). Set CARILLON_ENCRYPTION_KEY, or put the file encryption.key back, as it was. If that key is lost for good, start with CARILLON_ACCEPT_ENCRYPTION_KEY=${fingerprint}: what it encrypted stays unreadable, each account must be linked again (\`carillon account pair\`), and each webhook endpoint removed and added.`
}

function canOpen(cipher: Cipher, at: Place, value: Uint8Array): boolean {
  try {
    cipher.open(at, value)
    return true
  } catch (error) {
    if (error instanceof EncryptionKeyError) return false
    throw error
  }
}

/** One value that was stored under a key, if there is any. */
async function storedSample(db: Queryable): Promise<{ place: Place; value: Buffer } | undefined> {
  const { rows } = await db.query<Place & { value: Buffer }>(
    // Of an account's keys the first to be written: they are all stored under one key.
    `select k.account_id as "accountId", k.category, k.id, k.value
     from account a join auth_key k on k.account_id = a.id and k.category = 'creds'
     where length(k.value) > 0 and get_byte(k.value, 0) <> 0 limit 1`,
  )
  const [row] = rows
  return row && { place: row, value: row.value }
}
