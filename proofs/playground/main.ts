import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SimulatorClient, type Endpoints } from '../../simulator/client.js'
import { connectCarillon } from '../../src/client/connect.js'
import { parseConfig } from '../../src/config.js'
import { describeHome } from '../../src/stack/home.js'
import { startChild } from '../shared/child.js'
import { startFailure } from '../../src/start/failure.js'
import { furnish } from './furnish.js'
import { playPhones } from './phones.js'

/**
 * `npm start -- --local-whatsapp`: everything that `npm start` starts, with a WhatsApp of this machine's own and a phone that
 * scans by itself, in a folder of its own. Nothing of it reaches anybody.
 */
async function run(): Promise<number> {
  const home = join(parseConfig(process.env).home, 'playground')
  const { logsDir } = describeHome(home)
  mkdirSync(logsDir, { recursive: true })
  const simulator = startChild({
    name: 'The local WhatsApp',
    program: new URL('../../simulator/main.js', import.meta.url),
    args: ['--json', '--state', join(home, 'whatsapp')],
    env: {},
    logFile: join(logsDir, 'whatsapp.log'),
  })
  try {
    const endpoints = JSON.parse(await simulator.line((line) => line.startsWith('{'))) as Endpoints
    const whatsapp = new SimulatorClient(endpoints.controlUrl)
    await furnish(whatsapp)
    const ended = new AbortController()
    const program = startProgram(home, endpoints, () => ended.abort())
    const phones = playPhones({
      whatsapp,
      connect: async () => await connectCarillon(parseConfig({ CARILLON_HOME: home })),
      signal: ended.signal,
    })
    const code = await Promise.race([program, simulator.failed])
    ended.abort()
    await phones
    return code
  } finally {
    await simulator.stop()
  }
}

const followParent = fileURLToPath(new URL('../shared/follow-parent.js', import.meta.url))

/**
 * What it says is for whoever started this. It has a session of its own, is told to stop by this program, which stops what it needs
 * after it, and stops when this is gone.
 */
async function startProgram(
  home: string,
  { whatsappUrl, trustFile, caFile }: Endpoints,
  onStopping: () => void,
): Promise<number> {
  // Of a Temporal, a Postgres and keys of yours it knows nothing.
  const {
    TEMPORAL_ADDRESS: _address,
    TEMPORAL_NAMESPACE: _namespace,
    DATABASE_URL: _database,
    CARILLON_ENCRYPTION_KEY: _key,
    ...rest
  } = process.env
  const trust = new URL('../../simulator/trust.js', import.meta.url)
  const child = spawn(
    process.execPath,
    [
      '--import',
      followParent,
      '--import',
      trust.href,
      fileURLToPath(new URL('../../src/start.js', import.meta.url)),
    ],
    {
      env: {
        ...rest,
        CARILLON_DEMO_PID: String(process.pid),
        CARILLON_HOME: home,
        CARILLON_WHATSAPP_URL: whatsappUrl,
        SIMULATOR_TRUST: trustFile,
        NODE_EXTRA_CA_CERTS: caFile,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      onStopping()
      child.kill(signal)
    })
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`carillon: ${startFailure(error)}\n`)
    process.exit(1)
  },
)
