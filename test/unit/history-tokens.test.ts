import { proto } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { HistoryDamaged, tokenReader } from '../../src/whatsapp/history/read-tokens.js'

const token = (n: number) => Buffer.alloc(32, n)
const lid = (n: number) => `10000000000000${n}@lid`
const number = (n: number) => `1555100${1_000 + n}@s.whatsapp.net`

function encode(history: proto.IHistorySync): Buffer {
  return Buffer.from(proto.HistorySync.encode(proto.HistorySync.fromObject(history)).finish())
}

function read(bytes: Buffer, pieceBytes: number) {
  const reader = tokenReader()
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.take(bytes.subarray(at, at + pieceBytes))
  return reader.end()
}

const messages = (n: number) => [
  { message: { key: { remoteJid: number(n), id: `A${n}` }, message: { conversation: 'x'.repeat(300 * n) } } },
]

const history = encode({
  syncType: proto.HistorySync.HistorySyncType.RECENT,
  conversations: [
    {
      id: lid(1),
      pnJid: number(1),
      messages: messages(1),
      tcToken: token(1),
      tcTokenTimestamp: 1_790_000_001,
    },
    {
      id: number(2),
      lidJid: lid(2),
      messages: messages(2),
      tcToken: token(2),
      tcTokenTimestamp: 1_790_000_002,
    },
    {
      id: number(3),
      messages: messages(3),
      tcToken: token(3),
      tcTokenTimestamp: 1_790_000_003,
      tcTokenSenderTimestamp: 1_780_000_003,
    },
    { id: number(4), tcToken: token(4), tcTokenTimestamp: 1_790_000_004 },
    { id: number(5), messages: messages(5), name: 'without a token', unreadCount: 7 },
    { id: number(6), tcToken: token(6) },
    { id: '120363000000000001@g.us', messages: messages(7), participant: [{ userJid: number(1) }] },
    { id: '' },
  ],
  pushnames: [{ id: number(1), pushname: 'One' }],
  phoneNumberToLidMappings: [{ pnJid: number(3), lidJid: lid(3) }],
})

const tokens = [
  { jid: lid(1), token: token(1), timestamp: 1_790_000_001 },
  { jid: lid(2), token: token(2), timestamp: 1_790_000_002 },
  { jid: lid(3), token: token(3), timestamp: 1_790_000_003, senderTimestamp: 1_780_000_003 },
  { jid: number(4), token: token(4), timestamp: 1_790_000_004 },
]

test.each([1, 2, 3, 7, 64, 1_000, 1_000_000])('tokens are read from pieces of %i bytes', (pieceBytes) => {
  expect(read(history, pieceBytes)).toEqual({ chats: 8, tokens })
})

test('what Baileys decodes of a history is what is read in pieces', () => {
  const { conversations } = proto.HistorySync.decode(history)
  const theirs = conversations.filter(({ tcToken, tcTokenTimestamp }) => tcToken && Number(tcTokenTimestamp))
  expect(theirs.map(({ tcToken }) => Buffer.from(tcToken ?? []))).toEqual(tokens.map((one) => one.token))
})

test.each([1, 5, 40, 500])(
  'a history that is cut %i bytes before its end is not taken for a whole one',
  (cut) => {
    expect(() => read(history.subarray(0, history.length - cut), 100)).toThrow(HistoryDamaged)
  },
)

test('what is no history is refused, and asks for no memory', () => {
  expect(() => read(Buffer.alloc(50_000, 0xff), 1_000)).toThrow(HistoryDamaged)
  expect(() => read(Buffer.from([0x12, 0x02, 0x0a, 0x7f, 1, 2, 3]), 3)).toThrow(HistoryDamaged)
})
