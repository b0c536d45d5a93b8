import { SimulatorClient } from '../../simulator/client.js'
import {
  generateMessageIDV2,
  makeWASocket,
  type AuthenticationState,
  type BinaryNode,
  type GroupMetadata,
  type proto,
  type WASocket,
} from '../../src/whatsapp/baileys.js'
import { silentLogger } from '../../src/whatsapp/silent-logger.js'

export type BareSocket = {
  socket: WASocket
  /** Ends when it is acknowledged. */
  send: (jid: string, message: proto.IMessage) => Promise<void>
}

/** Nothing but Baileys, as people write a bot: linked anew by QR, its groups read once. */
export async function openBareSocket({
  auth,
  controlUrl,
  whatsappUrl,
  phone,
}: {
  auth: AuthenticationState
  /** Of the local WhatsApp, which scans the QR. */
  controlUrl: string
  whatsappUrl: string
  phone: string
}): Promise<BareSocket> {
  const known = new Map<string, GroupMetadata>()
  const connect = () =>
    makeWASocket({
      auth,
      waWebSocketUrl: whatsappUrl,
      logger: silentLogger,
      shouldSyncHistoryMessage: () => false,
      emitOwnEvents: false,
      cachedGroupMetadata: async (jid) => known.get(jid),
    })

  const linking = connect()
  await new Promise<void>((resolve, reject) => {
    linking.ev.on('connection.update', ({ qr, connection }) => {
      if (qr !== undefined) new SimulatorClient(controlUrl).scanQr({ account: phone, qr }).catch(reject)
      if (connection === 'close') resolve()
    })
  })
  const socket = connect()
  await new Promise<void>((resolve, reject) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'open') resolve()
      if (connection === 'close') reject(lastDisconnect?.error ?? new Error('closed'))
    })
  })
  for (const group of Object.values(await socket.groupFetchAllParticipating())) known.set(group.id, group)

  return {
    socket,
    async send(jid, message) {
      const messageId = generateMessageIDV2(socket.user?.id)
      const acked = new Promise<void>((resolve, reject) => {
        socket.ws.once(`TAG:${messageId}`, ({ attrs }: BinaryNode) => {
          if (attrs.error === undefined) resolve()
          else reject(new Error(`refused with ${attrs.error}`))
        })
      })
      await socket.relayMessage(jid, message, { messageId })
      await acked
    },
  }
}
