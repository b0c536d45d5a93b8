import { isOwnReason } from '../../domain/accounts/leaving.js'
import { IndexKey } from './index-key.js'
import { EncryptionKeyError, type Context, type KeyRing } from './key-ring.js'
import { Sealed, type SealedValue } from './sealed-value.js'

/**
 * What a pool seals on the way to Postgres and opens on the way back.
 *
 * In texts and in JSON stand tokens: `~w<mark>.<base64url>~` of words, sealed under the ring, and `~a<mark>.<base64url>~` of an alias.
 * They are opened wherever they stand. The mark is secret, so that nobody can write a text that is taken for one of ours.
 */
export class Sealing {
  #index: IndexKey | EncryptionKeyError | undefined
  #tokens: RegExp | undefined
  /** Whether there were reminders before digests were keyed. */
  hadContent = false

  constructor(readonly ring: KeyRing) {}

  /** Undefined: it is to be read, or was read from a Postgres that may be another one from now on. */
  set index(index: IndexKey | EncryptionKeyError | undefined) {
    this.#index = index
    this.#tokens =
      index instanceof IndexKey ? new RegExp(`~([aw])${index.mark}\\.([A-Za-z0-9_-]+)~`, 'g') : undefined
  }

  get isReady(): boolean {
    return this.#index instanceof IndexKey
  }

  /** @throws EncryptionKeyError where the ring does not open it */
  get index(): IndexKey {
    if (this.#index instanceof IndexKey) return this.#index
    throw (
      this.#index ??
      new EncryptionKeyError('The secret of this database was not read: a worker makes it when it starts.')
    )
  }

  /** A keyed digest, in hex. */
  readonly digest = (purpose: string, text: string): string =>
    this.index.digest(purpose, text).toString('hex')

  /** One parameter of a statement, or one element of an array of them. */
  parameter(value: unknown): unknown {
    if (value instanceof Sealed) return this.#sealed(value.value)
    if (typeof value === 'string') return this.numbersHidden(value)
    if (Array.isArray(value)) return value.map((one) => this.parameter(one))
    return value
  }

  /** A JID that has a number of somebody, with an alias in its place. Other texts stay as they are. */
  numbersHidden(text: string): string {
    const [, number, rest] = numberedJid.exec(text) ?? []
    return number === undefined || rest === undefined ? text : `${this.#alias(number)}${rest}`
  }

  /** The id of a key of a session, which has the number of somebody in it. */
  longNumbersHidden(text: string): string {
    return text.replace(longNumber, (number) => this.#alias(number))
  }

  words(text: string): string {
    const sealed = this.ring.seal(Buffer.from(text), wordsContext)
    return `~w${this.index.mark}.${sealed.toString('base64url')}~`
  }

  /** Of a row: the words after what was asked for and by whom, unless they are Carillon's own, which SQL compares. */
  reason(text: string): string {
    const [, head, said] = askedReason.exec(text) ?? []
    if (head === undefined || said === undefined || isOwnReason(said)) return text
    return `${head}${this.words(said)}`
  }

  /** A text from Postgres, with what is sealed in it opened. @throws EncryptionKeyError */
  text(stored: string): string {
    return this.#opened(stored, (clear) => clear)
  }

  /** The same of JSON that is not parsed yet. */
  json(stored: string): string {
    return this.#opened(stored, (clear) => JSON.stringify(clear).slice(1, -1))
  }

  /** With the words under the current key, whatever key they were under. Undefined where there is nothing to do. */
  rotated(stored: string): string | undefined {
    const tokens = this.#tokens
    if (tokens === undefined || !stored.includes('~')) return undefined
    const rotated = stored.replace(tokens, (token, kind: string, body: string) => {
      const bytes = Buffer.from(body, 'base64url')
      return kind === 'a' || this.ring.isCurrent(bytes)
        ? token
        : this.words(this.ring.open(bytes, wordsContext, wordsNames).toString())
    })
    return rotated === stored ? undefined : rotated
  }

  /** Whether there are words in it that are sealed already. */
  hasWords(stored: string): boolean {
    return stored.includes(this.wordsBeginWith.any)
  }

  /** For a search in Postgres: what all words begin with, and what those that are under the current key do. */
  get wordsBeginWith(): { any: string; current: string } {
    const any = `~w${this.index.mark}.`
    // Six characters are four bytes and a half: the version, and of the key's id all but the last digit.
    return { any, current: any + this.ring.header.toString('base64url').slice(0, 6) }
  }

  bytes(plain: Uint8Array, context: Context): Buffer {
    return this.ring.seal(plain, context)
  }

  #alias(text: string): string {
    return `~a${this.index.mark}.${this.index.alias(text)}~`
  }

  #sealed(value: SealedValue): string | Buffer {
    switch (value.kind) {
      case 'words':
        return this.words(value.text)
      case 'reason':
        return this.reason(value.text)
      case 'numbers':
        return this.longNumbersHidden(value.text)
      case 'bytes':
        return this.bytes(value.bytes, value.context)
    }
  }

  #opened(stored: string, written: (clear: string) => string): string {
    if (!stored.includes('~')) return stored
    if (this.#tokens === undefined) {
      // Its mark is not known here: better no answer than one in cipher.
      if (anyToken.test(stored)) throw this.#unreadable()
      return stored
    }
    return stored.replace(this.#tokens, (_token, kind: string, body: string) =>
      written(
        kind === 'a'
          ? this.index.openAlias(body)
          : this.ring.open(Buffer.from(body, 'base64url'), wordsContext, wordsNames).toString(),
      ),
    )
  }

  #unreadable(): EncryptionKeyError {
    return this.#index instanceof EncryptionKeyError
      ? this.#index
      : new EncryptionKeyError('What is stored is encrypted, and its index secret is not there.')
  }
}

// Where words stand in a row is not authenticated with them: they are opened without a look at the row.
const wordsContext: Context = ['words']
const wordsNames = { what: 'A text, name or reason' }

/** A person by number, and a group that was made when its id was the number of who made it. A LID is no number. */
const numberedJid = /^(\d{5,20}(?:-\d{5,20}(?=@g\.us$)|(?=(?:[:_]\d+)*@(?:s\.whatsapp\.net|c\.us)$)))(.+)$/

/** As long as a number of a phone, and not of a group or a LID. */
const longNumber = /(?<!\d)\d{7,20}(?!\d|@g\.us|@lid)/g

/** `describeRequest` writes it. */
const askedReason = /^(.{1,60}? by [^:\s]{1,40}: )(.+)$/s

/** A token of any installation. */
const anyToken = /~[aw][A-Za-z0-9_-]{8}\.[A-Za-z0-9_-]+~/

/** Whether a text is a token that this installation can't open: one of a secret that is lost. */
export function isForeignToken(text: string): boolean {
  return foreignToken.test(text)
}

const foreignToken = new RegExp(`^${anyToken.source}(?:@.*)?$`)
