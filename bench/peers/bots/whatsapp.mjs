/**
 * The accounts of a bot, as people write one: a Baileys socket each, opened once, its credentials and keys in Postgres. No
 * more is shared by the bots, and nothing of it is Carillon's.
 */
import {
  BufferJSON,
  generateMessageIDV2,
  initAuthCreds,
  makeCacheableSignalKeyStore,
  makeWASocket,
} from '@whiskeysockets/baileys'

// libsignal prints private session keys with it.
Object.assign(console, { info: () => undefined })

const ackMs = 20_000
const silent = { level: 'silent', child: () => silent }
for (const level of ['trace', 'debug', 'info', 'warn', 'error']) silent[level] = () => undefined

/**
 * Links each account that is not linked yet, and resolves when all are connected.
 *
 * @param {import('pg').Pool} pool
 * @param {{ phones: string[], whatsappUrl: string, controlUrl: string }} settings `controlUrl` scans the QR codes
 */
export async function openAccounts(pool, { phones, whatsappUrl, controlUrl }) {
  await pool.query(
    `create table if not exists auth_key
       (phone text, type text, id text, value text not null, primary key (phone, type, id))`,
  )
  await pool.query('create table if not exists sent_message (id text primary key, text text not null)')
  const auths = await Promise.all(phones.map((phone) => authOf(pool, phone)))
  for (const [index, auth] of auths.entries())
    if (!auth.state.creds.registered && auth.state.creds.me === undefined)
      await link(auth, { phone: phones[index], whatsappUrl, controlUrl })
  const sockets = await Promise.all(auths.map((auth) => open(auth, whatsappUrl)))
  const byPhone = new Map(phones.map((phone, index) => [phone, sockets[index]]))

  return {
    /** Ends when the server has acknowledged it. */
    async send({ phone, jid, text }) {
      const socket = byPhone.get(phone)
      const messageId = generateMessageIDV2(socket.user?.id)
      const acked = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no ack')), ackMs)
        socket.ws.once(`TAG:${messageId}`, ({ attrs }) => {
          clearTimeout(timer)
          if (attrs.error === undefined) resolve()
          else reject(new Error(`refused with ${attrs.error}`))
        })
      })
      await pool.query('insert into sent_message values ($1, $2)', [messageId, text])
      await Promise.all([socket.sendMessage(jid, { text }, { messageId }), acked])
    },
    async close() {
      await Promise.all(sockets.map((socket) => socket.end(undefined)))
    },
  }
}

async function authOf(pool, phone) {
  const read = async (type, ids) => {
    const { rows } = await pool.query(
      'select id, value from auth_key where phone = $1 and type = $2 and id = any ($3)',
      [phone, type, ids],
    )
    return Object.fromEntries(rows.map(({ id, value }) => [id, JSON.parse(value, BufferJSON.reviver)]))
  }
  const write = async (data) => {
    const entries = Object.entries(data).flatMap(([type, values]) =>
      Object.entries(values).map(([id, value]) => ({ type, id, value })),
    )
    const gone = entries.filter(({ value }) => value === null || value === undefined)
    const kept = entries.filter(({ value }) => value !== null && value !== undefined)
    // One statement each: where it is killed between them, what is used up is gone first.
    if (gone.length > 0)
      await pool.query(
        `delete from auth_key where phone = $1
           and (type, id) in (select * from unnest($2::text[], $3::text[]))`,
        [phone, gone.map(({ type }) => type), gone.map(({ id }) => id)],
      )
    if (kept.length > 0)
      await pool.query(
        `insert into auth_key select $1, * from unnest($2::text[], $3::text[], $4::text[])
         on conflict (phone, type, id) do update set value = excluded.value`,
        [
          phone,
          kept.map(({ type }) => type),
          kept.map(({ id }) => id),
          kept.map(({ value }) => JSON.stringify(value, BufferJSON.replacer)),
        ],
      )
  }
  const creds = (await read('creds', ['own'])).own ?? initAuthCreds()
  const keys = makeCacheableSignalKeyStore({ get: read, set: write }, silent)
  return {
    state: { creds, keys },
    save: async () => await write({ creds: { own: creds } }),
    /** Baileys asks for it where a phone could not read a message: what was sent must outlive the process. */
    getMessage: async ({ id }) => {
      const { rows } = await pool.query('select text from sent_message where id = $1', [id])
      return rows[0] && { extendedTextMessage: { text: rows[0].text } }
    },
  }
}

function connect({ state, save, getMessage }, whatsappUrl, known) {
  const socket = makeWASocket({
    auth: state,
    waWebSocketUrl: whatsappUrl,
    logger: silent,
    shouldSyncHistoryMessage: () => false,
    emitOwnEvents: false,
    getMessage,
    cachedGroupMetadata: async (jid) => known.get(jid),
  })
  socket.ev.on('creds.update', () => void save())
  return socket
}

async function link(auth, { phone, whatsappUrl, controlUrl }) {
  const socket = connect(auth, whatsappUrl, new Map())
  const scan = async (qr) => {
    const body = JSON.stringify({ account: phone, qr })
    const response = await fetch(`${controlUrl}/pairing/qr`, { method: 'POST', body })
    if (!response.ok) throw new Error(`the QR code was not taken: ${await response.text()}`)
  }
  await new Promise((resolve, reject) => {
    socket.ev.on('connection.update', ({ qr, connection }) => {
      if (qr !== undefined) scan(qr).catch(reject)
      if (connection === 'close') resolve()
    })
  })
  await auth.save()
}

async function open(auth, whatsappUrl) {
  const known = new Map()
  const socket = connect(auth, whatsappUrl, known)
  await new Promise((resolve, reject) => {
    socket.ev.on('connection.update', ({ connection, lastDisconnect }) => {
      if (connection === 'open') resolve()
      if (connection === 'close') reject(lastDisconnect?.error ?? new Error('closed'))
    })
  })
  for (const group of Object.values(await socket.groupFetchAllParticipating())) known.set(group.id, group)
  return socket
}
