import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { codeOf, StackError } from './errors.js'
import { portHolder } from './port-holder.js'

const highestPort = 65_535
/**
 * Where any port is taken from. Linux gives outgoing connections the ports from 32768 on, macOS from 49152 on: a port
 * among those is another's before the service that was to listen there has started.
 */
const anyPortFrom = { first: 20_000, count: 12_000 }
const anyPortTries = 100

export interface PortSetting {
  /** The name of what listens there, for the reader. */
  what: string
  /** The environment variable that changes it. */
  variable: string
  defaultPort: number
}

export const temporalPort: PortSetting = {
  what: 'Temporal',
  variable: 'CARILLON_TEMPORAL_PORT',
  defaultPort: 7233,
}
export const uiPort: PortSetting = {
  what: "Temporal's Web UI",
  variable: 'CARILLON_UI_PORT',
  defaultPort: 8233,
}
export const postgresPort: PortSetting = {
  what: 'Postgres',
  variable: 'CARILLON_POSTGRES_PORT',
  defaultPort: 5433,
}

/**
 * A port for each setting, free on 127.0.0.1 at this moment; `0` in the environment means any.
 * @throws StackError that names every bad variable, every taken port and who has it
 */
export async function choosePorts(settings: PortSetting[], env: NodeJS.ProcessEnv): Promise<number[]> {
  const probes = await Promise.all(settings.map((setting) => probe(setting, env)))
  // All are held until the last is known, so that no two get the same.
  await Promise.all(probes.flatMap((result) => (result.server ? [close(result.server)] : [])))
  const problems = probes.flatMap((result) => result.problem ?? [])
  if (problems.length > 0) throw new StackError(problems.join('\n'))
  return probes.map((result) => result.port)
}

/** Any port that is free on 127.0.0.1 at this moment. */
export async function freePort(): Promise<number> {
  const { port, server } = await listenAnywhere()
  await close(server)
  return port
}

interface Probe {
  port: number
  server?: Server
  problem?: string
}

async function probe(setting: PortSetting, env: NodeJS.ProcessEnv): Promise<Probe> {
  const text = env[setting.variable] ?? String(setting.defaultPort)
  const wanted = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(wanted <= highestPort)) {
    const problem = `${setting.variable}: expected a port from 0 (any free one) to ${highestPort}, got '${text}'`
    return { port: wanted, problem }
  }
  try {
    if (wanted === 0) return await listenAnywhere()
    return { port: wanted, server: await listen(wanted) }
  } catch (error) {
    return { port: wanted, problem: explain(setting, wanted, error) }
  }
}

function explain(setting: PortSetting, port: number, error: unknown): string {
  const change = `Set ${setting.variable} to another port, or to 0 for any free one.`
  if (codeOf(error) !== 'EADDRINUSE')
    return `${setting.what}: port ${port} can't be used: ${String(error)}. ${change}`
  const holder = portHolder(port)
  return `${setting.what}: port ${port} is in use${holder ? ` by ${holder}` : ''}. ${change}`
}

async function listenAnywhere(): Promise<{ port: number; server: Server }> {
  for (let triesLeft = anyPortTries; ; triesLeft--) {
    const port = anyPortFrom.first + randomInt(anyPortFrom.count)
    try {
      return { port, server: await listen(port) }
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || triesLeft === 0) throw error
    }
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
