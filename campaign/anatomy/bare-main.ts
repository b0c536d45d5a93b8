/**
 * A worker of nothing but the bare reminder: Temporal's SDK, and Baileys with its keys in Postgres, as people write such a
 * bot. Links itself, and prints a line when it polls.
 */
import { fileURLToPath } from 'node:url'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { Pool } from 'pg'
import { SimulatorClient } from '../../simulator/client.js'
import {
  BufferJSON,
  generateMessageIDV2,
  initAuthCreds,
  makeWASocket,
  type BinaryNode,
  type GroupMetadata,
  type SignalDataSet,
  type SignalDataTypeMap,
  type WASocket,
} from '../../src/whatsapp/baileys.js'
import { silentLogger } from '../../src/whatsapp/silent-logger.js'

export type BareMessage = { jid: string; text: string }
export type BareActivities = { send(message: BareMessage): Promise<void> }

const [controlUrl = '', whatsappUrl = '', phone = '', databaseUrl = '', address = ''] = process.argv.slice(2)
const pool = new Pool({ connectionString: databaseUrl, max: 10 })
const creds = initAuthCreds()
const keys = {
  async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
    const { rows } = await pool.query<{ id: string; value: string }>(
      'select id, value from bare_auth_key where type = $1 and id = any ($2)',
      [type, ids],
    )
    const found: { [id: string]: SignalDataTypeMap[T] } = {}
    for (const { id, value } of rows)
      found[id] = JSON.parse(value, BufferJSON.reviver) as SignalDataTypeMap[T]
    return found
  },
  async set(data: SignalDataSet) {
    const rows = Object.entries(data).flatMap(([type, entries]) =>
      Object.entries(entries as Record<string, unknown>).map(([id, value]) => ({ type, id, value })),
    )
    await pool.query(
      `insert into bare_auth_key (type, id, value) select * from unnest($1::text[], $2::text[], $3::text[])
       on conflict (type, id) do update set value = excluded.value`,
      [
        rows.map(({ type }) => type),
        rows.map(({ id }) => id),
        rows.map(({ value }) => JSON.stringify(value, BufferJSON.replacer)),
      ],
    )
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
      if (qr !== undefined) new SimulatorClient(controlUrl).scanQr({ account: phone, qr }).catch(reject)
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

async function run(): Promise<void> {
  await pool.query(
    'create table bare_auth_key (type text, id text, value text not null, primary key (type, id))',
  )
  await link()
  const socket = await open()
  for (const group of Object.values(await socket.groupFetchAllParticipating())) known.set(group.id, group)
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const activities: BareActivities = {
    async send({ jid, text }) {
      const messageId = generateMessageIDV2(socket.user?.id)
      const acked = new Promise<void>((resolve, reject) => {
        socket.ws.once(`TAG:${messageId}`, ({ attrs }: BinaryNode) => {
          if (attrs.error === undefined) resolve()
          else reject(new Error(`refused with ${attrs.error}`))
        })
      })
      await socket.relayMessage(jid, { conversation: text }, { messageId })
      await acked
    },
  }
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue: 'bare',
    workflowsPath: fileURLToPath(new URL('bare-workflow.js', import.meta.url)),
    activities,
  })
  process.stdout.write('bare worker polls\n')
  await worker.run()
}

run().catch((error: unknown) => {
  process.stderr.write(`bare worker: ${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
