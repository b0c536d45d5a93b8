/** The token by which a contact knows the account, as the phone has it. Times are seconds. */
export type ChatToken = {
  /** By LID, or by number where the phone did not say which LID that is. */
  jid: string
  token: Buffer
  timestamp: number
  senderTimestamp?: number
}

export class HistoryDamaged extends Error {
  override name = 'HistoryDamaged'
}

/** Takes a `HistorySync` (WAProto, rc14) in pieces of any size, and keeps of it what `end` returns. */
export type TokenReader = { take(piece: Buffer): void; end(): { tokens: ChatToken[]; chats: number } }

const fields = {
  history: { conversations: 2, phoneNumberToLidMappings: 15 },
  chat: { id: 1, token: 21, timestamp: 22, senderTimestamp: 28, lid: 42 },
  mapping: { number: 1, lid: 2 },
} as const

const wanted = {
  chat: new Set<number>(Object.values(fields.chat)),
  mapping: new Set<number>(Object.values(fields.mapping)),
}

/** A JID, a token: what is longer is neither. */
const mostBytes = 1_024
/** Of a length or a number. */
const mostVarintBytes = 10

type Value = { number: number } | { bytes: Buffer }
type Message = { kind: keyof typeof wanted; left: number; values: Map<number, Value> }

/**
 * A history is tens of MB of messages, and a token is 32 bytes. So the fields are walked as they come, and whatever is not
 * wanted is skipped by its length: nothing is held but a piece, and the tokens.
 */
export function tokenReader(): TokenReader {
  const found: ChatToken[] = []
  const lids = new Map<string, string>()
  let chats = 0
  let rest: Buffer = Buffer.alloc(0)
  let skip = 0
  let within: Message | undefined

  const close = ({ kind, values }: Message): void => {
    if (kind === 'chat') {
      chats += 1
      const token = tokenOf(values)
      if (token !== undefined) found.push(token)
    } else {
      const { number, lid } = fields.mapping
      const [byNumber, byLid] = [textOf(values.get(number)), textOf(values.get(lid))]
      if (byNumber !== undefined && byLid !== undefined) lids.set(byNumber, byLid)
    }
  }

  /** One field at `at`. Returns where the next one begins; undefined when more bytes are needed to read this one. */
  const field = (buffer: Buffer, at: number): number | undefined => {
    const key = varint(buffer, at)
    if (key === undefined) return undefined
    const [number, type] = [Math.floor(key.value / 8), key.value % 8]
    const head =
      type === 0 || type === 2 ? varint(buffer, key.end) : { value: fixedBytes(type), end: key.end }
    if (head === undefined) return undefined
    const length = type === 0 ? 0 : head.value
    const kind = within === undefined && type === 2 ? kindOf(number) : undefined
    if (kind !== undefined) {
      within = { kind, left: length, values: new Map() }
      return closed(head.end)
    }
    const isWanted = within !== undefined && wanted[within.kind].has(number)
    if (isWanted && type === 2 && length <= mostBytes) {
      if (buffer.length < head.end + length) return undefined
      within?.values.set(number, { bytes: Buffer.from(buffer.subarray(head.end, head.end + length)) })
    } else if (isWanted && type === 0) within?.values.set(number, { number: head.value })
    if (within !== undefined) within.left -= head.end - at + length
    const end = head.end + length
    skip = Math.max(0, end - buffer.length)
    return closed(Math.min(end, buffer.length))
  }

  const closed = (at: number): number => {
    if (within !== undefined && within.left < 0)
      throw new HistoryDamaged('a field of a chat is longer than the chat')
    if (within?.left === 0) {
      close(within)
      within = undefined
    }
    return at
  }

  return {
    take(piece) {
      const skipped = Math.min(skip, piece.length)
      skip -= skipped
      if (skipped === piece.length) return
      const fresh = piece.subarray(skipped)
      const buffer = rest.length === 0 ? fresh : Buffer.concat([rest, fresh])
      let at = 0
      while (skip === 0 && at < buffer.length) {
        const next = field(buffer, at)
        if (next === undefined) break
        at = next
      }
      rest = Buffer.from(buffer.subarray(at)) // a copy: the piece is large, this is not
    },
    end() {
      if (rest.length > 0 || skip > 0 || within !== undefined)
        throw new HistoryDamaged('the history ends in a field')
      return { chats, tokens: found.map((token) => ({ ...token, jid: lids.get(token.jid) ?? token.jid })) }
    },
  }
}

function kindOf(number: number): Message['kind'] | undefined {
  if (number === fields.history.conversations) return 'chat'
  return number === fields.history.phoneNumberToLidMappings ? 'mapping' : undefined
}

function tokenOf(values: Map<number, Value>): ChatToken | undefined {
  const { id, token, timestamp, senderTimestamp, lid } = fields.chat
  const jid = textOf(values.get(lid)) ?? textOf(values.get(id))
  const bytes = values.get(token)
  const given = numberOf(values.get(timestamp))
  const sent = numberOf(values.get(senderTimestamp))
  if (!jid || bytes === undefined || !('bytes' in bytes) || bytes.bytes.length === 0 || !given)
    return undefined
  return { jid, token: bytes.bytes, timestamp: given, ...(sent !== undefined && { senderTimestamp: sent }) }
}

function textOf(value: Value | undefined): string | undefined {
  return value !== undefined && 'bytes' in value && value.bytes.length > 0
    ? value.bytes.toString()
    : undefined
}

function numberOf(value: Value | undefined): number | undefined {
  return value !== undefined && 'number' in value ? value.number : undefined
}

function fixedBytes(type: number): number {
  if (type === 1) return 8
  if (type === 5) return 4
  throw new HistoryDamaged(`wire type ${type} is none that a history has`)
}

/** Beyond 2^53 it is not exact: a length of that many bytes is not read, and a time is far below. */
function varint(buffer: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0
  for (let at = start; at < buffer.length; at++) {
    const byte = buffer[at] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * (at - start))
    if (byte < 0x80) return { value, end: at + 1 }
    if (at - start >= mostVarintBytes) throw new HistoryDamaged('a number has no end')
  }
  return undefined
}
