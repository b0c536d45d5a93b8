import { Connection } from '@temporalio/client'
import { isSecret } from '../../settings/secret-files.js'
import type { TemporalSecurity } from '../../settings/temporal-connection.js'
import { connectTemporal } from './connect.js'
import { ensureSearchAttributes, searchAttributeFlags } from './search-attributes.js'
import { startService, waitUntilReady, type Service } from '../service.js'

const readyMs = 120_000
const stopMs = 20_000
const connectMs = 10_000
const healthServing = 1 // grpc.health.v1.HealthCheckResponse

export interface TemporalSettings {
  /** Of the Temporal CLI. */
  cli: string
  port: number
  /** Without one, no Web UI. */
  uiPort?: number | undefined
  /** What the Web UI has payloads opened by, as a URL; whoever looks may set another one there. */
  codecEndpoint?: string | undefined
  /** Without one, everything is in memory, and gone with the process. */
  dbFile?: string | undefined
  logFile: string
  namespace: string
  /** Hears of the process before it is ready, so that it is on record whatever happens next. */
  onStarted?: (service: Service) => void
  signal?: AbortSignal | undefined
}

export interface RunningTemporal {
  address: string
  webUiUrl?: string
  service: Service
}

/** Starts Temporal's dev server on 127.0.0.1, and waits until it has our namespace and search attributes. */
export async function startTemporal(settings: TemporalSettings): Promise<RunningTemporal> {
  const { cli, port, uiPort, logFile, namespace, signal } = settings
  const address = `127.0.0.1:${port}`
  const service = await startService({
    name: 'Temporal',
    command: cli,
    args: serverArgs(settings),
    env: withoutOurSettings(process.env),
    logFile,
    stopSignal: 'SIGTERM',
    stopMs,
  })
  settings.onStarted?.(service)
  try {
    await waitUntilReady(service, () => isReady(address, namespace), { timeoutMs: readyMs, logFile, signal })
    await prepareNamespace({ address }, namespace)
  } catch (error) {
    await service.stop()
    throw error
  }
  return { address, service, ...(uiPort === undefined ? {} : { webUiUrl: `http://127.0.0.1:${uiPort}` }) }
}

/** Connects to a server, ours or not, and makes sure that it has what workflows need. */
export async function prepareNamespace(
  { address, ...security }: { address: string } & TemporalSecurity,
  namespace: string,
): Promise<void> {
  const connection = await connectTemporal(address, { security, timeoutMs: connectMs })
  try {
    await ensureSearchAttributes(connection, namespace)
  } finally {
    await connection.close()
  }
}

function serverArgs({ port, uiPort, codecEndpoint, dbFile, namespace }: TemporalSettings): string[] {
  const surface =
    uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']
  const codec =
    uiPort === undefined || codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]
  // Two to three times the throughput of SQLite's defaults. A crash of the machine may lose the last
  // transactions, but corrupts nothing.
  const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL']
  // The default of 10 makes concurrent `define`s of one key wait and try again.
  const limits = ['--dynamic-config-value', 'history.maxInFlightUpdates=100']
  // All that the server does takes turns at one connection to SQLite. The default of 512 puts 512 timers of one instant
  // in front of each request (decision 0049).
  const timers = ['--dynamic-config-value', 'history.timerProcessorSchedulerWorkerCount=2']
  // Tasks that are done stay in the server's queues until these are written down, each 30 s by default, and all of them are gone
  // over whenever new ones come (decision 0061).
  const queues = ['transfer', 'timer', 'visibility', 'outbound'].flatMap((queue) => [
    '--dynamic-config-value',
    `history.${queue}ProcessorUpdateAckInterval="2s"`,
  ])
  // A worker that hangs or is cut off still has its polls here, and every task given to one of them is lost until it
  // times out. The server asks whether the worker is there, and forgets its polls when it is not (decision 0012).
  const presence = [
    ['--dynamic-config-value', 'frontend.keepAliveTime="2s"'],
    ['--dynamic-config-value', 'frontend.keepAliveTimeout="3s"'],
  ].flat()
  return [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--namespace',
    namespace,
  ].concat(
    surface,
    codec,
    dbFile === undefined ? [] : ['--db-filename', dbFile, ...pragmas],
    searchAttributeFlags(),
    limits,
    timers,
    queues,
    presence,
    ['--log-level', 'warn', '--log-format', 'json'],
  )
}

async function isReady(address: string, namespace: string): Promise<boolean> {
  // Without the SDK's retries, which back off for seconds: we ask again at once.
  const connection = Connection.lazy({ address, interceptors: [] })
  try {
    const health = await connection.healthService.check({
      service: 'temporal.api.workflowservice.v1.WorkflowService',
    })
    const status: number = health.status
    if (status !== healthServing) return false
    await connection.workflowService.describeNamespace({ namespace })
    return true
  } catch (error) {
    if (error instanceof Error) return false // not yet; whoever waits has a deadline and the log
    throw error
  } finally {
    await connection.close()
  }
}

/** The CLI would take an address, a namespace or a profile of ours for its own; and no secret of ours is any of its business. */
function withoutOurSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_') && !isSecret(name)),
  )
}
