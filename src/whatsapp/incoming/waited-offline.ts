import { getBinaryNodeChild, type BinaryNode } from '../baileys.js'
import type { Connection } from '../connection.js'

/** Baileys (rc14) asks for so many of the stanzas that waited while the account was offline, once. */
const batch = 100

/**
 * Asks for the rest of them: what is beyond the first batch comes no earlier. WhatsApp Web asks again and again, too
 * (docs/whatsapp/pairing-and-bootstrap.md, section 11).
 */
export function takeAllThatWaited(connection: Connection): void {
  const { socket } = connection
  let waiting = 0
  let taken = 0
  socket.ws.on('CB:ib,,offline_preview', (node: BinaryNode) => {
    waiting = Number(getBinaryNodeChild(node, 'offline_preview')?.attrs.count ?? 0)
    taken = 0
  })
  socket.ws.on('CB:ib,,offline', () => {
    waiting = 0
  })
  const onStanza = ({ attrs }: BinaryNode): void => {
    if (attrs.offline === undefined || waiting === 0) return
    taken += 1
    if (taken % batch !== 0 || taken >= waiting) return
    const content = [{ tag: 'offline_batch', attrs: { count: String(batch) } }]
    connection.inBackground(socket.sendNode({ tag: 'ib', attrs: {}, content }))
  }
  for (const tag of ['message', 'notification', 'receipt', 'call']) socket.ws.on(`CB:${tag}`, onStanza)
}
