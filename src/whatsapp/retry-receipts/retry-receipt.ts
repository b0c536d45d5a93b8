import {
  getBinaryNodeChild,
  isJidGroup,
  jidDecode,
  jidEncode,
  jidNormalizedUser,
  type AuthenticationCreds,
  type BinaryNode,
  type SignalKeyStore,
} from '../baileys.js'
import { otherJidOf } from '../other-jid.js'
import { isOwnJid } from '../own-id.js'

/** A device could not decrypt a message of ours, and asks for it again. */
export type RetryReceipt = {
  messageId: string
  /** The group, or the person to whom the message went. */
  chat: string
  /** The JID of the device that asks. */
  device: string
  /** How often it has asked for this message, from 1. */
  count: number
}

const longestId = 128
const highestCount = 1_000

/** Undefined where it is none that a device could mean. */
export function readRetryReceipt(
  { attrs, ...node }: BinaryNode,
  creds: Pick<AuthenticationCreds, 'me'>,
): RetryReceipt | undefined {
  const { id, from, participant = from, recipient } = attrs
  const asker = jidDecode(participant)
  if (id === undefined || id.length > longestId || from === undefined || asker?.user === undefined) return
  const device = jidEncode(asker.user, asker.server, asker.device)
  const isOurs = isOwnJid(device, creds)
  // One of our own devices names the person; it asks for messages of others, too, which are not ours to send.
  const chat = isJidGroup(from) === true ? from : isOurs ? recipient : jidNormalizedUser(from)
  if (chat === undefined || (recipient !== undefined && !isOurs)) return
  const count = Number(getBinaryNodeChild({ attrs, ...node }, 'retry')?.attrs.count ?? 1)
  if (!Number.isInteger(count) || count < 1 || count > highestCount) return
  return { messageId: id, chat, device, count }
}

/** A person's JID, or a device's, by number and by LID, as far as Baileys has stored which belong together. */
export async function spellingsOf(keys: SignalKeyStore, jid: string): Promise<[string, ...string[]]> {
  const other = await otherJidOf(keys, jid)
  return other === undefined ? [jid] : [jid, other]
}
