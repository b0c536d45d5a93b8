import { keyRingOf, ringKeysOf } from '../client/encryption-key.js'
import type { Config } from '../config.js'
import { EncryptionKeyError, type KeyRing } from '../store/encryption/key-ring.js'
import { openAt } from '../store/encryption/place.js'
import { sealingOf, type Database } from '../store/database.js'
import { encryptionKeyState } from '../store/encryption/encryption-check.js'
import { checkSealed } from '../store/rotation/check-sealed.js'
import { rotationProgress } from '../store/rotation/rotation.js'
import { listSealedSecrets } from '../store/webhooks/webhooks.js'
import { secretPlace } from '../webhooks/secret-place.js'
import { bad, ok, skipped, type Check } from './check.js'

const name = 'Encryption'
const rowsToOpen = 1_000

/** Where the keys are, and which. */
export function checkEncryptionKey(config: Config): Check {
  const { keys, file } = ringKeysOf(config)
  const [current, ...older] = keys.map(({ id }) => id)
  if (current === undefined)
    return skipped(
      name,
      config.databaseUrl === undefined
        ? '`npm start` makes a key at its first start'
        : 'CARILLON_ENCRYPTION_KEY is not set here',
    )
  const uses = older.length === 0 ? current : `${current} encrypts, ${older.join(', ')} open`
  return ok(name, `key ring in ${file ?? 'CARILLON_ENCRYPTION_KEY'}: ${uses}`)
}

/** Whether it is the key to what is stored: each account whose keys can't be read has a line of its own. */
export async function checkStoredKey(database: Database, config: Config): Promise<Check[]> {
  const ring = keyRingOf(config)
  const { current } = ring
  switch (await encryptionKeyState(database, ring)) {
    case 'right':
      return [
        ok(
          name,
          `it is the key to what is stored${current === undefined ? '' : ` (fingerprint ${current})`}`,
        ),
        ...(await rotationUnderWay(database, current)),
        ...(await unreadableSecrets(database, config, ring)),
        ...(await unreadableValues(database)),
      ]
    case 'other':
      return [
        current === undefined
          ? bad(
              name,
              'what is stored is encrypted, and no key is set here',
              'set CARILLON_ENCRYPTION_KEY to the key that the workers have',
            )
          : bad(
              name,
              `what is stored was not encrypted with this key (fingerprint ${current}): no worker starts with it`,
              'set the key that it was encrypted with; if that is lost, see "The encryption key is lost" in docs/runbook.md',
            ),
      ]
    case 'unused':
      if (current !== undefined) return [skipped(name, 'nothing is stored under a key yet')]
      return [
        bad(
          name,
          'WhatsApp keys are stored unencrypted in your Postgres',
          'set CARILLON_ENCRYPTION_KEY for every worker (`openssl rand -base64 32`)',
        ),
      ]
  }
}

/** The same by a connection alone, for who asks the API: which key seals, and whether others are being replaced. */
export async function checkRing(database: Database): Promise<Check[]> {
  const { ring } = await sealingOf(database)
  const { current } = ring
  if (current === undefined)
    return [
      bad(
        name,
        'what is personal or secret is stored in clear',
        'set CARILLON_ENCRYPTION_KEY for every worker and the API (`openssl rand -base64 32`)',
      ),
    ]
  if ((await encryptionKeyState(database, ring)) === 'other')
    return [
      bad(
        name,
        `what is stored was not encrypted with the key of the API (fingerprint ${current})`,
        'set the key that it was encrypted with; if that is lost, see "The encryption key is lost" in docs/runbook.md',
      ),
    ]
  return [
    ok(name, `what is personal or secret is stored under the key ${current}`),
    ...(await rotationUnderWay(database, current)),
  ]
}

async function unreadableSecrets(database: Database, { operator }: Config, ring: KeyRing): Promise<Check[]> {
  return (await listSealedSecrets(database, operator)).flatMap(({ id, secret }) => {
    try {
      openAt(ring, secretPlace(operator, id), secret)
      return []
    } catch (error) {
      if (!(error instanceof EncryptionKeyError)) throw error
      const found = `the secret of endpoint ${id} was stored under another encryption key: nothing is delivered to it`
      return [bad('Webhook', found, `carillon webhook remove ${id}, and add it again: it gets a new secret`)]
    }
  })
}

async function rotationUnderWay(database: Database, current: string | undefined): Promise<Check[]> {
  const rotation = await rotationProgress(database)
  if (rotation === undefined || rotation.finishedAt !== null) return []
  const { keyId, share, pass, rotated } = rotation
  if (keyId !== current)
    return [
      bad(
        name,
        `a rotation to the key ${keyId} is under way, and here ${current ?? 'none'} is the current one`,
        'give every process the ring in which that key is the first',
      ),
    ]
  return [
    ok(
      name,
      `a rotation to ${keyId} is under way: ${Math.floor(share * 100)} % of pass ${pass}, ${rotated} rows`,
    ),
  ]
}

/** Of each table that has something sealed, a few: what no key of the ring opens. */
async function unreadableValues(database: Database): Promise<Check[]> {
  return (await checkSealed(database, { rows: rowsToOpen }))
    .filter(({ unreadable }) => unreadable > 0)
    .map(({ table, column, looked, unreadable, why }) =>
      bad(
        name,
        `${unreadable} of ${looked} values of ${table}.${column} that were looked at do not open: ${why ?? ''}`,
        '`carillon keys list` names the keys that are needed: put them back into the ring; if they are lost, see "The encryption key is lost" in docs/runbook.md',
      ),
    )
}
