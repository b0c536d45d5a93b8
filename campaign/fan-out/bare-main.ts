/**
 * The bare loop: nothing but Baileys, with its keys in memory. Links itself, uploads the image once, and sends a text
 * and the image to one group after the other, each when the one before is acknowledged. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs'
import { SimulatorClient } from '../../simulator/client.js'
import {
  generateMessageIDV2,
  generateWAMessageContent,
  initAuthCreds,
  makeWASocket,
  type BinaryNode,
  type GroupMetadata,
  type proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  type WASocket,
} from '../../src/whatsapp/baileys.js'
import { silentLogger } from '../../src/whatsapp/silent-logger.js'
import { barePhone, groupJid } from './scene.js'

export type BareResult = { messages: number; wallMs: number; processorMs: number }

const [controlUrl = '', whatsappUrl = '', imageFile = '', first = '0', count = '0'] = process.argv.slice(2)
const creds = initAuthCreds()
const values = new Map<string, unknown>()
const keys = {
  get: <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) => {
    const found: { [id: string]: SignalDataTypeMap[T] } = {}
    for (const id of ids) {
      const value = values.get(`${type} ${id}`)
      if (value !== undefined) found[id] = value as SignalDataTypeMap[T]
    }
    return found
  },
  set: (data: SignalDataSet) => {
    for (const [type, entries] of Object.entries(data))
      for (const [id, value] of Object.entries(entries as Record<string, unknown>))
        if (value === null) values.delete(`${type} ${id}`)
        else values.set(`${type} ${id}`, value)
  },
}
const known = new Map<string, GroupMetadata>()

function connect(): WASocket {
  return makeWASocket({
    auth: { creds, keys },
    waWebSocketUrl: whatsappUrl,
    logger: silentLogger,
    shouldSyncHistoryMessage: () => false,
    emitOwnEvents: false,
    cachedGroupMetadata: async (jid) => known.get(jid),
  })
}

async function link(): Promise<void> {
  const socket = connect()
  await new Promise<void>((resolve, reject) => {
    socket.ev.on('connection.update', ({ qr, connection }) => {
      if (qr !== undefined) new SimulatorClient(controlUrl).scanQr({ account: barePhone, qr }).catch(reject)
      if (connection === 'close') resolve()
    })
  })
}

async function open(): Promise<WASocket> {
  const socket = connect()
  await new Promise<void>((resolve, reject) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'open') resolve()
      if (connection === 'close') reject(lastDisconnect?.error ?? new Error('closed'))
    })
  })
  return socket
}

async function send(socket: WASocket, jid: string, message: proto.IMessage): Promise<void> {
  const messageId = generateMessageIDV2(socket.user?.id)
  const acked = new Promise<void>((resolve, reject) => {
    socket.ws.once(`TAG:${messageId}`, ({ attrs }: BinaryNode) => {
      if (attrs.error === undefined) resolve()
      else reject(new Error(`refused with ${attrs.error}`))
    })
  })
  await socket.relayMessage(jid, message, { messageId })
  await acked
}

async function run(): Promise<BareResult> {
  await link()
  const socket = await open()
  for (const group of Object.values(await socket.groupFetchAllParticipating())) known.set(group.id, group)
  const image = await generateWAMessageContent(
    { image: readFileSync(imageFile), caption: 'The trip', mimetype: 'image/jpeg', jpegThumbnail: '' },
    { upload: socket.waUploadToServer, logger: silentLogger },
  )
  const processor = process.cpuUsage()
  const begunMs = performance.now()
  for (let index = Number(first); index < Number(first) + Number(count); index++) {
    await send(socket, groupJid(index), { conversation: 'Class trip on Friday' })
    await send(socket, groupJid(index), image)
  }
  const wallMs = performance.now() - begunMs
  const { user, system } = process.cpuUsage(processor)
  await socket.end(undefined)
  return { messages: 2 * Number(count), wallMs, processorMs: (user + system) / 1_000 }
}

run().then(
  (result) => {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exit(0)
  },
  (error: unknown) => {
    process.stderr.write(`bare loop: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  },
)
