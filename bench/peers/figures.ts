import type { Inbox, Stanza } from '../../simulator/contract.js'

export type Message = { id: string; phone: string; jid: string; text: string; dueMs: number }

/** Of what was due within a minute, in ms. */
export type Lag = { latesMs: number[]; missing: number; duplicates: number }
export type Burst = {
  firstMs: number
  lastMs: number
  missing: number
  duplicates: number
  /** Of the processor, for each message: until all were created, and from the due time on. */
  createCpuMs: number
  sendCpuMs: number
}
export type Deaths = {
  messages: number
  /** Messages that some member of their group read more than once. */
  twice: number
  /** Messages that some member of their group did not read. */
  lost: number
  /** Of those that are lost: a member sees "waiting for this message". */
  unreadable: number
  /** Given up by the engine itself. */
  failed: number
  /** Still to be sent when it was not waited for any longer: these may be among what is not read. */
  open: number
  /** From the due time until nothing was left, or until then. */
  overMs: number
}

/** When the server accepted each message; there is one message to a chat. */
export function arrivals(
  messages: readonly Message[],
  stanzas: readonly Pick<Stanza, 'chat' | 'acceptedAt'>[],
): { latesMs: number[]; missing: number; duplicates: number } {
  const byChat = new Map<string, number[]>()
  for (const { chat, acceptedAt } of stanzas) byChat.set(chat, [...(byChat.get(chat) ?? []), acceptedAt])
  const latesMs: number[] = []
  let duplicates = 0
  for (const { jid, dueMs } of messages) {
    const times = byChat.get(jid) ?? []
    if (times.length === 0) continue
    latesMs.push(Math.min(...times) - dueMs)
    duplicates += times.length - 1
  }
  return { latesMs, missing: messages.length - latesMs.length, duplicates }
}

/** How often each message was read by each member of its group. A copy with the same id is no second message to read. */
export function readings(
  messages: readonly Message[],
  inboxes: readonly {
    recipient: string
    messages: readonly Pick<Inbox['messages'][number], 'chat' | 'text'>[]
    undecryptable: readonly Pick<Inbox['undecryptable'][number], 'chat' | 'order'>[]
  }[],
  /** The first stanza that may be of these messages. */
  firstOrder: number,
): Pick<Deaths, 'messages' | 'twice' | 'lost' | 'unreadable'> {
  const found = { messages: messages.length, twice: 0, lost: 0, unreadable: 0 }
  const readBy = inboxes.map((inbox) => {
    const times = new Map<string, number>()
    for (const { chat, text } of inbox.messages) {
      const key = `${chat} ${text}`
      times.set(key, (times.get(key) ?? 0) + 1)
    }
    const waits = new Set(
      inbox.undecryptable.filter(({ order }) => order >= firstOrder).map(({ chat }) => chat),
    )
    return { times, waits }
  })
  for (const { jid, text } of messages) {
    const counts = readBy.map(({ times }) => times.get(`${jid} ${text}`) ?? 0)
    if (counts.some((count) => count > 1)) found.twice += 1
    if (!counts.includes(0)) continue
    found.lost += 1
    if (readBy.some(({ waits }, index) => counts[index] === 0 && waits.has(jid))) found.unreadable += 1
  }
  return found
}
