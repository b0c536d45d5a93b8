import { hostname } from 'node:os'
import { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { Config } from './config.js'
import { keyRingOf } from './client/encryption-key.js'
import { createPayloadCodec } from './codec/payload-codec.js'
import { startTaskWorkers, type TaskWorkers } from './worker/task-workers.js'
import type { Logger } from './logging.js'
import { startMetrics } from './observe/metrics.js'
import { installRuntime } from './observe/runtime.js'
import { startTracing } from './observe/tracing.js'
import { ensureSchedules } from './schedules.js'
import { dropConnections, openDatabase, type Database } from './store/database.js'
import { adoptEncryptionKey } from './store/encryption/encryption-check.js'
import { beginAnewFromPostgres } from './worker/lost-key.js'
import { untilPostgresIsBack, untilPostgresIsLost, type Loss } from './worker/postgres-watch.js'
import { migrate } from './store/migrate.js'
import type { KeyRingEvents } from './settings/key-ring-file.js'
import type { KeyRing } from './store/encryption/key-ring.js'
import { temporalTrouble, troubleText } from './settings/temporal-trouble.js'
import { StackError } from './stack/errors.js'
import { prepareTelegram } from './telegram/telegram.js'
import { resumeRotation } from './key-rotation/start.js'
import { hideNumbers } from './store/rotation/hide-numbers.js'
import { resumeWebhookRelay } from './webhooks/relay.js'
import { webVersions } from './whatsapp/web-version.js'
import { watchZoneData } from './worker/zone-data-watch.js'

export type WorkerSettings = Omit<Config, 'temporalAddress' | 'databaseUrl'> & {
  temporalAddress: string
  databaseUrl: string
}

export type RunningWorker = {
  /** Settles when the worker has stopped: rejects when it broke. */
  stopped: Promise<void>
  /** Stops taking work, lets what is in flight end, hands the sessions over and closes what was opened, in reverse. */
  stop(): Promise<void>
}

// A part in flight gets this long to be acknowledged when its process stops; longer is left to the ledger.
const shutdownForceMs = 40_000

/**
 * Builds the dependencies and polls: the workflows, the sessions, and each account whose session lands here. While
 * Postgres is out of reach it takes no work, since it could not do it, and other workers may.
 */
export async function startWorker(settings: WorkerSettings, logger: Logger): Promise<RunningWorker> {
  const opened: Close[] = []
  try {
    return await begin(settings, logger, opened)
  } catch (error) {
    // What listens would keep the process of a worker that could not start.
    await closeAll(opened).catch((trouble: unknown) =>
      logger.warn({ error: trouble }, 'not closed after a start that failed'),
    )
    throw error
  }
}

type Close = () => Promise<unknown>

/** In reverse, and each of them whatever becomes of the others. */
async function closeAll(opened: Close[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of opened.toReversed())
    await close().catch((error: unknown) => {
      failures.push(error)
    })
  if (failures.length > 0) throw failures[0]
}

/** @param opened what is to be closed once it has stopped, or could not start */
async function begin(settings: WorkerSettings, logger: Logger, opened: Close[]): Promise<RunningWorker> {
  const sdk = await installRuntime(logger, settings.metricsPort !== undefined)
  const { databaseUrl } = settings
  const ring = keyRingOf(settings, ringEvents(logger))
  const database = openDatabase(databaseUrl, {
    ring,
    maxConnections: 20,
    onIdleError: (error) => logger.warn({ error }, 'a connection to Postgres was lost'),
  })
  opened.push(async () => await database.end())
  const isKeyAccepted = await prepareDatabase(database, { ring, accepted: settings.acceptedKey }, logger)
  const { metricsPort: port, metricsAddress: address } = settings
  const tracing = startTracing({
    enabled: settings.traces,
    serviceName: 'carillon-worker',
    onTrouble: (trouble) => logger.warn({ trouble }, 'traces are not exported'),
  })
  opened.push(async () => await tracing.stop())
  const metrics = await startMetrics({ port, address, database, sdk, logger })
  opened.push(async () => await metrics.stop())
  const connection = await connectTemporal(settings)
  opened.push(async () => await connection.close())
  const payloadCodecs = [createPayloadCodec(ring)]
  const temporal = new Client({
    connection,
    namespace: settings.temporalNamespace,
    dataConverter: { payloadCodecs },
  })
  if (isKeyAccepted) await beginAnewFromPostgres({ temporal, database, ring }, logger)
  await resumeWebhookRelay(temporal, database)
  await resumeRotation(temporal, database)
  await ensureSchedules(temporal, settings)
  const telegram = await prepareTelegram({ settings, temporal, database, ring })
  const owner = `${hostname()}:${process.pid}`
  const versions = webVersions({ pinned: settings.whatsappVersion, url: settings.whatsappUrl })
  const start = async (): Promise<TaskWorkers> =>
    await startTaskWorkers({
      common: {
        connection,
        namespace: settings.temporalNamespace,
        dataConverter: { payloadCodecs },
        // Far below the heartbeat timeout: a cancellation reaches an activity with the answer to its heartbeat.
        maxHeartbeatThrottleInterval: 1_000,
        shutdownForceTime: shutdownForceMs,
        interceptors: tracing.worker.interceptors,
      },
      temporal,
      database,
      ring,
      telegram,
      owner,
      sinks: tracing.worker.sinks,
      whatsappUrl: settings.whatsappUrl,
      versions,
      deviceName: settings.deviceName,
      maxSessions: settings.maxSessions,
      maxCachedWorkflows: settings.maxCachedWorkflows,
      retentionDays: settings.retentionDays,
      receiptsDays: settings.receiptsDays,
      logger,
    })

  const stopping = new AbortController()
  let taskWorkers = await start()
  const zonesWatched = watchZoneData({ database, owner, logger }, stopping.signal)

  /** Resolves when the workers are to be replaced; false when they are not, since the worker stops. */
  async function serve(): Promise<boolean> {
    const watching = new AbortController()
    const unwatch = (): void => watching.abort()
    stopping.signal.addEventListener('abort', unwatch)
    const lost = untilPostgresIsLost(databaseUrl, watching.signal)
    if (stopping.signal.aborted) taskWorkers.stop()
    try {
      const loss = await Promise.race([taskWorkers.ended, lost])
      if (stopping.signal.aborted) {
        await taskWorkers.ended
        return false
      }
      logger.warn({ why: loss?.kind }, lossText(loss ?? { kind: 'silent' }))
      taskWorkers.stepBack()
      dropConnections(database)
      await taskWorkers.ended
      return true
    } finally {
      unwatch()
      stopping.signal.removeEventListener('abort', unwatch)
    }
  }

  const stopped = (async () => {
    try {
      while (await serve()) {
        await untilPostgresIsBack(databaseUrl, stopping.signal)
        if (stopping.signal.aborted) return
        // Opened while it stepped back, perhaps to the server that it has left.
        dropConnections(database)
        logger.info('Postgres is back: this worker goes on')
        taskWorkers = await start()
      }
    } finally {
      stopping.abort()
      await zonesWatched
      await closeAll(opened)
    }
  })()
  return {
    stopped,
    async stop() {
      stopping.abort()
      taskWorkers.stop()
      await stopped
    },
  }
}

async function connectTemporal({
  temporalAddress: address,
  temporalSecurity,
}: WorkerSettings): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ ...temporalSecurity, address })
  } catch (error) {
    throw new StackError(troubleText(await temporalTrouble(address, temporalSecurity, error)), {
      cause: error,
    })
  }
}

/**
 * Its tables, and whether this worker has the key to what is in them.
 * @returns whether another key was accepted in the place of one that is lost, by this worker or by one before
 */
async function prepareDatabase(
  database: Database,
  key: { ring: KeyRing; accepted: string | undefined },
  logger: Logger,
): Promise<boolean> {
  await migrate(database)
  const isReplaced = await adoptEncryptionKey(database, key)
  if (isReplaced)
    logger.warn('another encryption key is in use: what the one before encrypted stays unreadable')
  const hidden = await hideNumbers(database)
  if (hidden !== undefined) logger.info({ rows: hidden }, 'numbers that were stored in clear have aliases')
  // One that dies before it is done leaves the rest to the next one.
  return isReplaced || (key.accepted !== undefined && key.accepted === key.ring.current)
}

function ringEvents(logger: Logger): KeyRingEvents {
  return {
    onChange: (keys) =>
      logger.info({ current: keys[0]?.id, keys: keys.map(({ id }) => id) }, 'the key ring was read again'),
    onTrouble: ({ message }) =>
      logger.error({ why: message }, 'the key ring cannot be read: this process keeps the keys that it has'),
  }
}

function lossText(loss: Loss): string {
  switch (loss.kind) {
    case 'silent':
      return 'Postgres is out of reach: this worker steps back'
    case 'readOnly':
      return loss.isStandby
        ? 'Postgres is a standby and takes no writes: this worker steps back until DATABASE_URL leads to the primary'
        : 'Postgres takes no writes (default_transaction_read_only): this worker steps back until it does'
    case 'moved':
      return 'DATABASE_URL leads to another Postgres than before: this worker leaves the old one'
  }
}
