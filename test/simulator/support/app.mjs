// An app in its own process, with nothing of the simulator but the preload and the environment that it prints.
import { makeWASocket, initAuthCreds } from '@whiskeysockets/baileys'
import pino from 'pino'

Object.assign(console, { info: () => undefined })
const [controlUrl, account, group] = process.argv.slice(2)
const values = new Map()
const auth = {
  creds: initAuthCreds(),
  keys: {
    get: (type, ids) =>
      Object.fromEntries(ids.map((id) => [id, values.get(`${type} ${id}`)]).filter(([, v]) => v)),
    set: (data) => {
      for (const [type, entries] of Object.entries(data))
        for (const [id, value] of Object.entries(entries)) values.set(`${type} ${id}`, value ?? undefined)
    },
  },
}

const connect = () =>
  makeWASocket({
    auth,
    waWebSocketUrl: process.env.CARILLON_WHATSAPP_URL,
    logger: pino({ level: 'silent' }),
    shouldSyncHistoryMessage: () => false,
  })
const until = (socket, wanted) =>
  new Promise((resolve) => socket.ev.on('connection.update', (update) => wanted(update) && resolve(update)))

const pairing = connect()
const closed = until(pairing, ({ connection }) => connection === 'close')
const { qr } = await until(pairing, (update) => update.qr)
await fetch(`${controlUrl}/pairing/qr`, { method: 'POST', body: JSON.stringify({ account, qr }) })
await closed
const socket = connect()
await until(socket, ({ connection }) => connection === 'open')
const image = Buffer.from('not a picture, but bytes that must arrive')
await socket.sendMessage(group, { image, caption: 'from afar', jpegThumbnail: '', mimetype: 'image/jpeg' })
await socket.end(undefined)
process.exit(0)
