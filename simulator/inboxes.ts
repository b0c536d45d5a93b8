/** What each recipient's WhatsApp shows: distinct messages, and those it still waits for. */
import type { InboxMessage, Stanza, Undecryptable } from './contract.js'
import type { Reading, SealedMedia } from './recipients/messages.js'

export type ShownMessage = Omit<InboxMessage, 'media'> & { media?: SealedMedia }
type Shown = { messages: Map<string, ShownMessage>; waiting: Map<string, Undecryptable> }
/** how many recipients read a message, and how many see "waiting for this message" */
export type Counts = { reads: number; waiting: number }

/** Same chat, sender and id: one message. */
export const messageKey = (message: { chat: string; from: string; id: string }): string =>
  `${message.chat} ${message.from} ${message.id}`

export class Inboxes {
  readonly #byRecipient = new Map<string, Shown>()
  readonly #counts = new Map<string, Counts>()
  decrypted = 0
  decryptErrors = 0

  /** Takes in one recipient's reading; returns the message it waits for, when it failed to read it. */
  take(stanza: Stanza, reading: Reading): Undecryptable | undefined {
    const inbox = this.#inbox(reading.recipient)
    const { chat, account: from, id, order } = stanza
    const key = messageKey({ chat, from, id })
    const seen = inbox.messages.get(key)
    const counts = this.#countsOf(key)
    if (reading.kind === 'read') {
      this.decrypted += 1
      if (inbox.waiting.delete(key)) counts.waiting -= 1
      if (seen) seen.copies += 1
      else {
        const { content: kind, text, expiration, media, at: readAt } = reading
        const times = { order, acceptedAt: stanza.acceptedAt, readAt, copies: 1 }
        const has = { ...(expiration !== undefined && { expiration }), ...(media && { media }) }
        inbox.messages.set(key, { chat, from, id, kind, text, ...has, ...times })
        counts.reads += 1
      }
      return undefined
    }
    this.decryptErrors += 1
    // A client that shows the message already drops a copy that it can't read.
    if (seen) return undefined
    const before = inbox.waiting.get(key)
    if (!before) counts.waiting += 1
    const attempts = (before?.attempts ?? 0) + 1
    const { error, asks: asksAgain, at } = reading
    const waiting = { chat, from, id, error, attempts, asksAgain, order, at }
    inbox.waiting.set(key, waiting)
    return waiting
  }

  get recipients(): string[] {
    return [...this.#byRecipient.keys()]
  }

  of(recipient: string): { messages: ShownMessage[]; undecryptable: Undecryptable[] } {
    const shown = this.#byRecipient.get(recipient)
    return {
      messages: [...(shown?.messages.values() ?? [])],
      undecryptable: [...(shown?.waiting.values() ?? [])],
    }
  }

  counts(key: string): Counts {
    return { ...this.#countsOf(key) }
  }

  #countsOf(key: string): Counts {
    const counts = this.#counts.get(key) ?? { reads: 0, waiting: 0 }
    this.#counts.set(key, counts)
    return counts
  }

  #inbox(recipient: string): Shown {
    const known = this.#byRecipient.get(recipient)
    if (known) return known
    const created: Shown = { messages: new Map(), waiting: new Map() }
    this.#byRecipient.set(recipient, created)
    return created
  }
}
