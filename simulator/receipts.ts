/** What a recipient's phone tells the sender: delivered, or "I can't read it, send it again". */
import { encodeBigEndian, KEY_BUNDLE_TYPE, xmppPreKey, xmppSignedPreKey } from '@whiskeysockets/baileys'
import { isGroup, readerJid } from './jid.js'
import { node, seconds, type BinaryNode } from './node.js'
import type { PhoneKeys } from './phone-keys.js'
import type { Receipt } from './post-office.js'
import type { World } from './world.js'

type Server = { world: World; keysOf: (reader: string) => PhoneKeys }

export const receiptNode = ({ world, keysOf }: Server, receipt: Receipt): BinaryNode => {
  const { account, chat, id, recipient } = receipt
  const [phone = '', device = '0'] = recipient.split(':')
  const jid = readerJid(recipient, world.hasLid(phone))
  const where = isGroup(chat)
    ? { from: chat, participant: jid }
    : // A companion of the sender says in whose chat; a companion of the recipient speaks for itself.
      phone === account
      ? { from: readerJid(recipient, false), recipient: chat }
      : { from: device === '0' ? chat : readerJid(recipient, false) }
  const attrs = { ...where, id, t: seconds() }
  if (receipt.kind === 'delivery') return node('receipt', attrs)
  const keys = keysOf(recipient)
  const preKeyId = () => world.issuePreKeys([recipient]).get(recipient) ?? 1
  return node('receipt', { ...attrs, type: 'retry' }, [
    node('retry', { count: String(receipt.attempt), id, t: seconds(), v: '1' }),
    node('registration', {}, encodeBigEndian(keys.registrationId)),
    // As Baileys and whatsmeow do it: a device that asks again sends its keys along.
    ...(receipt.attempt > 1 ? [keysNode(keys, preKeyId())] : []),
  ])
}

const keysNode = (keys: PhoneKeys, preKeyId: number): BinaryNode =>
  node('keys', {}, [
    node('type', {}, KEY_BUNDLE_TYPE),
    node('identity', {}, keys.identity.public),
    xmppPreKey(keys.preKey(preKeyId), preKeyId),
    xmppSignedPreKey(keys.signedPreKey),
  ])
