/** A recipient's phone or companion: real libsignal sessions, through Baileys' own repository. */
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  generateSignalPubKey,
  getContentType,
  proto,
  unpadRandomMax16,
  type SignalRepositoryWithLIDStore,
} from '@whiskeysockets/baileys'
import { lidJid } from '../jid.js'
import type { PhoneKeys } from '../phone-keys.js'
import { silentLogger } from '../quiet.js'
import { PhoneKeyStore } from './key-store.js'
import type { Bundle, Encrypted, Sealed, Writing } from './messages.js'

export class NothingForRecipient extends Error {
  override readonly name = 'NothingForRecipient'
}

/** A companion of the sender gets a direct message wrapped: in which chat, and the message. */
const open = (padded: Uint8Array): proto.IMessage => {
  const message = proto.Message.decode(unpadRandomMax16(padded))
  return message.deviceSentMessage?.message ?? message
}

type Part = { type: string; ciphertext: Buffer }

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

  /** The parts of a message to one linked device. */
  async encrypt({ phone, to, bundle, message: encoded, many }: Writing): Promise<Part[]> {
    const message = proto.Message.decode(encoded)
    if (many === undefined) return [await this.#encryptDirect(to, bundle, message)]
    const { chat: group, hasKey } = many
    const data = encodeWAMessage(message)
    const sealed = await this.#repository.encryptGroupMessage({ group, meId: lidJid(phone), data })
    const part = { type: 'skmsg', ciphertext: Buffer.from(sealed.ciphertext) }
    if (hasKey) return [part]
    const distribution = sealed.senderKeyDistributionMessage
    const senderKeyDistributionMessage = {
      groupId: group,
      axolotlSenderKeyDistributionMessage: distribution,
    }
    return [await this.#encryptDirect(to, bundle, { senderKeyDistributionMessage }), part]
  }

  async #encryptDirect(jid: string, bundle: Bundle | undefined, message: proto.IMessage): Promise<Part> {
    if (!(await this.#repository.validateSession(jid)).exists) await this.#beginSession(jid, bundle)
    const { type, ciphertext } = await this.#repository.encryptMessage({
      jid,
      data: encodeWAMessage(message),
    })
    return { type, ciphertext: Buffer.from(ciphertext) }
  }

  async #beginSession(jid: string, bundle: Bundle | undefined): Promise<void> {
    if (!bundle) throw new Error('The device has uploaded no keys: let it log in')
    const { registrationId, identity, signedPreKey, oneTimeKey } = bundle
    const session = {
      registrationId,
      identityKey: generateSignalPubKey(identity),
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: generateSignalPubKey(signedPreKey.public),
        signature: signedPreKey.signature,
      },
      ...(oneTimeKey && {
        preKey: { keyId: oneTimeKey.keyId, publicKey: generateSignalPubKey(oneTimeKey.public) },
      }),
    }
    await this.#repository.injectE2ESession({ jid, session })
  }

  async #decryptDirect(author: string, { type, content }: Encrypted): Promise<proto.IMessage> {
    const message = open(await this.#repository.decryptMessage({ jid: author, type, ciphertext: content }))
    const distribution = message.senderKeyDistributionMessage
    if (distribution)
      await this.#repository.processSenderKeyDistributionMessage({ item: distribution, authorJid: author })
    return message
  }
}
