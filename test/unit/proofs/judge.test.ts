import { expect, it } from 'vitest'
import { judge, type Expected, type SendRow } from '../../../proofs/chaos/judge.js'
import type { Inbox, InboxMessage, Stanza } from '../../../simulator/client.js'

const chat = '120363000000000001@g.us'
const runId = 'run:campaign/one@2026-11-24T06:00:00Z'
const phone = '15550002000'
const expected: Expected[] = [
  {
    runId,
    chat,
    members: ['1', '2'],
    parts: [
      { text: 'one, first', isImage: false },
      { text: 'one, second', isImage: true },
    ],
  },
]

const message = (id: string, text: string, order: number, kind = 'conversation'): InboxMessage => ({
  chat,
  from: phone,
  id,
  kind,
  text,
  order,
  acceptedAt: 0,
  readAt: 0,
  copies: 1,
})
const first = (id = 'A', order = 1) => message(id, 'one, first', order)
const second = (id = 'B', order = 2) => message(id, 'one, second', order, 'imageMessage')
const inbox = (recipient: string, ...messages: InboxMessage[]): Inbox => ({
  recipient,
  messages,
  undecryptable: [],
})
const send = (part: number, messageId: string, change: Partial<SendRow> = {}): SendRow => ({
  runId,
  chat,
  part,
  messageId,
  state: 'acked',
  targetState: 'delivered',
  runState: 'completed',
  ...change,
})
const stanza = (acceptedAt: number, change: Partial<Stanza> = {}): Stanza => ({
  order: 1,
  account: phone,
  device: 1,
  chat,
  id: `at ${acceptedAt}`,
  acceptedAt,
  duplicate: false,
  ...change,
})

const good = inbox('1', first(), second())
const rows = [send(0, 'A'), send(1, 'B')]
const nothingWrong = {
  duplicates: 0,
  lost: 0,
  outOfOrder: 0,
  unexpected: 0,
  disagreements: 0,
  limitExceeded: 0,
  resent: 0,
  evidence: [],
}

const judged = ({
  other = inbox('2', first(), second()),
  sends = rows,
  stanzas = [],
  limit = 2,
}: {
  other?: Inbox
  sends?: SendRow[]
  stanzas?: Stanza[]
  limit?: number
}) => judge({ expected, inboxes: [good, other], sends, stanzas, limits: new Map([[phone, limit]]) })

it('finds nothing where everybody read everything once', () => {
  expect(judged({})).toEqual({ messages: 2, reads: 4, ...nothingWrong })
})

it('finds a message that a recipient shows twice', () => {
  const found = judged({ other: inbox('2', first(), first('C', 3), second('B', 4)) })
  expect(found).toMatchObject({ duplicates: 1, lost: 0, outOfOrder: 0, unexpected: 0, reads: 5 })
  expect(found.evidence).toEqual([`duplicate: part 0 of ${runId}, group 0, member 1: A, C`])
})

it('finds a message that one recipient, or the only one who was looked for, never read', () => {
  expect(judged({ other: inbox('2', first()) })).toMatchObject({ lost: 1 })
  expect(judged({ other: inbox('3') })).toMatchObject({ lost: 2 })
})

it('counts a message that cannot be read as lost, and says so', () => {
  const waiting = {
    chat,
    from: phone,
    id: 'B',
    error: 'no key',
    attempts: 5,
    asksAgain: true,
    order: 2,
    at: 0,
  }
  const found = judged({ other: { ...inbox('2', first()), undecryptable: [waiting] } })
  expect(found.lost).toBe(1)
  expect(found.evidence[0]).toBe(`lost: part 1 of ${runId}, group 0, member 1 (or unreadable)`)
})

it('takes a text that should be an image for another message', () => {
  const found = judged({ other: inbox('2', first(), message('B', 'one, second', 2)) })
  expect(found).toMatchObject({ lost: 1, unexpected: 1 })
})

it('finds parts in the wrong order, whatever order the inbox lists them in', () => {
  expect(judged({ other: inbox('2', first('A', 5), second('B', 4)) })).toMatchObject({
    outOfOrder: 1,
    lost: 0,
  })
  expect(judged({ other: inbox('2', second('B', 5), first('A', 4)) })).toMatchObject({ outOfOrder: 0 })
})

it('finds a message that nobody asked for', () => {
  expect(judged({ other: inbox('2', first(), second(), message('X', 'what?', 3)) })).toMatchObject({
    unexpected: 1,
    lost: 0,
  })
})

it('finds where Postgres and the inboxes disagree', () => {
  // Acknowledged, and one member does not have it.
  expect(judged({ other: inbox('2', first()) })).toMatchObject({ disagreements: 1 })
  // Read, and not acknowledged.
  expect(judged({ sends: [send(0, 'A'), send(1, 'B', { state: 'unknown' })] })).toMatchObject({
    disagreements: 1,
  })
  // Read under another id than the ledger's.
  expect(judged({ sends: [send(0, 'A'), send(1, 'Z')] })).toMatchObject({ disagreements: 1 })
  expect(judged({ sends: [send(0, 'A'), send(1, 'B', { targetState: 'pending' })] })).toMatchObject({
    disagreements: 1,
  })
  expect(judged({ sends: [send(0, 'A'), send(1, 'B', { runState: 'partial' })] })).toMatchObject({
    disagreements: 1,
  })
  // A send without a row.
  expect(judged({ sends: [send(0, 'A')] })).toMatchObject({ disagreements: 1 })
})

it('finds every stanza beyond the limit in any minute, of each account for itself', () => {
  const exact = [stanza(0), stanza(1_000), stanza(60_000), stanza(61_000)]
  expect(judged({ stanzas: exact })).toMatchObject({ limitExceeded: 0 })
  expect(judged({ stanzas: [stanza(0), stanza(1_000), stanza(59_999)] })).toMatchObject({ limitExceeded: 1 })
  // In whatever order they are given, and not only the first time.
  const burst = [stanza(90_000), stanza(0), stanza(3_000), stanza(2_000), stanza(1_000)]
  expect(judged({ stanzas: burst })).toMatchObject({ limitExceeded: 2 })
  const others = [stanza(0), stanza(1), stanza(2, { account: '15550002001' })]
  expect(judged({ stanzas: others })).toMatchObject({ limitExceeded: 0 })
})

it('counts what went out again under its one id: on the wire it counts for the limit, and it is no duplicate', () => {
  const stanzas = [stanza(0), stanza(1_000), stanza(2_000, { duplicate: true })]
  expect(judged({ stanzas })).toMatchObject({ resent: 1, duplicates: 0, limitExceeded: 1 })
})
