/**
 * A worker of nothing but the bare reminder: Temporal's SDK, and Baileys with its keys in Postgres, as people write such a
 * bot. Links itself, and prints a line when it polls.
 */
import { fileURLToPath } from 'node:url'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { Pool } from 'pg'
import {
  BufferJSON,
  initAuthCreds,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '../../src/whatsapp/baileys.js'
import { openBareSocket } from '../shared/bare-socket.js'
import { barePhone } from '../shared/one-account.js'

export type BareMessage = { jid: string; text: string }
export type BareActivities = { send(message: BareMessage): Promise<void> }

const [controlUrl = '', whatsappUrl = '', databaseUrl = '', address = ''] = process.argv.slice(2)
const pool = new Pool({ connectionString: databaseUrl, max: 10 })
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
async function run(): Promise<void> {
  await pool.query(
    'create table bare_auth_key (type text, id text, value text not null, primary key (type, id))',
  )
  const auth = { creds: initAuthCreds(), keys }
  const { send } = await openBareSocket({ auth, controlUrl, whatsappUrl, phone: barePhone })
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const activities: BareActivities = {
    send: async ({ jid, text }) => await send(jid, { conversation: text }),
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
