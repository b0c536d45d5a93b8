import { expect, it } from 'vitest'
import type { Inbox, InboxMessage, Stanza } from '../../simulator/client.js'
import { findingsOf } from '../../proofs/demo/findings.js'

const chat = '120363000000000001@g.us'
const groups = [{ jid: chat, members: ['1', '2'] }]
const parts = [
  { label: 'text', isImage: false, text: 'Hello' },
  { label: 'image', isImage: true, text: 'See' },
]

const message = (id: string, order: number, change: Partial<InboxMessage> = {}): InboxMessage => ({
  chat,
  from: '9',
  id,
  kind: 'conversation',
  text: 'Hello',
  order,
  acceptedAt: 0,
  readAt: 0,
  copies: 1,
  ...change,
})
const image = (id: string, order: number) => message(id, order, { kind: 'imageMessage', text: 'See' })
const stanza = (acceptedAt: number, duplicate = false): Stanza => ({
  order: 1,
  account: '9',
  device: 1,
  chat,
  id: 'A',
  acceptedAt,
  duplicate,
})
const inbox = (recipient: string, ...messages: InboxMessage[]): Inbox => ({
  recipient,
  messages,
  undecryptable: [],
})

const good = inbox('1', message('A', 1), image('B', 2))
const find = (second: Inbox, stanzas = [stanza(1_500), stanza(1_700)]) =>
  findingsOf({ groups, parts, inboxes: [good, second], stanzas, dueMs: 1_000 })

it('finds nothing wrong where everybody read everything once', () => {
  expect(find(inbox('2', message('A', 1), image('B', 2)))).toEqual({
    recipients: 2,
    messages: { distinct: 2, read: 4 },
    readBy: [2, 2],
    duplicates: 0,
    lost: 0,
    outOfOrder: 0,
    firstLateMs: 500,
  })
})

it('finds what did not arrive, also when the whole inbox is missing', () => {
  expect(find(inbox('2', message('A', 1)))).toMatchObject({ lost: 1, readBy: [2, 1] })
  expect(find(inbox('3'))).toMatchObject({ lost: 2, readBy: [1, 1] })
})

it('finds a message that shows twice, and a stanza that went out twice', () => {
  const twice = inbox('2', message('A', 1), message('C', 2), image('B', 3))
  expect(find(twice)).toMatchObject({ duplicates: 1, lost: 0 })
  const wire = [stanza(1_500), stanza(1_600, true)]
  expect(find(inbox('2', message('A', 1), image('B', 2)), wire)).toMatchObject({ duplicates: 1 })
})

it('finds a wrong order, whatever order the inbox is in', () => {
  expect(find(inbox('2', message('A', 5), image('B', 4)))).toMatchObject({ outOfOrder: 1, lost: 0 })
  expect(find(inbox('2', image('B', 5), message('A', 4)))).toMatchObject({ outOfOrder: 0 })
})
