import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** The operator's mistake, not WhatsApp's: it goes away when the key is right, so nothing may be deleted for it. */
export class EncryptionKeyError extends Error {
  override name = 'EncryptionKeyError'
}

/** Where a value lives. It is authenticated with the value, so that one can't be moved to another place. */
export type Context = readonly string[]

/** What is told of a value that does not open: "The keys of the account alma". */
export type OpenOptions = { what?: string }

export const keyBytes = 32 // AES-256
const nonceBytes = 12 // 96 bits, random: NIST SP 800-38D allows 2^32 values under one key
const tagBytes = 16
const idBytes = 4

// The first byte of each stored value. All are read, so that a key can be introduced later, and another one after it: what
// was stored before stays readable, and is sealed anew when it is next written, or by a rotation.
const plainVersion = 0
/** Before there was a ring: it does not name its key, so each of the ring is tried. */
const unnamedVersion = 1
const namedVersion = 2

/** Where the keys of a ring come from, and may change. */
export type KeySource = {
  /** All keys, where they are others than before. `isMissed`: one is needed that is not in the ring. */
  changed(why: { isMissed: boolean }): readonly Uint8Array[] | undefined
}

/** Eight digits that name a key and tell nothing of it. */
export function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256').update('carillon encryption key').update(key).digest('hex').slice(0, 8)
}

/**
 * The keys under which things are stored: the first seals, and each of them opens. A key's id is its fingerprint, so the
 * same key has one id everywhere, and no file can give an id to another key. Without a key, values are stored plain.
 *
 * A sealed value is: 2, the key's id (4 bytes), nonce (12), tag (16), and the text under AES-256-GCM; the context is
 * authenticated with it.
 */
export class KeyRing {
  #keys: ReadonlyMap<string, Uint8Array>
  readonly #source: KeySource | undefined

  /**
   * @param source where the keys may change while the process runs
   * @throws EncryptionKeyError for a key of another length
   */
  constructor(keys: readonly Uint8Array[], source?: KeySource) {
    this.#keys = byId(keys)
    this.#source = source
  }

  /** The id of the key that seals; undefined where there is none. */
  get current(): string | undefined {
    return this.ids[0]
  }

  /** All that can open, the current one first. */
  get ids(): readonly string[] {
    this.#look()
    return [...this.#keys.keys()]
  }

  /** A ring of one, or of none. */
  static of(key: Uint8Array | undefined): KeyRing {
    return new KeyRing(key === undefined ? [] : [key])
  }

  /** Takes in what was changed a moment ago, which it may not have looked for yet. */
  lookAgain(): void {
    this.#look({ isMissed: true })
  }

  seal(plain: Uint8Array, context: Context): Buffer {
    this.#look()
    const [first] = this.#keys
    if (first === undefined) return Buffer.concat([Buffer.of(plainVersion), plain])
    const [current, key] = first
    const nonce = randomBytes(nonceBytes)
    const aes = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated(context))
    const secret = Buffer.concat([aes.update(plain), aes.final()])
    return Buffer.concat([headerOf(current), nonce, aes.getAuthTag(), secret])
  }

  /** What everything begins with that is sealed under the current key. */
  get header(): Buffer {
    const { current } = this
    return current === undefined ? Buffer.of(plainVersion) : headerOf(current)
  }

  /** @throws EncryptionKeyError when the key is missing or another one, or the value was altered or moved. */
  open(sealed: Uint8Array, context: Context, options: OpenOptions = {}): Buffer {
    const what = options.what ?? 'What is stored'
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    const version = bytes[0]
    const headerBytes = version === unnamedVersion ? 1 : 1 + idBytes
    if (version === plainVersion) return bytes.subarray(1)
    if (
      (version !== unnamedVersion && version !== namedVersion) ||
      bytes.length < headerBytes + nonceBytes + tagBytes
    )
      throw new EncryptionKeyError(`${what} has a form that this version does not know (${version}).`)
    const id = keyIdOf(bytes)
    if (id !== undefined && !this.#keys.has(id)) this.#look({ isMissed: true })
    const keys = id === undefined ? [...this.#keys.values()] : [this.#keys.get(id)].filter(isGiven)
    if (keys.length === 0) throw new EncryptionKeyError(this.#missingText(what, id))
    for (const key of keys) {
      const plain = opened(key, bytes.subarray(headerBytes), context)
      if (plain !== undefined) return plain
    }
    throw new EncryptionKeyError(
      id === undefined
        ? `${what} was not encrypted with the key in CARILLON_ENCRYPTION_KEY, or it was altered. Set the variable to the key that it was encrypted with.`
        : `${what} was altered, or moved from another place: it was encrypted with the key ${id}, which is here, and does not open.`,
    )
  }

  /** Whether a rotation has nothing to do with it: it is under the current key, or there is no key and it is plain. */
  isCurrent(sealed: Uint8Array): boolean {
    return this.current === undefined ? sealed[0] === plainVersion : keyIdOf(sealed) === this.current
  }

  #look(why = { isMissed: false }): void {
    const keys = this.#source?.changed(why)
    if (keys !== undefined) this.#keys = byId(keys)
  }

  #missingText(what: string, id: string | undefined): string {
    const named = id === undefined ? '' : ` (key ${id})`
    return this.current === undefined
      ? `${what} is stored encrypted${named}. Set CARILLON_ENCRYPTION_KEY to the key that it was encrypted with.`
      : `${what} is stored encrypted with a key that is not here${named}: this key ring has ${this.ids.join(', ')}. Add the key that it was encrypted with.`
  }
}

function byId(keys: readonly Uint8Array[]): ReadonlyMap<string, Uint8Array> {
  for (const key of keys)
    if (key.length !== keyBytes)
      throw new EncryptionKeyError(`CARILLON_ENCRYPTION_KEY: expected ${keyBytes} bytes, got ${key.length}`)
  return new Map(keys.map((key) => [fingerprintOf(key), key]))
}

function headerOf(id: string): Buffer {
  return Buffer.concat([Buffer.of(namedVersion), Buffer.from(id, 'hex')])
}

/** The id of the key that a value was sealed with; undefined where it is plain, or older than ids. */
export function keyIdOf(sealed: Uint8Array): string | undefined {
  if (sealed[0] !== namedVersion || sealed.length < 1 + idBytes) return undefined
  return Buffer.from(sealed.subarray(1, 1 + idBytes)).toString('hex')
}

/** Whether a value is under some key. */
export function isSealed(stored: Uint8Array): boolean {
  return stored.length > 0 && stored[0] !== plainVersion
}

/** Undefined where it does not open. */
function opened(key: Uint8Array, body: Buffer, context: Context): Buffer | undefined {
  const aes = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes))
    .setAAD(authenticated(context))
    .setAuthTag(body.subarray(nonceBytes, nonceBytes + tagBytes))
  const plain = aes.update(body.subarray(nonceBytes + tagBytes))
  try {
    return Buffer.concat([plain, aes.final()])
  } catch (error) {
    // The one thing that `final` refuses: the tag is another one. Whoever asked tells why that may be.
    if (!(error instanceof Error)) throw error
    return undefined
  }
}

// JSON keeps ['a', 'bc'] and ['ab', 'c'] apart, which joined texts would not.
function authenticated(context: Context): Buffer {
  return Buffer.from(JSON.stringify(context))
}

function isGiven(key: Uint8Array | undefined): key is Uint8Array {
  return key !== undefined
}
