import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pause } from '../../src/pause.js'
import type { Database } from '../../src/store/database.js'
import { percentile } from '../shared/percentile.js'
import type { EventsOptions } from './options.js'
import { startWatcher, type Watcher } from './watcher.js'

const operator = 'school'
const runId = 'run:school/large@2026-11-24T06:00:00Z'
const settleMs = 3_000
const lookEveryMs = 2_000
const patienceMs = 60_000

type Memory = { rss: number; heapUsed: number; external: number; clients: number }

export type Measured = {
  clients: number
  stuck: number
  seconds: number
  /** Changes that were made, and those that a client was not told of, was told of twice, or out of order. */
  changes: number
  lost: number
  twice: number
  outOfOrder: number
  resets: number
  /** From the change to the client, over all clients. */
  p50Ms: number | null
  p99Ms: number | null
  /** Of a client, in the whole time. */
  progressEvents: number
  sends: number
  /** Connections to Postgres that listen. */
  listeners: number
  /** Of the process that tells, after it was cleaned up: with all clients and nothing told, and at the end. */
  heapMbBefore: number
  heapMbAfter: number
  rssMbBefore: number
  rssMbAfter: number
  /** Clients that are still there: those that read. */
  left: number
}

/** In a database of its own, which is migrated and empty. */
export async function measureEvents(
  { database, databaseUrl, signal }: { database: Database; databaseUrl: string; signal: AbortSignal },
  options: Pick<EventsOptions, 'clients' | 'stuck' | 'seconds' | 'rate'>,
  say: (text: string) => void,
): Promise<Measured> {
  const { clients, stuck, seconds, rate } = options
  const changes = seconds * rate
  await prepare(database, changes)
  const server = fork(fileURLToPath(new URL('server-main.js', import.meta.url)), {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, DATABASE_URL: databaseUrl, EVENTS_OPERATOR: operator, EVENTS_STALL_MS: '5000' },
  })
  try {
    const url = `http://127.0.0.1:${await portOf(server.stdout)}/v1/events`
    const memory = async (): Promise<Memory> => {
      server.send('memory')
      const [said] = (await once(server, 'message', { signal })) as [Memory]
      return said
    }
    const numberOf = ({ until }: Record<string, unknown>): number | undefined =>
      typeof until === 'string' ? Math.round(Date.parse(until) / 1_000) : undefined
    say(`${clients} clients begin to watch, and ${stuck} that read nothing`)
    const watchers: Watcher[] = []
    for (let index = 0; index < clients; index++)
      watchers.push(await startWatcher(url, { isReading: true, numberOf }))
    const others: Watcher[] = []
    for (let index = 0; index < stuck; index++)
      others.push(await startWatcher(url, { isReading: false, numberOf }))
    await pause(settleMs, signal)
    const before = await memory()
    say(`For ${seconds} s ${rate} changes and ${rate} sends a second are made`)
    const startedMs = performance.now()
    let lookedMs = startedMs
    for (let number = 1; number <= changes && !signal.aborted; number++) {
      await change(database, number)
      if (performance.now() - lookedMs > lookEveryMs) {
        const { heapUsed, rss } = await memory()
        say(`${number} of ${changes} changes, heap ${mb(heapUsed)} MB, process ${mb(rss)} MB`)
        lookedMs = performance.now()
      }
      await pause(Math.max(0, startedMs + (1_000 * number) / rate - performance.now()), signal)
    }
    const untilMs = performance.now() + patienceMs
    while (
      watchers.some(({ told }) => told.length < changes) &&
      performance.now() < untilMs &&
      !signal.aborted
    )
      await pause(100, signal)
    await pause(settleMs, signal)
    const after = await memory()
    const delays = watchers.flatMap(({ delaysMs }) => delaysMs)
    const { rows } = await database.query<{ count: number }>(
      `select count(*) as count from pg_stat_activity
       where application_name = 'carillon events' and datname = current_database()`,
    )
    for (const watcher of [...watchers, ...others]) watcher.leave()
    const total = (count: (told: number[]) => number) =>
      watchers.reduce((sum, { told }) => sum + count(told), 0)
    return {
      clients,
      stuck,
      seconds,
      changes,
      lost: total((told) => changes - new Set(told).size),
      twice: total((told) => told.length - new Set(told).size),
      outOfOrder: total((told) => told.filter((number, index) => number < (told[index - 1] ?? 0)).length),
      resets: watchers.reduce((sum, { resets }) => sum + resets, 0),
      p50Ms: percentile(delays, 0.5),
      p99Ms: percentile(delays, 0.99),
      progressEvents: watchers[0]?.progress ?? 0,
      sends: changes,
      listeners: rows[0]?.count ?? -1,
      heapMbBefore: mb(before.heapUsed + before.external),
      heapMbAfter: mb(after.heapUsed + after.external),
      rssMbBefore: mb(before.rss),
      rssMbAfter: mb(after.rss),
      left: after.clients,
    }
  } finally {
    server.kill('SIGKILL')
  }
}

async function prepare(database: Database, sends: number): Promise<void> {
  for (const statement of [
    `insert into operator (id) values ('${operator}') on conflict do nothing`,
    `insert into account (id, operator) values ('office', '${operator}')`,
    `insert into definition (digest, sealed_body) values (repeat('a', 64), '{}')`,
    `insert into reminder (operator, dedupe_key, account_id, digest)
     values ('${operator}', 'large', 'office', repeat('a', 64))`,
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, started_at)
     values ('${runId}', '${operator}', 'large', 'office', repeat('a', 64), now(), 5, 'running', now())`,
    `insert into target (run_id, ordinal, jid) select '${runId}', n, n || '@g.us' from generate_series(1, ${sends}) n`,
    `insert into send (run_id, ordinal, part, message_id)
     select '${runId}', n, 0, 'M' || n from generate_series(1, ${sends}) n`,
  ])
    await database.query(statement)
}

/** One of an account, which is an event, and one of a send, which is progress. */
async function change(database: Database, number: number): Promise<void> {
  await database.query(`update account set state_until = to_timestamp($1) where id = 'office'`, [number])
  await database.query(
    `with sent as (update send set state = 'acked', acked_at = now() where run_id = $1 and ordinal = $2)
     update target set state = 'delivered' where run_id = $1 and ordinal = $2`,
    [runId, number],
  )
}

async function portOf(stdout: NodeJS.ReadableStream | null): Promise<string> {
  if (stdout)
    for await (const line of createInterface({ input: stdout })) return line.replace('listening on ', '')
  throw new Error('the process that tells of events ended before it listened')
}

function mb(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
