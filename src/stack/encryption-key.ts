import { randomBytes } from 'node:crypto'
import { formatKeyRing } from '../settings/key-ring-text.js'
import { fingerprintOf, keyBytes } from '../store/encryption/key-ring.js'
import { secretFile } from './secret-file.js'

/** The key ring of the embedded default, as text. Without it, what is stored encrypted is lost: it is made once. */
export function encryptionKey(file: string): string {
  return secretFile(file, () => {
    const key = randomBytes(keyBytes)
    return formatKeyRing([{ id: fingerprintOf(key), key, since: new Date() }]).trim()
  })
}
