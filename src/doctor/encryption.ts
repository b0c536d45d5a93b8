import { existsSync } from 'node:fs'
import { keyRingOf } from '../client/encryption-key.js'
import type { Config } from '../config.js'
import { describeHome } from '../stack/home.js'
import { EncryptionKeyError, type KeyRing } from '../store/encryption/key-ring.js'
import { openAt } from '../store/encryption/place.js'
import type { Database } from '../store/database.js'
import { encryptionKeyState } from '../store/encryption/encryption-check.js'
import { listSealedSecrets } from '../store/webhooks/webhooks.js'
import { secretPlace } from '../webhooks/secret-place.js'
import { bad, ok, skipped, type Check } from './check.js'

const name = 'Encryption'

/** Where the key is. */
export function checkEncryptionKey(config: Config): Check {
  if (config.encryptionKeys.length > 0) return ok(name, 'CARILLON_ENCRYPTION_KEY is set')
  const { encryptionKeyFile } = describeHome(config.home)
  if (config.databaseUrl !== undefined) return skipped(name, 'CARILLON_ENCRYPTION_KEY is not set here')
  return existsSync(encryptionKeyFile)
    ? ok(name, `key in ${encryptionKeyFile}`)
    : skipped(name, '`npm start` makes a key at its first start')
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
        ...(await unreadableSecrets(database, config, ring)),
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
