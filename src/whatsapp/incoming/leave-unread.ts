import {
  areJidsSameUser,
  isJidBroadcast,
  isJidGroup,
  isJidNewsletter,
  type BinaryNode,
  type WASocket,
} from '../baileys.js'
import type { Connection } from '../connection.js'
import { beforeBaileys } from './before-baileys.js'
import { ownChats } from './own-chats.js'

/**
 * Nothing that comes in is shown to anybody, so what is of no use for sending is acknowledged as ever and not decrypted:
 * to decrypt is a signature or a session, and rows of keys, for each message (docs/decisions/0052). Left to Baileys are
 * messages of people, which may begin the session in which they are written to, and what the own phone tells this device.
 */
export function leaveUnread(connection: Connection): void {
  const { socket } = connection
  const chats = ownChats(connection)

  beforeBaileys(connection, 'CB:message', async (node, pass) => {
    const { from, category } = node.attrs
    if (isJidBroadcast(from ?? '') === true || isJidNewsletter(from ?? '') === true)
      await socket.sendMessageAck(node)
    else if (isJidGroup(from ?? '') === true) await sayDelivered(socket, node)
    else if (category !== 'peer' && node.attrs.recipient !== undefined && isOwn(socket, from)) {
      if (chats.isToBeRead(from ?? '')) {
        await pass()
        await chats.wasRead(from ?? '')
      } else await sayDelivered(socket, node)
    } else await pass()
  })

  // Of settings that changed on the phone nothing is used. Baileys asks for them inside the account's transaction, in
  // which messages are sent, for as long as WhatsApp takes to answer.
  beforeBaileys(connection, 'CB:notification', async (node, pass) => {
    const { from, type } = node.attrs
    if (type === 'server_sync' || isJidNewsletter(from ?? '') === true) await socket.sendMessageAck(node)
    else await pass()
  })
}

function isOwn({ authState }: WASocket, jid: string | undefined): boolean {
  const { me } = authState.creds
  return areJidsSameUser(jid, me?.id) || areJidsSameUser(jid, me?.lid)
}

/** The receipt that Baileys sends for a message that it could read. */
async function sayDelivered(socket: WASocket, { attrs }: BinaryNode): Promise<void> {
  const { id = '', from = '', participant, recipient } = attrs
  const type = isOwn(socket, participant ?? from) ? 'sender' : 'inactive'
  await socket.sendNode({
    tag: 'receipt',
    attrs: { id, to: from, type, ...(participant && { participant }), ...(recipient && { recipient }) },
  })
}
