import { say } from '../domain/sentences/say.js'
import { sealingOf, type Database } from '../store/database.js'
import { encryptionKeyState } from '../store/encryption/encryption-check.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { CarillonError } from './errors.js'

type Secret = 'phraseBotToken' | 'phraseEndpointSecret' | 'phraseProxyUrl'

/**
 * The ring under which a secret is stored, so that the workers can open it.
 * @throws CarillonError `not_ready` where this program has another key than they
 */
export async function ringForSecret(database: Database, what: Secret): Promise<KeyRing> {
  const { ring } = await sealingOf(database)
  if ((await encryptionKeyState(database, ring)) === 'other')
    throw new CarillonError('not_ready', say('secretsOfOtherKey', { what: say(what) }))
  return ring
}
