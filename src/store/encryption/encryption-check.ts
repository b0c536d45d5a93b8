import { inTransaction, readSecretAnew, type Database, type Queryable } from '../database.js'
import { newSecret, sealSecretAnew } from './index-secret.js'
import { EncryptionKeyError, fingerprintOf, isSealed, type KeyRing } from './key-ring.js'
import { openAt, sealAt, type Place } from './place.js'

export { fingerprintOf }

/** How the keys in use and what is stored go together. */
export type KeyState =
  /** The ring has the key that what is stored was encrypted with. */
  | 'right'
  /** Nothing is stored under any key. */
  | 'unused'
  /** The stored data were encrypted with another key, or there is none to open them with. */
  | 'other'

export const checkPlace: Place = { context: ['', 'check', 'encryption-key'], what: 'The check of the key' }
const word = Buffer.from('carillon')

export async function encryptionKeyState(db: Queryable, ring: KeyRing): Promise<KeyState> {
  const { rows } = await db.query<{ value: Buffer }>('select value from encryption_check')
  const [row] = rows
  if (row) return canOpen(ring, checkPlace, row.value) ? 'right' : 'other'
  // Before there was a check, or where nobody has had a key yet: what is stored says it.
  const sample = await storedSample(db)
  if (!sample) return 'unused'
  return canOpen(ring, sample.place, sample.value) ? 'right' : 'other'
}

/**
 * Runs at the start of a worker, and notes the key in use the first time. A ring that cannot open what is stored is refused, unless
 * nothing is left that was stored under another one, or the operator accepts its key by its fingerprint.
 * @returns whether another key took the place of the one before
 * @throws EncryptionKeyError
 */
export async function adoptEncryptionKey(
  database: Database,
  { ring, accepted }: { ring: KeyRing; accepted: string | undefined },
): Promise<boolean> {
  const state = await encryptionKeyState(database, ring)
  const isReplaced = state === 'other'
  if (isReplaced && (await isEncryptionInUse(database))) {
    if (ring.current === undefined) throw new EncryptionKeyError(missingText)
    if (accepted !== ring.current) throw new EncryptionKeyError(otherText(ring.current))
  }
  await inTransaction(database, async (client) => {
    // Workers that start at once note one key.
    await client.query('lock table encryption_check in share row exclusive mode')
    if (isReplaced) {
      await client.query('delete from encryption_check')
      // It may be needed once more, if the key is found again. What was made with it is read by nobody until then.
      await client.query('update index_secret set replaced_at = now() where replaced_at is null')
      await client.query(
        'insert into index_secret (secret, had_content, numbers_hidden_at) values ($1, true, now())',
        [newSecret(ring)],
      )
    }
    const wasPlain = await sealSecretAnew(client, ring)
    if (ring.current === undefined) return
    await askToSealAll(client, { keyId: ring.current, wasPlain })
    await client.query('insert into encryption_check (value) values ($1) on conflict do nothing', [
      sealAt(ring, checkPlace, word),
    ])
    if ((await encryptionKeyState(client, ring)) === 'other')
      throw new EncryptionKeyError(otherText(ring.current))
  })
  await readSecretAnew(database)
  return isReplaced
}

/** What is there in clear, of before there was a key or all of this, is sealed by a rotation. */
async function askToSealAll(
  client: Queryable,
  { keyId, wasPlain }: { keyId: string; wasPlain: boolean },
): Promise<void> {
  await client.query(
    `insert into key_rotation (key_id) select $1
     where case when $2 then exists (select from account) or exists (select from definition)
                else not exists (select from key_rotation)
                  and exists (select from index_secret where replaced_at is null and had_content) end
     on conflict do nothing`,
    [keyId, wasPlain],
  )
}

const missingText =
  'What is stored in Postgres is encrypted, and CARILLON_ENCRYPTION_KEY is not set. Set it to the key that it was encrypted with.'

function otherText(fingerprint: string): string {
  return `What is stored in Postgres was not encrypted with this key (fingerprint ${fingerprint}). Set CARILLON_ENCRYPTION_KEY, or put the file encryption.key back, as it was. If that key is lost for good, start with CARILLON_ACCEPT_ENCRYPTION_KEY=${fingerprint}: what it encrypted stays unreadable, each account must be linked again (\`carillon account pair\`), each webhook endpoint removed and added, and each reminder given its content again.`
}

function canOpen(ring: KeyRing, place: Place, value: Uint8Array): boolean {
  try {
    openAt(ring, place, value)
    return true
  } catch (error) {
    if (error instanceof EncryptionKeyError) return false
    throw error
  }
}

/** One value that was stored under a key, if there is any. */
async function storedSample(db: Queryable): Promise<{ place: Place; value: Buffer } | undefined> {
  const { rows } = await db.query<{ accountId: string; value: Buffer }>(
    // Of an account's keys the first to be written: they are all stored under one key.
    `select k.account_id as "accountId", k.sealed as value
     from account a join auth_key k on k.account_id = a.id and k.category = 'creds' and k.id = 'creds'
     where length(k.sealed) > 0 and get_byte(k.sealed, 0) <> 0 limit 1`,
  )
  const [row] = rows
  return row && isSealed(row.value)
    ? { place: { context: [row.accountId, 'creds', 'creds'], what: 'Keys' }, value: row.value }
    : undefined
}

/**
 * Whether there is something that was stored under a key, and would be lost without it. Each is a look at one row: of an account's
 * keys the first to be written, and where the index secret is sealed, so is whatever was stored with it.
 */
export async function isEncryptionInUse(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select from account a join auth_key k on k.account_id = a.id and k.category = 'creds'
                     where length(k.sealed) > 0 and get_byte(k.sealed, 0) <> 0)
         or exists (select from webhook_endpoint where length(secret) > 0 and get_byte(secret, 0) <> 0)
         or exists (select from bot where length(token) > 0 and get_byte(token, 0) <> 0)
         or exists (select from account where length(proxy) > 0 and get_byte(proxy, 0) <> 0)
         or exists (select from index_secret where replaced_at is null and get_byte(secret, 0) <> 0)
           and (exists (select from definition) or exists (select from media) or exists (select from account_group)
                or exists (select from account_person)) as found`,
  )
  return rows[0]?.found === true
}
