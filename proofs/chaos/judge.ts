import type { Inbox, InboxMessage, Stanza } from '../../simulator/client.js'

/** What the members of a group should read of one reminder: its parts, once each, in this order. */
export type Expected = {
  runId: string
  chat: string
  members: string[]
  parts: { text: string; isImage: boolean }[]
}

export type SendRow = {
  runId: string
  chat: string
  part: number
  messageId: string
  state: string
  targetState: string
  runState: string
}

export type Verdict = {
  /** Distinct messages that recipients show. */
  messages: number
  /** How often they were read: messages × members. */
  reads: number
  /** Messages that a recipient shows a second time, under another id. */
  duplicates: number
  lost: number
  outOfOrder: number
  /** Messages that nobody asked for. */
  unexpected: number
  /** Sends whose state in Postgres is not what the inboxes show. */
  disagreements: number
  /** Stanzas that came too soon after the one that many before. */
  limitExceeded: number
  /** Stanzas that went out again under their one id: seen on the wire, not by recipients. */
  resent: number
  /** What was found, with ids, for whoever looks into it. */
  evidence: string[]
}

/** Recipients' inboxes against what was asked for, against Postgres and against the limits. Pure. */
export function judge({
  expected,
  inboxes,
  sends,
  stanzas,
  limits,
}: {
  expected: Expected[]
  inboxes: Inbox[]
  sends: SendRow[]
  stanzas: Stanza[]
  /** By the account's phone: stanzas in any 60 s. */
  limits: Map<string, number>
}): Verdict {
  const evidence: string[] = []
  const shown = new Shown(inboxes)
  const verdict = { duplicates: 0, lost: 0, outOfOrder: 0 }
  for (const { runId, chat, members, parts } of expected)
    for (const [index, member] of members.entries()) {
      const copies = parts.map((part) => shown.take(member, chat, part))
      const where = `${runId}, group ${groupNumber(expected, runId, chat)}, member ${index}`
      for (const [part, messages] of copies.entries()) {
        if (messages.length === 0) {
          verdict.lost += 1
          evidence.push(
            `lost: part ${part} of ${where}${shown.isWaiting(member, chat) ? ' (or unreadable)' : ''}`,
          )
        }
        if (messages.length > 1) {
          verdict.duplicates += messages.length - 1
          evidence.push(`duplicate: part ${part} of ${where}: ${messages.map(({ id }) => id).join(', ')}`)
        }
      }
      const orders = copies.flatMap(([first]) => (first ? [first.order] : []))
      if (orders.some((order, place) => place > 0 && order < (orders[place - 1] ?? 0))) {
        verdict.outOfOrder += 1
        evidence.push(`out of order: ${where}: stanzas ${orders.join(', ')}`)
      }
    }
  const unexpected = shown.left()
  for (const { id } of unexpected) evidence.push(`unexpected: message ${id}`)
  const disagreements = disagreementsOf({ sends, expected, inboxes })
  evidence.push(...disagreements)
  const tooSoon = tooSoonOf(stanzas, limits)
  evidence.push(...tooSoon)
  return {
    messages: shown.distinct,
    reads: shown.reads,
    ...verdict,
    unexpected: unexpected.length,
    disagreements: disagreements.length,
    limitExceeded: tooSoon.length,
    resent: stanzas.filter(({ duplicate }) => duplicate).length,
    evidence,
  }
}

/** The place of the group in the reminder: no JID in what is printed. */
function groupNumber(expected: Expected[], runId: string, chat: string): number {
  return expected.filter((one) => one.runId === runId).findIndex((one) => one.chat === chat)
}

class Shown {
  readonly #byText = new Map<string, InboxMessage[]>()
  readonly #waiting = new Set<string>()
  readonly distinct: number
  readonly reads: number

  constructor(inboxes: Inbox[]) {
    const ids = new Set<string>()
    let reads = 0
    for (const { recipient, messages, undecryptable } of inboxes) {
      for (const message of messages) {
        ids.add(`${message.chat} ${message.id}`)
        reads += 1
        const key = textKey(recipient, message.chat, message.text, message.kind === 'imageMessage')
        this.#byText.set(key, [...(this.#byText.get(key) ?? []), message])
      }
      for (const { chat } of undecryptable) this.#waiting.add(`${recipient} ${chat}`)
    }
    this.distinct = ids.size
    this.reads = reads
  }

  take(recipient: string, chat: string, { text, isImage }: Expected['parts'][number]): InboxMessage[] {
    const key = textKey(recipient, chat, text, isImage)
    const messages = this.#byText.get(key) ?? []
    this.#byText.delete(key)
    return messages.toSorted((a, b) => a.order - b.order)
  }

  isWaiting(recipient: string, chat: string): boolean {
    return this.#waiting.has(`${recipient} ${chat}`)
  }

  left(): InboxMessage[] {
    return [...this.#byText.values()].flat()
  }
}

function textKey(recipient: string, chat: string, text: string, isImage: boolean): string {
  return `${recipient} ${chat} ${isImage ? 'image' : 'text'} ${text}`
}

/** Acknowledged in Postgres is read by every member of the group, under that id; everything else by nobody. */
function disagreementsOf({
  sends,
  expected,
  inboxes,
}: {
  sends: SendRow[]
  expected: Expected[]
  inboxes: Inbox[]
}): string[] {
  const readers = new Map<string, number>()
  for (const { messages } of inboxes)
    for (const { id, chat } of messages) readers.set(`${chat} ${id}`, (readers.get(`${chat} ${id}`) ?? 0) + 1)
  const members = new Map(expected.map((one) => [`${one.runId} ${one.chat}`, one.members.length]))
  const rows = new Map<string, number>()
  const found: string[] = []
  for (const { runId, chat, part, messageId, state, targetState, runState } of sends) {
    const target = `${runId} ${chat}`
    rows.set(target, (rows.get(target) ?? 0) + 1)
    const read = readers.get(`${chat} ${messageId}`) ?? 0
    const wanted = state === 'acked' ? (members.get(target) ?? 0) : 0
    const isWhole = state === 'acked' && targetState === 'delivered' && runState === 'completed'
    if (read !== wanted || !isWhole)
      found.push(
        `disagreement: ${messageId}, part ${part} of ${runId}: ${state}, target ${targetState}, run ${runState}, read by ${read} of ${members.get(target) ?? 0}`,
      )
  }
  for (const { runId, chat, parts } of expected) {
    const known = rows.get(`${runId} ${chat}`) ?? 0
    if (known !== parts.length)
      found.push(`disagreement: Postgres has ${known} of the ${parts.length} sends of a target of ${runId}`)
  }
  return found
}

const windowMs = 60_000

/** For each account, in any 60 s: a stanza and the one `limit` before it are at least a window apart. */
function tooSoonOf(stanzas: Stanza[], limits: Map<string, number>): string[] {
  const found: string[] = []
  for (const [account, limit] of limits) {
    const own = stanzas
      .filter((stanza) => stanza.account === account)
      .toSorted((a, b) => a.acceptedAt - b.acceptedAt)
    for (const [index, stanza] of own.entries()) {
      const before = own[index - limit]
      if (before === undefined) continue
      const apartMs = stanza.acceptedAt - before.acceptedAt
      if (apartMs < windowMs)
        found.push(
          `limit exceeded: ${stanza.id} at ${new Date(stanza.acceptedAt).toISOString()} is number ${limit + 1} within ${apartMs} ms`,
        )
    }
  }
  return found
}
