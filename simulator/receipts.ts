/** What a recipient's phone tells the sender: delivered, or "I can't read it, send it again". */
import { encodeBigEndian } from '@whiskeysockets/baileys'
import { isGroup, lidJid } from './jid.js'
import { node, seconds, type BinaryNode } from './node.js'
import type { PhoneKeys } from './phone-keys.js'
import type { Receipt } from './post-office.js'

export const receiptNode = (receipt: Receipt, keysOf: (phone: string) => PhoneKeys): BinaryNode => {
  const { chat, id, recipient } = receipt
  const attrs = { from: chat, id, t: seconds(), ...(isGroup(chat) && { participant: lidJid(recipient) }) }
  if (receipt.kind === 'delivery') return node('receipt', attrs)
  return node('receipt', { ...attrs, type: 'retry' }, [
    node('retry', { count: String(receipt.attempt), id, t: seconds(), v: '1' }),
    node('registration', {}, encodeBigEndian(keysOf(recipient).registrationId)),
  ])
}
