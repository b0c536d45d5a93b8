import { Socket } from 'node:net'
import {
  Client,
  Pool,
  types,
  type ClientBase,
  type ClientConfig,
  type CustomTypesConfig,
  type PoolClient,
} from 'pg'
import { connectionsTo } from './connection.js'
import { readIndexSecret } from './encryption/index-secret.js'
import { KeyRing } from './encryption/key-ring.js'
import { Sealing } from './encryption/sealing.js'

/** A pool or a client with a transaction open: what every query function takes. */
export type Queryable = Pick<Pool, 'query'>

export type Database = Pool

// bigint columns here are counters (epochs, tokens) far below 2^53; strings would compare wrongly.
types.setTypeParser(types.builtins.INT8, (text) => Number(text))

/**
 * Whatever is personal is sealed on its way to Postgres and opened on its way back, under the key ring: see `Sealing`.
 *
 * @param ring the keys; without one, what is stored can't be opened, and is stored plain
 * @param maxLifetimeS how old a connection may become: nothing watches the pool where it is given
 * @param onIdleError called when a pooled connection breaks while idle (Postgres restarted); without a listener
 *   that would end the process.
 */
export function openDatabase(
  databaseUrl: string,
  options: {
    ring?: KeyRing
    maxConnections?: number
    maxLifetimeS?: number
    onIdleError?: (error: Error) => void
  } = {},
): Database {
  const sockets = new Set<Socket>()
  const settings = connectionsTo(databaseUrl)
  const sealing = new Sealing(options.ring ?? KeyRing.of(undefined))
  const sealed = sealedClient(sealing)
  // The pool waits for it. Once it is read, all connections know it.
  const onConnect = (client: ClientBase): unknown =>
    sealing.isReady ? undefined : readIndexSecret(client, sealing)
  const pool = new Pool({
    Client: class extends sealed {
      constructor(config?: ClientConfig) {
        super({ ...config, ...settings() })
      }
    },
    onConnect,
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
  Object.assign(pool, { [sealingKey]: sealing })
  return pool
}

const openSockets = new WeakMap<Database, ReadonlySet<Socket>>()
const sealingKey = Symbol('sealing')

function sealingIn(db: object): Sealing | undefined {
  return Reflect.get(db, sealingKey) as Sealing | undefined
}

/** For what stands in front of a pool or a client: it seals and opens as that does. */
export function sealedAs<T extends object>(of: Queryable, front: T): T {
  return Object.assign(front, { [sealingKey]: sealingIn(of) })
}

/** A client of its own, which seals and opens as the pool does. The caller connects it. */
export function clientLike(database: Database, config: ClientConfig): Client {
  const sealing = sealingIn(database)
  if (sealing === undefined) throw notOurs()
  return new (sealedClient(sealing))(config)
}

function sealedClient(sealing: Sealing): typeof Client {
  const types = openingTypes(sealing)
  return class extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, types })
      Object.assign(this, { [sealingKey]: sealing })
      sealParameters(this, sealing)
    }
  }
}

/** What the pool seals and opens with, for what is not a parameter or a column of a statement. */
export async function sealingOf(db: Queryable): Promise<Sealing> {
  const sealing = sealingIn(db)
  if (sealing === undefined) throw notOurs()
  if (!sealing.isReady) await readIndexSecret(db, sealing)
  return sealing
}

/** After it was replaced, or made. */
export async function readSecretAnew(database: Database): Promise<void> {
  const sealing = sealingIn(database)
  if (sealing === undefined) return
  sealing.index = undefined
  await readIndexSecret(database, sealing)
}

function notOurs(): Error {
  return new Error('This connection is not of `openDatabase`: it has no key ring.')
}

function sealParameters(client: Client, sealing: Sealing): void {
  // Looked up at each call, as if it were not in between: others may watch the statements of all clients.
  const query = (...given: unknown[]): unknown =>
    (Reflect.get(Client.prototype, 'query') as (...values: unknown[]) => unknown).apply(client, given)
  const sealed = (values: unknown): unknown => (Array.isArray(values) ? sealing.parameter(values) : values)
  client.query = ((first: unknown, ...rest: unknown[]) => {
    if (typeof first === 'string') return query(first, sealed(rest[0]), ...rest.slice(1))
    const { values } = first as { values?: unknown }
    return query(
      values === undefined ? first : { ...(first as object), values: sealed(values) },
      ...rest.map(sealed),
    )
  }) as Client['query']
}

type Parser = (stored: string) => unknown

/** Reads texts and JSON as `pg` does, once what is sealed in them is opened. */
function openingTypes(sealing: Sealing): CustomTypesConfig {
  const { TEXT, VARCHAR, JSON: json, JSONB: jsonb } = types.builtins
  const parserOf = types.getTypeParser as (id: number, format?: string) => Parser
  const parseJson = parserOf(json)
  const parseTexts = parserOf(textArray)
  const openText: Parser = (stored) => sealing.text(stored)
  const openJson: Parser = (stored) => parseJson(sealing.json(stored))
  const parsers = new Map<number, Parser>([
    [TEXT, openText],
    [VARCHAR, openText],
    [json, openJson],
    [jsonb, openJson],
    [textArray, (stored) => (parseTexts(stored) as (string | null)[]).map((one) => one && sealing.text(one))],
  ])
  return {
    getTypeParser: ((id: number, format = 'text') =>
      (format === 'text' && parsers.get(id)) || parserOf(id, format)) as typeof types.getTypeParser,
  }
}

const textArray = 1009

/**
 * Ends every connection of the pool at once, so that whatever waits for an answer fails now: a connection that was cut
 * off without a word would keep it waiting for ever. The pool itself goes on with new ones.
 */
export function dropConnections(database: Database): void {
  const sealing = sealingIn(database)
  // It may be another Postgres that answers next.
  if (sealing !== undefined) sealing.index = undefined
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

/** For several statements that must see the same moment, and change nothing. */
export async function inSnapshot<T>(
  database: Database,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return await inTransaction(database, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    return await work(client)
  })
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
