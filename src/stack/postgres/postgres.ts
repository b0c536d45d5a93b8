import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { connectionTo } from '../../store/connection.js'
import { whyUnreachable } from '../../store/unreachable.js'
import { codeOf, messageOf, StackError } from '../errors.js'
import type { Home } from '../home.js'
import { makeCluster, removeStalePidFile, superuser } from './cluster.js'
import { choosePlace, type PostgresPlace } from './place.js'
import { postgresUser } from './user.js'
import type { Progress } from '../progress.js'
import { secretFile } from '../secret-file.js'
import { startService, waitUntilReady, type Service } from '../service.js'

const database = 'carillon'
const readyMs = 120_000 // a large database recovers from a crash for a minute or so
const stopMs = 30_000

export interface PostgresSettings {
  home: Home
  port: number
  progress: Progress
  /** Hears of the process before it is ready, so that it is on record whatever happens next. */
  onStarted?: (service: Service) => void
  /** False in tests only: a crash of the machine may then lose everything, one of Postgres still nothing. */
  isDurable?: boolean
  /** 100 where not given: enough for the built-in system. */
  maxConnections?: number
  signal?: AbortSignal | undefined
}

export interface RunningPostgres {
  /** Holds the password. */
  url: string
  service: Service
}

/** Starts the embedded Postgres on 127.0.0.1, with its data in the home; makes the data the first time. */
export async function startPostgres(settings: PostgresSettings): Promise<RunningPostgres> {
  const { home, port, progress, signal } = settings
  const user = postgresUser()
  const place = choosePlace(home, user)
  if (place.dataDir !== home.postgresDir)
    progress.note(`Postgres keeps its data in ${place.dataDir}: its user has no way into ${home.path}`)
  const password = secretFile(home.postgresPasswordFile, () => randomBytes(24).toString('hex'))
  await makeCluster(place, password, user)
  removeStalePidFile(place.dataDir)
  signal?.throwIfAborted()

  const logFile = join(home.logsDir, 'postgres.log')
  const service = await startService({
    name: 'Postgres',
    command: join(place.nativeDir, 'bin/postgres'),
    args: serverArgs(place, settings),
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    logFile,
    stopSignal: 'SIGINT', // "fast shutdown": open transactions are rolled back, data is flushed
    stopMs,
    ...user,
  })
  settings.onStarted?.(service)
  try {
    await waitUntilReady(service, () => ensureDatabase(password, settings), {
      timeoutMs: readyMs,
      logFile,
      signal,
    })
  } catch (error) {
    await service.stop()
    throw error
  }
  return { url: urlOf(database, password, port), service }
}

function serverArgs(
  place: PostgresPlace,
  { port, isDurable = true, maxConnections = 100 }: PostgresSettings,
): string[] {
  const parameters = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '', // the default, /tmp, is anybody's
    max_connections: String(maxConnections),
    shared_buffers: '32MB',
    max_wal_size: '256MB',
    jit: 'off', // our statements are small: compiling takes longer than running them
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_statement: 'none',
    log_min_error_statement: 'panic', // a logged statement could carry texts and phone numbers
    log_parameter_max_length_on_error: '0',
    ...(isDurable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return [
    '-D',
    place.dataDir,
    ...Object.entries(parameters).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
}

/** @returns whether the server answers, and has our database by now */
async function ensureDatabase(password: string, { port, home }: PostgresSettings): Promise<boolean> {
  const client = new Client({
    ...connectionTo(urlOf('postgres', password, port)),
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined) // a lost connection also fails the query that waits for it
  try {
    await client.connect()
    const found = await client.query('select 1 from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${database}`)
    return true
  } catch (error) {
    if (isStarting(error)) return false
    throw new StackError(explain(error, home), { cause: error })
  } finally {
    await client.end()
  }
}

/** It may take connections before it has the time to answer them. */
function isStarting(error: unknown): boolean {
  const cannotConnectNow = '57P03'
  return codeOf(error) === cannotConnectNow || whyUnreachable(error) !== undefined
}

function explain(error: unknown, home: Home): string {
  if (codeOf(error) === '28P01')
    return (
      `Postgres refuses the password in ${home.postgresPasswordFile}: it is not the one that its data was made ` +
      `with. Put the old file back; or, to begin with no data, move ${home.path} away.`
    )
  return `Postgres started, but does not answer: ${messageOf(error)}`
}

function urlOf(name: string, password: string, port: number): string {
  // It has no TLS, whatever PGSSLMODE asks of another one.
  return `postgres://${superuser}:${password}@127.0.0.1:${port}/${name}?sslmode=disable`
}
