import type { Inbox, InboxMessage, Stanza } from '../../simulator/client.js'
import type { DemoGroup } from './scene.js'

/** One message as a recipient should see it. */
export type ExpectedPart = { label: string; isImage: boolean; text: string }

export type Findings = {
  recipients: number
  messages: { distinct: number; read: number }
  /** By part: how many recipients read it. */
  readBy: number[]
  duplicates: number
  lost: number
  outOfOrder: number
  firstLateMs: number
}

/** What arrived, as the recipients see it: nothing here comes from Carillon's own records. */
export function findingsOf({
  groups,
  parts,
  inboxes,
  stanzas,
  dueMs,
}: {
  groups: DemoGroup[]
  parts: ExpectedPart[]
  inboxes: Inbox[]
  stanzas: Stanza[]
  dueMs: number
}): Findings {
  const byRecipient = new Map(inboxes.map((inbox) => [inbox.recipient, inbox.messages]))
  const readBy = parts.map(() => 0)
  const found: Findings = {
    recipients: 0,
    messages: { distinct: 0, read: 0 },
    readBy,
    duplicates: stanzas.filter((stanza) => stanza.duplicate).length,
    lost: 0,
    outOfOrder: 0,
    firstLateMs: Math.min(...stanzas.map((stanza) => stanza.acceptedAt)) - dueMs,
  }
  const distinct = new Set<string>()
  for (const { jid, members } of groups)
    for (const member of members) {
      found.recipients += 1
      const shown = (byRecipient.get(member) ?? [])
        .filter((message) => message.chat === jid)
        .toSorted((a, b) => a.order - b.order)
      for (const message of shown) distinct.add(`${message.chat} ${message.id}`)
      found.messages.read += shown.length
      const places = shown.map((message) => partOf(message, parts))
      if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0))) found.outOfOrder += 1
      for (const index of parts.keys()) {
        const copies = places.filter((place) => place === index).length
        if (copies === 0) found.lost += 1
        else readBy[index] = (readBy[index] ?? 0) + 1
        found.duplicates += Math.max(0, copies - 1)
      }
    }
  found.messages.distinct = distinct.size
  return found
}

function partOf(message: InboxMessage, parts: ExpectedPart[]): number {
  return parts.findIndex(
    (part) => part.isImage === (message.kind === 'imageMessage') && part.text === message.text,
  )
}
