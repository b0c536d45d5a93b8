/** A recipient's phone or companion: real libsignal sessions, through Baileys' own repository. */
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  getContentType,
  proto,
  unpadRandomMax16,
  type SignalRepositoryWithLIDStore,
} from '@whiskeysockets/baileys'
import type { PhoneKeys } from '../phone-keys.js'
import { silentLogger } from '../quiet.js'
import { PhoneKeyStore } from './key-store.js'
import type { Encrypted, Sealed } from './messages.js'

export class NothingForRecipient extends Error {
  override readonly name = 'NothingForRecipient'
}

/** A companion of the sender gets a direct message wrapped: in which chat, and the message. */
const open = (padded: Uint8Array): proto.IMessage => {
  const message = proto.Message.decode(unpadRandomMax16(padded))
  return message.deviceSentMessage?.message ?? message
}

export class Phone {
  readonly store: PhoneKeyStore
  readonly #repository: SignalRepositoryWithLIDStore

  constructor(keys: PhoneKeys) {
    this.store = new PhoneKeyStore(keys)
    const { identity, signedPreKey, registrationId } = keys
    const creds = { signedIdentityKey: identity, signedPreKey, registrationId }
    const transactions = { maxCommitRetries: 1, delayBetweenTriesMs: 1 }
    const store = addTransactionCapability(this.store, silentLogger, transactions)
    this.#repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(
      { creds, keys: store },
      silentLogger,
      async () => [],
    )
  }

  /** As a phone does, the parts of a stanza are decrypted each for itself: a lost one need not lose the message. */
  async decrypt(sealed: Sealed, encrypted: Encrypted | undefined): Promise<proto.IMessage> {
    let direct: proto.IMessage | undefined
    let failure: unknown
    try {
      if (encrypted) direct = await this.#decryptDirect(sealed.author, encrypted)
    } catch (error) {
      failure = error
    }
    if (sealed.group !== undefined && sealed.skmsg) {
      const { group, author, skmsg } = sealed
      try {
        return open(await this.#repository.decryptGroupMessage({ group, authorJid: author, msg: skmsg }))
      } catch (error) {
        throw failure ?? error
      }
    }
    if (failure !== undefined) throw failure
    // A sender key alone is no message.
    if (!direct || getContentType(direct) === undefined)
      throw new NothingForRecipient('The stanza holds nothing for this recipient')
    return direct
  }

  async #decryptDirect(author: string, { type, content }: Encrypted): Promise<proto.IMessage> {
    const message = open(await this.#repository.decryptMessage({ jid: author, type, ciphertext: content }))
    const distribution = message.senderKeyDistributionMessage
    if (distribution)
      await this.#repository.processSenderKeyDistributionMessage({ item: distribution, authorJid: author })
    return message
  }
}
