import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SimulatorClient, type Endpoints } from '../../simulator/client.js'
import { connectCarillon, type ConnectedClient } from '../../src/client/connect.js'
import { parseConfig } from '../../src/config.js'
import { describeHome } from '../../src/stack/home.js'
import type { Progress } from '../../src/stack/progress.js'
import { startStack, type Stack } from '../../src/stack/stack.js'
import { startChild } from '../shared/child.js'
import type { Closers } from '../shared/closers.js'
import { clearHome } from '../shared/fresh-home.js'

export type DemoSystem = {
  client: ConnectedClient
  whatsapp: SimulatorClient
  stack: Stack
  /** Rejects when a part ends by itself. */
  failed: Promise<never>
  logsDir: string
}

/** Everything there is in production, each part as it is there, and a WhatsApp of this machine's own. */
export async function startSystem({
  home,
  progress,
  signal,
  closers,
}: {
  home: string
  progress: Progress
  signal: AbortSignal
  closers: Closers
}): Promise<DemoSystem> {
  await clearHome(home, progress)
  const { logsDir } = describeHome(home)
  let failStack: (error: Error) => void = () => {}
  const stackFailed = new Promise<never>((_resolve, reject) => {
    failStack = reject
  })
  // Whoever waits for `failed` hears of it; before that it is no unhandled rejection.
  stackFailed.catch(() => undefined)
  const stack = await startStack({ home, env: ownEnvironment(), progress, signal, onFailure: failStack })
  closers.add(stack.close)
  signal.throwIfAborted()

  progress.step('Starting the local WhatsApp and the worker')
  mkdirSync(logsDir, { recursive: true })
  const simulator = startChild({
    name: 'The local WhatsApp',
    program: new URL('../../simulator/main.js', import.meta.url),
    args: ['--json'],
    env: {},
    logFile: join(logsDir, 'whatsapp.log'),
  })
  closers.add(simulator.stop)
  const endpoints = JSON.parse(await simulator.line((line) => line.startsWith('{'))) as Endpoints
  signal.throwIfAborted()

  const worker = startChild({
    name: 'The worker',
    program: new URL('../../src/worker-main.js', import.meta.url),
    nodeArguments: ['--import', new URL('../../simulator/trust.js', import.meta.url).href],
    env: { ...workerEnvironment(stack), ...whatsappEnvironment(endpoints) },
    logFile: join(logsDir, 'worker.log'),
  })
  closers.add(worker.stop)
  await worker.line((line) => line.includes('worker started'))
  signal.throwIfAborted()

  const client = await connectCarillon(parseConfig({ ...workerEnvironment(stack), CARILLON_HOME: home }))
  closers.add(async () => await client.close())
  return {
    client,
    whatsapp: new SimulatorClient(endpoints.controlUrl),
    stack,
    failed: Promise.race([stackFailed, simulator.failed, worker.failed]),
    logsDir,
  }
}

/** The demo never touches a Temporal or Postgres of yours, and takes any free ports. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const {
    TEMPORAL_ADDRESS: _address,
    TEMPORAL_NAMESPACE: _namespace,
    DATABASE_URL: _database,
    CARILLON_ENCRYPTION_KEY: _key,
    ...rest
  } = process.env
  return { ...rest, CARILLON_TEMPORAL_PORT: '0', CARILLON_UI_PORT: '0', CARILLON_POSTGRES_PORT: '0' }
}

function workerEnvironment(stack: Stack): NodeJS.ProcessEnv {
  return {
    TEMPORAL_ADDRESS: stack.temporalAddress,
    TEMPORAL_NAMESPACE: stack.temporalNamespace,
    DATABASE_URL: stack.databaseUrl,
    CARILLON_OPERATOR: 'local',
    ...(stack.encryptionKey !== undefined && { CARILLON_ENCRYPTION_KEY: stack.encryptionKey }),
  }
}

function whatsappEnvironment(endpoints: Endpoints): NodeJS.ProcessEnv {
  return {
    CARILLON_WHATSAPP_URL: endpoints.whatsappUrl,
    SIMULATOR_TRUST: endpoints.trustFile,
    NODE_EXTRA_CA_CERTS: endpoints.caFile,
  }
}
