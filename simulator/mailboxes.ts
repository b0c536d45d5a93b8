/** What the server keeps for each linked device until that says that it has it; the rest comes again at each log-in. */
import type { Mailbox } from './contract.js'
import type { Connection, Identified } from './connection.js'
import { SERVER } from './jid.js'
import { children, firstChild, node, type BinaryNode } from './node.js'

type Kept = Map<string, { stanza: BinaryNode; wasHad: () => void }>
type Backlog = { left: BinaryNode[]; total: number }

const deviceKey = ({ account, device }: Identified): string => `${account}:${device}`
/** The receipts of many devices for one message have its id. */
const stanzaKey = (
  tag: string,
  id: string | undefined,
  from: string | undefined,
  participant?: string,
): string =>
  tag === 'receipt' ? `${tag} ${id ?? ''} ${from ?? ''} ${participant ?? ''}` : `${tag} ${id ?? ''}`

export class Mailboxes {
  readonly #kept = new Map<string, Kept>()
  readonly #refused = new Map<string, number>()
  readonly #backlogs = new Map<Connection, Backlog>()

  /** @param wasHad called when the device has said that it has it */
  keep(to: Identified, stanza: BinaryNode, wasHad: () => void = () => undefined): void {
    const { id, from, participant } = stanza.attrs
    this.#of(to).set(stanzaKey(stanza.tag, id, from, participant), { stanza, wasHad })
  }

  /** A log-in begins with what was kept, as far as the client asks for it: `<offline/>` comes after the last of it. */
  open(connection: Connection, at: Identified): void {
    const left = [...this.#of(at).values()].map(({ stanza }) => stanza)
    if (left.length === 0) {
      this.#end(connection, 0)
      return
    }
    this.#backlogs.set(connection, { left, total: left.length })
    const count = (tag: string) => String(left.filter((stanza) => stanza.tag === tag).length)
    const attrs = {
      count: String(left.length),
      message: count('message'),
      notification: count('notification'),
      receipt: count('receipt'),
    }
    connection.send(node('ib', { from: SERVER }, [node('offline_preview', attrs)]))
  }

  close(connection: Connection): void {
    this.#backlogs.delete(connection)
  }

  /** `<ib><offline_batch count="n"/></ib>` of a client: so many stanzas, and no more until it asks again. */
  asked(connection: Connection, ib: BinaryNode): void {
    const batch = firstChild(ib)
    const backlog = this.#backlogs.get(connection)
    if (batch?.tag !== 'offline_batch' || backlog === undefined) return
    for (const { tag, attrs, content } of backlog.left.splice(0, Number(batch.attrs.count ?? 0)))
      connection.send(node(tag, { ...attrs, offline: '1' }, content))
    if (backlog.left.length > 0) return
    this.#backlogs.delete(connection)
    this.#end(connection, backlog.total)
  }

  /** An ack, or the receipt of a message: the client has it. An ack with an error says that it could do nothing with it. */
  had(at: Identified, said: BinaryNode): void {
    const { id, class: what = '', error, to, participant } = said.attrs
    if (error !== undefined) this.#refused.set(deviceKey(at), (this.#refused.get(deviceKey(at)) ?? 0) + 1)
    const tag = said.tag === 'receipt' ? 'message' : what
    // A device that asks for a message again does not have it yet.
    if (said.tag === 'receipt' && said.attrs.type === 'retry') return
    const more = children(firstChild(said), 'item').map(({ attrs }) => attrs.id)
    for (const had of [id, ...more]) {
      const key = stanzaKey(tag, had, to, participant)
      this.#of(at).get(key)?.wasHad()
      this.#of(at).delete(key)
    }
  }

  forget(of: Identified): void {
    this.#kept.delete(deviceKey(of))
    this.#refused.delete(deviceKey(of))
  }

  look(of: Identified): Mailbox {
    const kept = [...this.#of(of).values()].map(({ stanza }) => stanza)
    const ofTag = (tag: string) => kept.filter((stanza) => stanza.tag === tag).length
    return {
      device: of.device,
      messages: ofTag('message'),
      notifications: ofTag('notification'),
      refused: this.#refused.get(deviceKey(of)) ?? 0,
    }
  }

  #end(connection: Connection, count: number): void {
    // Without it Baileys keeps its events in a buffer.
    connection.send(node('ib', { from: SERVER }, [node('offline', { count: String(count) })]))
  }

  #of(device: Identified): Kept {
    const kept: Kept = this.#kept.get(deviceKey(device)) ?? new Map()
    this.#kept.set(deviceKey(device), kept)
    return kept
  }
}
