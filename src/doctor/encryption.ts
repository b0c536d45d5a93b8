import { keyRingOf, ringKeysOf } from '../client/encryption-key.js'
import type { Config } from '../config.js'
import { say } from '../domain/sentences/say.js'
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
    return skipped(name, config.databaseUrl === undefined ? say('doctorKeyAtStart') : say('doctorNoKeyHere'))
  return ok(
    name,
    say('doctorKeyRing', {
      place: file ?? 'CARILLON_ENCRYPTION_KEY',
      current,
      older: older.length === 0 ? undefined : older.join(', '),
    }),
  )
}

/** Whether it is the key to what is stored: each account whose keys can't be read has a line of its own. */
export async function checkStoredKey(database: Database, config: Config): Promise<Check[]> {
  const ring = keyRingOf(config)
  const { current } = ring
  switch (await encryptionKeyState(database, ring)) {
    case 'right':
      return [
        ok(name, say('doctorRightKey', { key: current })),
        ...(await rotationUnderWay(database, current)),
        ...(await unreadableSecrets(database, config, ring)),
        ...(await unreadableValues(database)),
      ]
    case 'other':
      return [
        current === undefined
          ? bad(name, say('doctorKeyMissing'), say('doctorSetKeyOfWorkers'))
          : bad(name, say('doctorWrongKey', { key: current }), say('doctorSetRightKey')),
      ]
    case 'unused':
      if (current !== undefined) return [skipped(name, say('doctorNothingStored'))]
      return [bad(name, say('doctorKeysInClear'), say('doctorSetKeyOfAll'))]
  }
}

/** The same by a connection alone, for who asks the API: which key seals, and whether others are being replaced. */
export async function checkRing(database: Database): Promise<Check[]> {
  const { ring } = await sealingOf(database)
  const { current } = ring
  if (current === undefined) return [bad(name, say('doctorStoredInClear'), say('doctorSetKey'))]
  if ((await encryptionKeyState(database, ring)) === 'other')
    return [bad(name, say('doctorStoredUnderOther', { key: current }), say('doctorSetRightKey'))]
  return [
    ok(name, say('doctorStoredUnder', { key: current })),
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
      const of = { endpoint: id }
      return [bad('Webhook', say('doctorSecretUnreadable', of), say('doctorRenewEndpoint', of))]
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
        say('doctorRotationElsewhere', { key: keyId, current: current ?? 'none' }),
        say('doctorGiveRing'),
      ),
    ]
  return [
    ok(name, say('doctorRotation', { key: keyId, percent: Math.floor(share * 100), pass, rows: rotated })),
  ]
}

/** Of each table that has something sealed, a few: what no key of the ring opens. */
async function unreadableValues(database: Database): Promise<Check[]> {
  return (await checkSealed(database, { rows: rowsToOpen }))
    .filter(({ unreadable }) => unreadable > 0)
    .map(({ table, column, looked, unreadable, why }) =>
      bad(
        name,
        say('doctorUnreadable', { unreadable, looked, place: `${table}.${column}`, why: why ?? '' }),
        say('doctorPutKeysBack'),
      ),
    )
}
