import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SimulatorClient, type Endpoints } from '../../simulator/client.js'
import { connectCarillon, type ConnectedClient } from '../../src/client/connect.js'
import { parseConfig } from '../../src/config.js'
import { startChild } from '../shared/child.js'
import type { Closers } from '../shared/closers.js'
import { clearHome } from '../shared/fresh-home.js'
import { StackError } from '../../src/stack/errors.js'
import { makeHome } from '../../src/stack/home.js'
import { tryLock } from '../../src/stack/lock.js'
import type { Progress } from '../../src/stack/progress.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { RecordFile } from '../../src/stack/running-stack.js'
import { Apis, apiServices } from './apis.js'
import { chooseTopologyPorts } from './places.js'
import { Servers } from './servers.js'
import { composeFileWith, environmentOf, freshSecrets, type Setting } from './setting.js'
import { temporalPrograms } from './temporal-programs.js'
import { Workers, workerServices } from './workers.js'

export type TopologySystem = {
  setting: Setting
  servers: Servers
  workers: Workers
  apis: Apis
  /** What the APIs are asked with. */
  token: string
  client: ConnectedClient
  whatsapp: SimulatorClient
  /** Rejects when a part ends by itself. */
  failed: Promise<never>
  /** A file with the environment of a worker and of the command line, to be read by a shell. */
  environmentFile: string
}

/** The services of docker-compose.yml as processes, and a WhatsApp of this machine's own. */
export async function startTopology({
  home: folder,
  progress,
  signal,
  closers,
}: {
  home: string
  progress: Progress
  signal: AbortSignal
  closers: Closers
}): Promise<TopologySystem> {
  const programs = await temporalPrograms({ env: process.env, progress, signal })
  await clearHome(folder, progress)
  const home = makeHome(folder)
  const lock = tryLock(home.lockFile)
  if (lock.kind === 'held')
    throw new StackError(`A topology already runs on ${home.path} (process ${lock.by.pid}).`)
  const record = new RecordFile(home.recordFile)
  closers.add(async () => {
    record.remove()
    lock.release()
    return await Promise.resolve()
  })
  const setting: Setting = {
    root: projectRoot(),
    home,
    ports: await chooseTopologyPorts(),
    progress,
    signal,
    file: composeFileWith(freshSecrets()),
    programs,
    adminUrl: '',
  }
  const servers = new Servers(setting, record)
  closers.add(() => servers.close())
  await servers.start()
  signal.throwIfAborted()

  progress.step('Starting the local WhatsApp, two workers and the API twice')
  mkdirSync(home.logsDir, { recursive: true })
  const simulator = startChild({
    name: 'The local WhatsApp',
    program: new URL('../../simulator/main.js', import.meta.url),
    args: ['--json'],
    env: {},
    logFile: join(home.logsDir, 'whatsapp.log'),
  })
  closers.add(simulator.stop)
  const endpoints = JSON.parse(await simulator.line((line) => line.startsWith('{'))) as Endpoints
  const workers = new Workers(setting, endpoints)
  closers.add(() => workers.close())
  const apis = new Apis(setting)
  closers.add(() => apis.close())
  await Promise.all([
    ...workerServices.map((service) => workers.start(service)),
    ...apiServices.map((service) => apis.start(service)),
  ])
  signal.throwIfAborted()

  const environment = environmentOf(setting, 'carillon')
  const client = await connectCarillon(parseConfig(environment))
  closers.add(async () => await client.close())
  const { secret: token } = await client.tokens.create({ name: 'topology', role: 'owner' })
  return {
    setting,
    servers,
    workers,
    apis,
    token,
    client,
    whatsapp: new SimulatorClient(endpoints.controlUrl),
    failed: Promise.race([servers.failed, workers.failed, apis.failed, simulator.failed]),
    environmentFile: writeEnvironment(setting, endpoints, environment),
  }
}

function writeEnvironment(
  { home, adminUrl }: Setting,
  { whatsappUrl, trustFile, caFile }: Endpoints,
  { PATH: _path, ...environment }: Record<string, string>,
): string {
  const file = join(home.path, 'environment')
  const all = {
    ...environment,
    POSTGRES_ADMIN_URL: adminUrl,
    CARILLON_WHATSAPP_URL: whatsappUrl,
    SIMULATOR_TRUST: trustFile,
    NODE_EXTRA_CA_CERTS: caFile,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}='${value}'\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  return file
}
