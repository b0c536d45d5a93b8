import { Socket } from 'node:net'
import { Client, Pool, types, type ClientConfig, type PoolClient } from 'pg'
import { connectionsTo } from './connection.js'

/** A pool or a client with a transaction open: what every query function takes. */
export type Queryable = Pick<Pool, 'query'>

export type Database = Pool

// bigint columns here are counters (epochs, tokens) far below 2^53; strings would compare wrongly.
types.setTypeParser(types.builtins.INT8, (text) => Number(text))

/**
 * @param maxLifetimeS how old a connection may become: nothing watches the pool where it is given
 * @param onIdleError called when a pooled connection breaks while idle (Postgres restarted); without a listener
 *   that would end the process.
 */
export function openDatabase(
  databaseUrl: string,
  options: { maxConnections?: number; maxLifetimeS?: number; onIdleError?: (error: Error) => void } = {},
): Database {
  const sockets = new Set<Socket>()
  const settings = connectionsTo(databaseUrl)
  const pool = new Pool({
    Client: class extends Client {
      constructor(config?: ClientConfig) {
        super({ ...config, ...settings() })
      }
    },
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    ...(options.maxLifetimeS !== undefined && { maxLifetimeSeconds: options.maxLifetimeS }),
    application_name: 'carillon',
  })
  pool.on('error', (error) => options.onIdleError?.(error))
  openSockets.set(pool, sockets)
  return pool
}

const openSockets = new WeakMap<Database, ReadonlySet<Socket>>()

/**
 * Ends every connection of the pool at once, so that whatever waits for an answer fails now: a connection that was cut
 * off without a word would keep it waiting for ever. The pool itself goes on with new ones.
 */
export function dropConnections(database: Database): void {
  for (const socket of openSockets.get(database) ?? []) socket.destroy()
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function inTransaction<T>(
  database: Database,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await database.connect()
  let broken: Error | undefined
  const onError = (error: Error): void => {
    broken = error
  }
  // Without a listener, a connection that breaks between two statements would end the process.
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** The time by Postgres' clock, which is the same for all workers. */
export async function postgresNowMs(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now')
  return onlyRow(rows, 'clock_timestamp').now.getTime()
}

/** A row that must be there is not: the same statement would not find it on any try. */
export class MissingRow extends Error {
  override name = 'MissingRow'
  constructor(
    readonly of: 'run' | 'row',
    message: string,
  ) {
    super(message)
  }
}

/** The one row a statement must return. @throws MissingRow */
export function onlyRow<T>(rows: T[], what: string): T {
  const [row] = rows
  if (row === undefined) throw new MissingRow('row', `${what}: expected one row, got none`)
  return row
}
