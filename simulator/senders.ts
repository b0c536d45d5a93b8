/** Who writes to linked devices: each phone in its own process' libsignal session, with the keys that a device uploaded. */
import { proto } from '@whiskeysockets/baileys'
import type { Identified } from './connection.js'
import { ControlError } from './failure.js'
import { deviceLid } from './jid.js'
import { node, type BinaryNode } from './node.js'
import type { RecipientsLink } from './recipients/link.js'
import type { Writing } from './recipients/messages.js'
import type { World } from './world.js'

type OneTimeKey = { keyId: number; public: Buffer }

const deviceKey = ({ account, device }: Identified): string => `${account}:${device}`

export class Senders {
  readonly #world: World
  readonly #oneTimeKeys = new Map<string, OneTimeKey[]>()
  /** who has written to which device, and who has given it the key of which chat */
  readonly #met = new Set<string>()
  #link: RecipientsLink | undefined

  constructor(world: World) {
    this.#world = world
  }

  connect(link: RecipientsLink): void {
    this.#link = link
  }

  /** Lost at a restart; a session begins without one then, as it does when a device has run out of them. */
  uploaded(by: Identified, keys: OneTimeKey[]): void {
    const key = deviceKey(by)
    this.#oneTimeKeys.set(key, [...(this.#oneTimeKeys.get(key) ?? []), ...keys])
  }

  /** The `<enc/>` of a message that only this device reads. */
  async encrypt(phone: string, to: Identified, message: proto.IMessage): Promise<BinaryNode[]> {
    return await this.#write(phone, to, message)
  }

  /** The `<enc/>`s of a message to a chat of many: the sender's key comes with the first one. */
  async encryptForMany(
    phone: string,
    { chat, to }: { chat: string; to: Identified },
    message: proto.IMessage,
  ): Promise<BinaryNode[]> {
    return await this.#write(phone, to, message, { chat, hasKey: !this.#isNew(`${phone} ${chat}`, to) })
  }

  async #write(
    phone: string,
    to: Identified,
    message: proto.IMessage,
    many?: Writing['many'],
  ): Promise<BinaryNode[]> {
    const written = await this.#link?.write({
      phone,
      to: deviceLid(to.account, to.device),
      bundle: this.#bundle(phone, to),
      message: proto.Message.encode(proto.Message.fromObject(message)).finish(),
      ...(many && { many }),
    })
    if (written === undefined || 'error' in written)
      throw new ControlError(
        409,
        `${phone} cannot write to device ${to.device} of ${to.account}: ${written?.error}`,
      )
    return written.parts.map(({ type, ciphertext }) => node('enc', { v: '2', type }, ciphertext))
  }

  #bundle(phone: string, to: Identified): Writing['bundle'] {
    const bundle = this.#world.account(to.account).devices.get(to.device)?.bundle
    if (!bundle) return undefined
    const oneTimeKey = this.#isNew(phone, to) ? this.#oneTimeKeys.get(deviceKey(to))?.shift() : undefined
    return { ...bundle, ...(oneTimeKey && { oneTimeKey }) }
  }

  #isNew(who: string, to: Identified): boolean {
    const key = `${who} ${deviceKey(to)}`
    const isNew = !this.#met.has(key)
    this.#met.add(key)
    return isNew
  }
}
