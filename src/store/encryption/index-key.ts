import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { EncryptionKeyError } from './key-ring.js'

export const indexSecretBytes = 32
const ivBytes = 16

/**
 * The installation's own secret for what must be the same each time: digests, look-ups by a name, and the aliases that stand for
 * numbers in keys of rows. It is kept in Postgres, sealed under the key ring, so that a rotation of that changes none of them.
 */
export class IndexKey {
  /** Of all aliases and sealed texts of this installation. Whoever does not know the secret can't write a text that looks like one. */
  readonly mark: string
  readonly #authentic: Buffer
  readonly #hidden: Buffer
  readonly #digests: Buffer

  constructor(secret: Uint8Array) {
    const derived = (purpose: string, bytes: number): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `carillon ${purpose}`, bytes))
    this.#authentic = derived('alias: authentic', 32)
    this.#hidden = derived('alias: hidden', 32)
    this.#digests = derived('digests', 32)
    this.mark = derived('mark', 6).toString('base64url')
  }

  /** HMAC-SHA-256: equal texts have equal digests, and nobody without the secret can try which text it is. */
  digest(purpose: string, text: string | Uint8Array): Buffer {
    return createHmac('sha256', this.#digests).update(`${purpose}\0`).update(text).digest()
  }

  /**
   * Deterministic: the same text has the same alias, and it can be opened. It is SIV's construction (Rogaway and Shrimpton, 2006)
   * of HMAC-SHA-256 and AES-256-CTR: the vector is a MAC of the text, so that equal vectors are equal texts.
   */
  alias(text: string): string {
    const vector = createHmac('sha256', this.#authentic).update(text).digest().subarray(0, ivBytes)
    const aes = createCipheriv('aes-256-ctr', this.#hidden, vector)
    return Buffer.concat([vector, aes.update(text, 'utf8'), aes.final()]).toString('base64url')
  }

  /** @throws EncryptionKeyError for what is none of ours */
  openAlias(alias: string): string {
    const bytes = Buffer.from(alias, 'base64url')
    const vector = bytes.subarray(0, ivBytes)
    const aes = createDecipheriv('aes-256-ctr', this.#hidden, vector)
    const text = Buffer.concat([aes.update(bytes.subarray(ivBytes)), aes.final()])
    const expected = createHmac('sha256', this.#authentic).update(text).digest().subarray(0, ivBytes)
    if (vector.length !== ivBytes || !timingSafeEqual(vector, expected))
      throw new EncryptionKeyError('An alias of a number was altered, or is of another installation.')
    return text.toString()
  }
}
