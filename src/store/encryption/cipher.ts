import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Where a value lives. It is authenticated with the value, so that one can't be moved to another place. */
export type Place = {
  accountId: string
  category: string
  id: string
  /** For an error, where it is not the keys of an account: "The secret of …". */
  what?: string
}

export type Cipher = {
  seal(place: Place, plain: Uint8Array): Buffer
  /** @throws EncryptionKeyError when the key is missing or another one. */
  open(place: Place, sealed: Uint8Array): Buffer
}

/** The operator's mistake, not WhatsApp's: it goes away when the variable is right, so nothing may be deleted for it. */
export class EncryptionKeyError extends Error {
  override name = 'EncryptionKeyError'
}

// The first byte of each stored value. Both kinds are read, so that a key can be introduced later: what was stored
// plain stays readable and is encrypted when it is next written.
const plainVersion = 0
const gcmVersion = 1

export const keyBytes = 32 // AES-256
const nonceBytes = 12 // 96 bits, random: NIST SP 800-38D allows 2^32 values under one key
const tagBytes = 16
const headerBytes = 1 + nonceBytes + tagBytes

/** AES-256-GCM under the key; without a key, values are stored plain. */
export function createCipher(key: Uint8Array | undefined): Cipher {
  if (key !== undefined && key.length !== keyBytes)
    throw new EncryptionKeyError(`CARILLON_ENCRYPTION_KEY: expected ${keyBytes} bytes, got ${key.length}`)
  return {
    seal(place, plain) {
      if (key === undefined) return Buffer.concat([Buffer.of(plainVersion), plain])
      const nonce = randomBytes(nonceBytes)
      const aes = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated(place))
      const secret = Buffer.concat([aes.update(plain), aes.final()])
      return Buffer.concat([Buffer.of(gcmVersion), nonce, aes.getAuthTag(), secret])
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      const version = bytes[0]
      if (version === plainVersion) return bytes.subarray(1)
      if (version !== gcmVersion || bytes.length < headerBytes)
        throw new EncryptionKeyError(
          `${nameOf(place)} have a form that this version does not know (${version}).`,
        )
      if (key === undefined)
        throw new EncryptionKeyError(
          `${nameOf(place)} are stored encrypted. Set CARILLON_ENCRYPTION_KEY to the key they were encrypted with.`,
        )
      const aes = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes))
        .setAAD(authenticated(place))
        .setAuthTag(bytes.subarray(1 + nonceBytes, headerBytes))
      try {
        return Buffer.concat([aes.update(bytes.subarray(headerBytes)), aes.final()])
      } catch (error) {
        throw new EncryptionKeyError(
          `${nameOf(place)} were not encrypted with the key in CARILLON_ENCRYPTION_KEY, or they were altered. Set the variable to the key they were encrypted with.`,
          { cause: error },
        )
      }
    },
  }
}

// JSON keeps ['a', 'bc'] and ['ab', 'c'] apart, which joined texts would not.
function authenticated({ accountId, category, id }: Place): Buffer {
  return Buffer.from(JSON.stringify([accountId, category, id]))
}

function nameOf({ accountId, what }: Place): string {
  return what ?? `The keys of the account ${accountId}`
}
