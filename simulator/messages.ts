/** A message stanza: which faults hit it, whether it is accepted, and its acknowledgement. */
import type { Connection, Identified } from './connection.js'
import type { Faults } from './faults.js'
import { decodeJid, deviceLid, isGroup, phoneJid, readerOf } from './jid.js'
import { child, children, node, seconds, type BinaryNode } from './node.js'
import type { PostOffice } from './post-office.js'
import type { PrivacyTokens } from './privacy-tokens.js'
import type { Encrypted, Sealed } from './recipients/messages.js'
import type { Restrictions } from './restrictions.js'
import type { World } from './world.js'

type Server = {
  world: World
  faults: Faults
  post: PostOffice
  restrictions: Restrictions
  tokens: PrivacyTokens
  settings: { decrypting: boolean }
}
type Addressed = { chat: string; recipients: string[]; copyFor?: string } | { refusal: number }

const NOT_A_MEMBER = 403
const NOT_ALLOWED = 420
const NO_SUCH_CHAT = 404
const REACHOUT_TIMELOCKED = 463
const INVALID = 479

const encryptedOf = (
  parent: BinaryNode | undefined,
  types: string[],
): { type: string; content: Buffer } | undefined => {
  const found = children(parent, 'enc').find(({ attrs }) => types.includes(attrs.type ?? ''))
  if (!found || !(found.content instanceof Uint8Array)) return undefined
  return { type: found.attrs.type ?? '', content: Buffer.from(found.content) }
}

/** Every device that reads: of others, and the companions of the sender's own phone. */
const readersOf = (world: World, sender: string, phones: string[]): string[] =>
  [...new Set([...phones, sender])].flatMap((phone) => [
    ...(phone === sender ? [] : [phone]),
    ...world.companionsOf(phone).map((device) => readerOf(phone, device)),
  ])

/** A message that a device asked for again carries what is encrypted for it directly, and a count. */
const isCopy = (message: BinaryNode): boolean =>
  children(message, 'enc').some(({ attrs }) => attrs.count !== undefined)

/** Baileys #2781: WhatsApp takes no stanza that is for one device and has a list of devices. */
const addressedCopy = (world: World, sender: string, message: BinaryNode): Addressed => {
  const { to = '', participant, recipient, device_fanout: fanOut } = message.attrs
  if (child(message, 'participants') !== undefined) return { refusal: INVALID }
  const one = isGroup(to) ? participant : to
  const phone = world.phoneOf(one ?? '')
  if (one === undefined || phone === undefined) return { refusal: INVALID }
  if (!isGroup(to) && fanOut !== 'false') return { refusal: INVALID }
  const copyFor = readerOf(phone, decodeJid(one)?.device ?? 0)
  const whole = addressed(
    world,
    sender,
    isGroup(to) ? to : phone === sender ? (recipient ?? '') : phoneJid(phone),
  )
  if ('refusal' in whole) return whole
  if (!whole.recipients.includes(copyFor)) return { refusal: NOT_A_MEMBER }
  return { chat: whole.chat, recipients: [copyFor], copyFor }
}

const addressed = (world: World, sender: string, to: string): Addressed => {
  if (isGroup(to)) {
    const group = world.groups.get(to)
    if (!group) return { refusal: NO_SUCH_CHAT }
    if (!group.members.includes(sender)) return { refusal: NOT_A_MEMBER }
    const mayPost = group.closed === 'no' || (group.closed === 'adminsOnly' && group.admins.includes(sender))
    if (!mayPost && group.closed !== undefined) return { refusal: NOT_ALLOWED }
    return { chat: to, recipients: readersOf(world, sender, group.members) }
  }
  const phone = world.phoneOf(to)
  if (phone === undefined) return { refusal: NO_SUCH_CHAT }
  if (world.isLidOnly(phone) && !to.endsWith('@lid')) return { refusal: REACHOUT_TIMELOCKED }
  return { chat: world.chatOf(to), recipients: readersOf(world, sender, [phone]) }
}

const seal = (
  world: World,
  from: Identified,
  message: BinaryNode,
  chat: string,
  recipients: string[],
): Omit<Sealed, 'order'> => {
  const byReader = new Map(
    children(child(message, 'participants'), 'to').map((to) => {
      const jid = to.attrs.jid ?? ''
      const reader = readerOf(world.phoneOf(jid) ?? '', decodeJid(jid)?.device ?? 0)
      return [reader, encryptedOf(to, ['pkmsg', 'msg'])]
    }),
  )
  // To a single device, a stanza may carry its ciphertext directly.
  const only = recipients.length === 1 ? encryptedOf(message, ['pkmsg', 'msg']) : undefined
  const skmsg = encryptedOf(message, ['skmsg'])?.content
  return {
    author: deviceLid(from.account, from.device),
    ...(isGroup(chat) && { group: chat }),
    ...(skmsg && { skmsg }),
    recipients: recipients.map((reader) => {
      const encrypted = (byReader.get(reader) ?? only) as Encrypted | undefined
      return { reader, ...(encrypted && { encrypted }) }
    }),
  }
}

type Held = { connection: Connection; messageId: string; ack: () => void }

export class Messages {
  readonly #server: Server
  #held: Held[] = []

  constructor(server: Server) {
    this.#server = server
  }

  /** Sends the acknowledgements that `holdAck` kept back. @returns how many */
  releaseAcks(): number {
    const held = this.#held
    this.#held = []
    for (const { ack } of held) ack()
    return held.length
  }

  receive(connection: Connection, message: BinaryNode): void {
    const from = connection.identified
    if (!from) throw new Error('A client that is not logged in sent a message')
    const { id = '', to = '', category } = message.attrs
    const ack = (error?: number, backoff?: number) =>
      connection.send(
        node('ack', {
          class: 'message',
          id,
          from: to,
          t: seconds(),
          ...(error && { error: String(error) }),
          ...(backoff !== undefined && { backoff: String(backoff) }),
        }),
      )
    // Between an account's own devices: nothing that a recipient sees.
    if (category === 'peer') {
      ack()
      return
    }
    const { world, faults, post, settings, restrictions, tokens } = this.#server
    const occasion = { account: from.account, chat: world.chatOf(to), messageId: id }
    if (faults.take('dropStanza', occasion)) return
    const before = faults.take('disconnect', occasion, ({ when }) => when === 'beforeAccept')
    if (before) {
      connection.disconnect(before.how)
      return
    }
    const copy = isCopy(message)
    const target = copy ? addressedCopy(world, from.account, message) : addressed(world, from.account, to)
    const person = isGroup(to) || copy ? undefined : world.phoneOf(to)
    const isCold =
      person !== undefined &&
      !(restrictions.mayStartChats(from.account) && tokens.mayWrite(from.account, person, message))
    const fault = faults.take('refuse', occasion)
    const refusal =
      fault?.code ?? ('refusal' in target ? target.refusal : isCold ? REACHOUT_TIMELOCKED : undefined)
    if (refusal !== undefined || 'refusal' in target) {
      ack(refusal, fault?.backoff)
      return
    }
    const { chat, recipients, copyFor } = target
    const sealed = settings.decrypting ? seal(world, from, message, chat, recipients) : undefined
    const stanza = post.accept({ ...from, chat, id, ...(copyFor !== undefined && { copyFor }) }, sealed)
    this.#acknowledge(connection, occasion, () => ack())
    const retry = faults.take('retryReceipt', occasion)
    const recipient = retry && (retry.recipient ?? recipients[0])
    if (recipient !== undefined) post.ask({ ...stanza, recipient, attempt: 1 })
  }

  #acknowledge(
    connection: Connection,
    occasion: { account: string; chat: string; messageId: string },
    ack: () => void,
  ): void {
    const { faults } = this.#server
    const before = faults.take('disconnect', occasion, ({ when }) => when === 'beforeAck')
    if (before) {
      connection.disconnect(before.how)
      return
    }
    if (faults.take('dropAck', occasion)) return
    const { messageId } = occasion
    // Who waits in vain sends again: a hold that ends with that would last as long as its patience.
    const isHeld = this.#held.some((held) => held.connection === connection && held.messageId === messageId)
    if (isHeld || faults.take('holdAck', occasion)) {
      this.#held.push({ connection, messageId, ack })
      return
    }
    const delay = faults.take('delayAck', occasion)
    if (delay) setTimeout(ack, delay.ms)
    else ack()
    const after = faults.take('disconnect', occasion, ({ when }) => when === 'afterAck')
    if (after) connection.disconnect(after.how)
  }
}
