import { createServer } from 'node:http'
import { openDatabase, type Database } from '../../src/store/database.js'
import { pause } from '../../src/pause.js'
import { writeEffect } from './effects.js'

/**
 * The queue that the storm is compared with, as such queues are mostly written: a table, a webhook that inserts, and workers that
 * each take the first row that nobody has, by FOR UPDATE SKIP LOCKED. A row whose worker died is taken again after a while. It is
 * the API where it is given a port, and a worker else.
 */

const loops = 8
const idleMs = 50
/** As soon as the other one notices a death. */
const staleSeconds = 11

async function run(): Promise<void> {
  const [databaseUrl = '', port] = process.argv.slice(2)
  const database = openDatabase(databaseUrl, { maxConnections: loops })
  if (port !== undefined) {
    await listen(database, Number(port))
    process.stdout.write('ready\n')
    return
  }
  process.stdout.write('ready\n')
  await Promise.all(Array.from({ length: loops }, async () => await work(database)))
}

export async function createQueue(database: Database): Promise<void> {
  await database.query(
    `create table storm_queue (
       id bigint generated always as identity primary key, update_id bigint unique not null, chat bigint not null,
       status text not null default 'pending', locked_at timestamptz);
     create index storm_queue_pending on storm_queue (id) where status <> 'done'`,
  )
}

async function listen(database: Database, port: number): Promise<void> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const update = JSON.parse(Buffer.concat(chunks).toString()) as Update
      insert(database, update).then(
        () => response.end('{"ok":true}'),
        () => response.writeHead(503).end(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
}

type Update = { update_id: number; message: { chat: { id: number } } }

async function insert(database: Database, { update_id, message }: Update): Promise<void> {
  await database.query(
    `insert into storm_queue (update_id, chat) values ($1, $2) on conflict (update_id) do nothing`,
    [update_id, message.chat.id],
  )
}

async function work(database: Database): Promise<never> {
  for (;;) {
    const { rows } = await database.query<{ id: number; updateId: number; chat: number }>(
      `update storm_queue set status = 'processing', locked_at = now() where id = (
         select id from storm_queue
         where status = 'pending' or (status = 'processing' and locked_at < now() - make_interval(secs => $1))
         order by id limit 1 for update skip locked)
       returning id, update_id as "updateId", chat`,
      [staleSeconds],
    )
    const [row] = rows
    if (!row) {
      await pause(idleMs)
      continue
    }
    await writeEffect(database, row)
    await database.query(`update storm_queue set status = 'done' where id = $1`, [row.id])
  }
}

if (process.argv[1]?.endsWith('queue-main.js') === true)
  run().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`)
    process.exitCode = 1
  })
