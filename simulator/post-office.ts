/**
 * Every stanza that the server accepted: written down before anything is answered, handed to the recipients'
 * process, and reported back when read. Receipts follow what the recipients did, as they do for real.
 */
import type { ChatCount, MessageReads, Stanza, Undecryptable } from './contract.js'
import { ControlError } from './failure.js'
import { Inboxes, messageKey } from './inboxes.js'
import type { Delivery, Sealed } from './recipients/messages.js'
import type { RecipientsLink, Restored } from './recipients/link.js'

export type PostEvent =
  | { t: 'stanza'; stanza: Stanza; sealed?: Sealed }
  | { t: 'retry'; account: string; chat: string; id: string; recipient: string; attempt: number }

export type Receipt = {
  kind: 'delivery' | 'retry'
  account: string
  device: number
  chat: string
  id: string
  recipient: string
  /** 1 for the first time that this recipient asks */
  attempt: number
}

/** As Baileys' maxMsgRetryCount: a phone gives up too. */
const MAX_RETRY_RECEIPTS = 5

const retryKey = (receipt: {
  account: string
  chat: string
  id: string
  recipient: string
  attempt: number
}) => `${messageKey({ ...receipt, from: receipt.account })} ${receipt.recipient} ${receipt.attempt}`

export class PostOffice {
  readonly inboxes = new Inboxes()
  readonly stanzas: Stanza[] = []
  readonly #seen = new Map<string, { stanza: Stanza; stanzas: number }>()
  readonly #pending = new Map<number, Sealed>()
  readonly #asked = new Map<string, PostEvent>()
  readonly #waiters = new Set<{ order: number; resolve: () => void }>()
  readonly #record: (event: PostEvent) => void
  readonly #send: (receipt: Receipt) => void
  #link: RecipientsLink | undefined

  constructor(record: (event: PostEvent) => void, send: (receipt: Receipt) => void) {
    this.#record = record
    this.#send = send
  }

  apply(event: PostEvent): void {
    if (event.t === 'retry') {
      this.#asked.set(retryKey(event), event)
      return
    }
    const { stanza, sealed } = event
    const key = messageKey({ ...stanza, from: stanza.account })
    const seen = this.#seen.get(key)
    if (seen) seen.stanzas += 1
    else this.#seen.set(key, { stanza, stanzas: 1 })
    this.stanzas.push(stanza)
    if (sealed) this.#pending.set(stanza.order, sealed)
  }

  /** The recipients' process is up: what it read before is shown again, what it has not read is handed over. */
  connect(link: RecipientsLink, restored: Restored): void {
    this.#link = link
    for (const { order, readings } of restored.deliveries) {
      this.#pending.delete(order)
      for (const reading of readings) this.inboxes.take(this.#stanza(order), reading)
    }
    for (const recipient of this.inboxes.recipients)
      for (const waiting of this.inboxes.of(recipient).undecryptable) this.#askAgain(recipient, waiting)
    for (const sealed of this.#pending.values()) link.deliver(sealed)
  }

  snapshot(): PostEvent[] {
    const stanzas = this.stanzas.map((stanza): PostEvent => {
      const sealed = this.#pending.get(stanza.order)
      return { t: 'stanza', stanza, ...(sealed && { sealed }) }
    })
    return [...stanzas, ...this.#asked.values()]
  }

  /** Without anything sealed it is counted, and no recipient gets it. */
  accept(
    from: Omit<Stanza, 'order' | 'acceptedAt' | 'duplicate'>,
    sealed: Omit<Sealed, 'order'> | undefined,
  ): Stanza {
    const order = this.stanzas.length + 1
    const duplicate = this.#seen.has(messageKey({ ...from, from: from.account }))
    const stanza = { order, ...from, acceptedAt: Date.now(), duplicate }
    const event: PostEvent = { t: 'stanza', stanza, ...(sealed && { sealed: { ...sealed, order } }) }
    this.#record(event)
    this.apply(event)
    if (event.sealed) this.#link?.deliver(event.sealed)
    return stanza
  }

  delivered({ order, readings }: Delivery): void {
    this.#pending.delete(order)
    const stanza = this.#stanza(order)
    for (const reading of readings) {
      const waiting = this.inboxes.take(stanza, reading)
      const { recipient } = reading
      if (waiting) this.#askAgain(recipient, waiting)
      else if (reading.kind === 'read') this.#send({ ...stanza, recipient, attempt: 1, kind: 'delivery' })
    }
    for (const waiter of this.#waiters) {
      if (waiter.order > order) continue
      this.#waiters.delete(waiter)
      waiter.resolve()
    }
  }

  /** Sends a retry receipt, unless this one was sent in an earlier life. */
  ask(receipt: Omit<Receipt, 'kind'>): void {
    if (!this.#asked.has(retryKey(receipt))) this.#send({ ...receipt, kind: 'retry' })
  }

  asked(receipt: Receipt): void {
    const { account, chat, id, recipient, attempt } = receipt
    const event: PostEvent = { t: 'retry', account, chat, id, recipient, attempt }
    this.#record(event)
    this.apply(event)
  }

  get pending(): number {
    return this.#pending.size
  }

  get distinct(): number {
    return this.#seen.size
  }

  get retryReceipts(): number {
    return this.#asked.size
  }

  reads(): MessageReads[] {
    return [...this.#seen].map(([key, { stanza, stanzas }]) => {
      const { account, chat, id } = stanza
      return { account, chat, id, stanzas, ...this.inboxes.counts(key) }
    })
  }

  chats(): ChatCount[] {
    const counts = new Map<string, ChatCount>()
    for (const { stanza, stanzas } of this.#seen.values()) {
      const { account, chat } = stanza
      const key = `${account} ${chat}`
      const count = counts.get(key) ?? { account, chat, stanzas: 0, messages: 0 }
      counts.set(key, count)
      count.stanzas += stanzas
      count.messages += 1
    }
    return [...counts.values()]
  }

  /** Until everything accepted so far is decrypted. */
  async settled(timeoutMs: number): Promise<void> {
    // The last stanza may be one that is only counted.
    const last = [...this.#pending.keys()].at(-1)
    if (last === undefined) return
    await new Promise<void>((resolve, reject) => {
      const waiter = {
        order: last,
        resolve: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        const left = `${this.#pending.size} accepted stanzas are not decrypted after ${timeoutMs} ms`
        reject(new ControlError(504, `${left}: wait longer (timeoutMs)`))
      }, timeoutMs)
      this.#waiters.add(waiter)
    })
  }

  #askAgain(recipient: string, { order, attempts, asksAgain }: Undecryptable): void {
    if (asksAgain && attempts <= MAX_RETRY_RECEIPTS)
      this.ask({ ...this.#stanza(order), recipient, attempt: attempts })
  }

  #stanza(order: number): Stanza {
    const stanza = this.stanzas[order - 1]
    if (!stanza) throw new Error(`The recipients read stanza ${order}, which the server does not know`)
    return stanza
  }
}
