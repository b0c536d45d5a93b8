import { randomBytes } from 'node:crypto'
import { keyBytes } from '../store/encryption/key-ring.js'
import { secretFile } from './secret-file.js'

/** The key of the embedded default, as base64. Without it, what is stored encrypted is lost: it is made once. */
export function encryptionKey(file: string): string {
  return secretFile(file, () => randomBytes(keyBytes).toString('base64'))
}
