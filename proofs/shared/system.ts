import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SimulatorClient, type Endpoints } from '../../simulator/client.js'
import { connectCarillon, type ConnectedClient } from '../../src/client/connect.js'
import { parseConfig } from '../../src/config.js'
import type { Closers } from './closers.js'
import { clearHome } from './fresh-home.js'
import { encryptionKey } from '../../src/stack/encryption-key.js'
import { StackError } from '../../src/stack/errors.js'
import { makeHome } from '../../src/stack/home.js'
import { tryLock } from '../../src/stack/lock.js'
import { freePort } from '../../src/stack/ports.js'
import { startPostgres } from '../../src/stack/postgres/postgres.js'
import type { Progress } from '../../src/stack/progress.js'
import { RecordFile } from '../../src/stack/running-stack.js'
import type { Service } from '../../src/stack/service.js'
import { findTemporalCli } from '../../src/stack/temporal/cli.js'
import { startTemporal } from '../../src/stack/temporal/temporal.js'
import { Journal } from './journal.js'
import { startProgram, type Program } from './program.js'
import { Server } from './server.js'
import { WorkerSlot } from './worker-slot.js'

export const operator = 'campaign'

export type CampaignSystem = {
  client: ConnectedClient
  whatsapp: SimulatorClient
  whatsappProgram: Program
  temporal: Server
  postgres: Server
  workers: WorkerSlot[]
  journal: Journal
  logsDir: string
  /** The settings of every process of Carillon. */
  environment: NodeJS.ProcessEnv
}

/** Everything there is in production, each part a process that can be killed, and a WhatsApp of this machine's own. */
export async function startSystem({
  home: homePath,
  workers: workerCount,
  inspectorPorts = [],
  workerPreload,
  workerProfileDir,
  isTemporalInMemory = false,
  settings = {},
  progress,
  signal,
  closers,
}: {
  home: string
  workers: number
  /** Where Node's inspector listens, one for each worker; without them it does not. */
  inspectorPorts?: number[]
  /** Below dist/: a module that each worker imports before anything else. */
  workerPreload?: string
  /** Where each worker leaves a processor profile of each of its threads when it ends: for Chrome's DevTools. */
  workerProfileDir?: string | undefined
  /** It is faster, and a kill of Temporal loses everything. */
  isTemporalInMemory?: boolean
  /** More settings of every process of Carillon. */
  settings?: NodeJS.ProcessEnv
  progress: Progress
  signal: AbortSignal
  closers: Closers
}): Promise<CampaignSystem> {
  await clearHome(homePath, progress)
  const home = makeHome(homePath)
  const lock = tryLock(home.lockFile)
  if (lock.kind === 'held')
    throw new StackError(
      `A campaign already runs on ${home.path} (process ${lock.by.pid}): use --home <folder>.`,
    )
  const record = new RecordFile(home.recordFile)
  closers.add(async () => {
    record.remove()
    lock.release()
    await Promise.resolve()
  })
  mkdirSync(home.logsDir, { recursive: true })
  const journal = new Journal(join(home.logsDir, 'campaign.log'))
  const onStarted = (service: Service) =>
    record.addChild({ name: service.name, stopSignal: service.stopSignal, ...service.identity })

  const cli = await findTemporalCli({ env: process.env, progress, signal })
  progress.step('Starting Temporal, Postgres, the local WhatsApp and the workers')
  const [temporalPort, postgresPort] = [await freePort(), await freePort()]
  const namespace = 'default'
  const temporal = new Server(
    'Temporal',
    async () => {
      const { service } = await startTemporal({
        cli,
        port: temporalPort,
        dbFile: isTemporalInMemory ? undefined : home.temporalDbFile,
        logFile: join(home.logsDir, 'temporal.log'),
        namespace,
        onStarted,
      })
      return service
    },
    journal,
  )
  let databaseUrl = ''
  const postgres = new Server(
    'Postgres',
    async () => {
      const { url, service } = await startPostgres({ home, port: postgresPort, progress, onStarted })
      databaseUrl = url
      return service
    },
    journal,
  )
  closers.add(async () => await postgres.close())
  closers.add(async () => await temporal.close())
  await Promise.all([temporal.start(), postgres.start()])
  signal.throwIfAborted()

  const whatsapp = startProgram({
    program: 'simulator/main.js',
    args: ['--json'],
    env: {},
    logFile: join(home.logsDir, 'whatsapp.log'),
  })
  closers.add(async () => {
    whatsapp.signal('SIGTERM')
    await whatsapp.exited
  })
  const endpoints = JSON.parse(await whatsapp.line((line) => line.startsWith('{'))) as Endpoints

  const environment = {
    TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
    TEMPORAL_NAMESPACE: namespace,
    DATABASE_URL: databaseUrl,
    CARILLON_OPERATOR: operator,
    CARILLON_HOME: home.path,
    CARILLON_ENCRYPTION_KEY: encryptionKey(home.encryptionKeyFile),
    CARILLON_WHATSAPP_URL: endpoints.whatsappUrl,
    SIMULATOR_TRUST: endpoints.trustFile,
    NODE_EXTRA_CA_CERTS: endpoints.caFile,
    ...settings,
  }
  const workers = Array.from({ length: workerCount }, (_, index) => {
    const name = `worker-${index + 1}`
    const inspectorPort = inspectorPorts[index]
    const inspector =
      inspectorPort === undefined
        ? []
        : [`--inspect=127.0.0.1:${inspectorPort}`, '--inspect-publish-uid=http']
    const profiler =
      workerProfileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(workerProfileDir)}`]
    const preloads = ['simulator/trust.js', ...(workerPreload === undefined ? [] : [workerPreload])]
    const imports = preloads.flatMap((file) => ['--import', new URL(`../../${file}`, import.meta.url).href])
    const launch = () =>
      startProgram({
        program: 'src/worker-main.js',
        nodeArguments: [...inspector, ...profiler, ...imports],
        env: environment,
        logFile: join(home.logsDir, `${name}.log`),
      })
    return new WorkerSlot(name, launch, journal)
  })
  closers.add(async () => {
    await Promise.all(workers.map(async (worker) => await worker.close()))
  })
  await Promise.all(workers.map(async (worker) => await worker.started()))
  signal.throwIfAborted()

  const client = await connectCarillon(parseConfig(environment))
  closers.add(async () => await client.close())
  return {
    client,
    whatsapp: new SimulatorClient(endpoints.controlUrl),
    whatsappProgram: whatsapp,
    temporal,
    postgres,
    workers,
    journal,
    logsDir: home.logsDir,
    environment,
  }
}
