import type { Config } from '../config.js'
import { choosePorts, postgresPort, temporalPort, uiPort } from '../stack/ports.js'
import { noProgress } from '../stack/progress.js'
import { readRunningStack } from '../stack/running-stack.js'
import { cliSources, findTemporalCli } from '../stack/temporal/cli.js'
import { bad, messageOf, ok, skipped, type Check } from './check.js'

const oldestNode = [20, 3] as const

export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  return isNew
    ? ok('Node', version)
    : bad('Node', version, `install Node ${oldestNode.join('.')} or newer (https://nodejs.org)`)
}

/** Looks where a Temporal CLI may be, and neither downloads nor builds one. */
export async function checkTemporalCli(config: Config, env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'Temporal CLI'
  if (config.temporalAddress !== undefined) return skipped(name, 'not needed: TEMPORAL_ADDRESS is set')
  const quick = cliSources.filter((source) => source.isSlow !== true)
  try {
    return ok(name, await findTemporalCli({ env, progress: noProgress }, quick))
  } catch (error) {
    if (env.CARILLON_TEMPORAL_CLI)
      return bad(name, messageOf(error), 'correct or unset CARILLON_TEMPORAL_CLI')
    return skipped(
      name,
      'none here yet: `npm start` downloads one, or builds it with Go (that takes minutes)',
    )
  }
}

export async function checkPorts(config: Config, env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'Ports'
  const running = readRunningStack(config.home)
  if (running !== undefined) return ok(name, `in use by this Carillon (process ${running.pid})`)
  const needed = [
    ...(config.temporalAddress === undefined ? [temporalPort, uiPort] : []),
    ...(config.databaseUrl === undefined ? [postgresPort] : []),
  ]
  if (needed.length === 0) return skipped(name, 'not needed: TEMPORAL_ADDRESS and DATABASE_URL are set')
  try {
    const ports = await choosePorts(needed, env)
    return ok(name, `free: ${ports.join(', ')}`)
  } catch (error) {
    return bad(name, messageOf(error), 'free the port, or choose another one with the variable')
  }
}
