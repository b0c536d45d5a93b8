/** What comes to the linked devices of an account: chats of people and groups, statuses, channels, and its own phone. */
import { randomBytes } from 'node:crypto'
import { proto } from '@whiskeysockets/baileys'
import type { Identified } from './connection.js'
import type { IncomingRequest } from './contract.js'
import { ControlError } from './failure.js'
import { lidJid, phoneJid } from './jid.js'
import { node, seconds, type BinaryNode } from './node.js'
import type { Senders } from './senders.js'
import type { Switchboard } from './switchboard.js'
import type { World } from './world.js'

const STATUS = 'status@broadcast'
const NEWSLETTER = '120363000000000999@newsletter'

export class Incoming {
  readonly #world: World
  readonly #senders: Senders
  readonly #switchboard: Switchboard
  #queue: Promise<unknown> = Promise.resolve()

  constructor(world: World, senders: Senders, switchboard: Switchboard) {
    this.#world = world
    this.#senders = senders
    this.#switchboard = switchboard
  }

  /** @returns the ids of the messages, each of which goes to every linked device */
  async send(request: IncomingRequest): Promise<string[]> {
    const ids: string[] = []
    for (let sent = 0; sent < request.count; sent++) {
      const id = freshId()
      ids.push(id)
      await this.#toEach(request.account, (to) => this.#stanza(request, to, id))
    }
    return ids
  }

  /** From the account's phone to its linked devices, which WhatsApp's apps never show. */
  async sendPeer(account: string, protocolMessage: proto.Message.IProtocolMessage): Promise<void> {
    const attrs = { from: phoneJid(account), id: freshId(), t: seconds(), type: 'text', category: 'peer' }
    await this.#toEach(account, async (to) =>
      node('message', attrs, await this.#senders.encrypt(account, to, { protocolMessage })),
    )
  }

  /** In the order in which they are asked for: a phone has one session with each device. */
  async #toEach(account: string, make: (to: Identified) => Promise<BinaryNode>): Promise<void> {
    const work = this.#queue.then(async () => {
      const { devices } = this.#world.account(account)
      if (devices.size === 0) throw new ControlError(409, `Account ${account} has no linked device`)
      for (const device of devices.keys()) {
        const to = { account, device }
        this.#switchboard.deliver(to, await make(to))
      }
    })
    this.#queue = work.catch(() => undefined)
    await work
  }

  async #stanza(request: IncomingRequest, to: Identified, id: string): Promise<BinaryNode> {
    const { account, kind, text } = request
    const from = request.from ?? account
    if (kind !== 'newsletter') this.#world.addPeople([from])
    const about = { id, t: seconds(), type: 'text', notify: 'Somebody' }
    const message = { conversation: text }
    switch (kind) {
      case 'direct': {
        const attrs = { ...about, from: lidJid(from), sender_pn: phoneJid(from) }
        return node('message', attrs, await this.#senders.encrypt(from, to, message))
      }
      case 'ownChat': {
        const recipient = lidJid(from)
        const copy = { deviceSentMessage: { destinationJid: recipient, message } }
        const attrs = { ...about, from: phoneJid(account), recipient }
        return node('message', attrs, await this.#senders.encrypt(account, to, copy))
      }
      case 'newsletter': {
        const content = Buffer.from(proto.Message.encode(proto.Message.fromObject(message)).finish())
        const attrs = { ...about, from: NEWSLETTER, server_id: String(100 + (Date.now() % 1_000)) }
        return node('message', attrs, [node('plaintext', {}, content)])
      }
      case 'group':
      case 'status': {
        const chat = kind === 'status' ? STATUS : this.#world.group(request.group ?? '').jid
        const attrs = { ...about, from: chat, participant: lidJid(from), participant_pn: phoneJid(from) }
        return node('message', attrs, await this.#senders.encryptForMany(from, { chat, to }, message))
      }
    }
  }
}

const freshId = (): string => `3A${randomBytes(9).toString('hex').toUpperCase()}`
