import type { Config } from '../config.js'
import { say } from '../domain/sentences/say.js'
import { asItStands } from '../domain/sentences/sentence.js'
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
    ? ok('Node', asItStands(version))
    : bad('Node', asItStands(version), say('doctorInstallNode', { version: oldestNode.join('.') }))
}

/** Looks where a Temporal CLI may be, and neither downloads nor builds one. */
export async function checkTemporalCli(config: Config, env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'Temporal CLI'
  if (config.temporalAddress !== undefined) return skipped(name, say('doctorNoCliNeeded'))
  const quick = cliSources.filter((source) => source.isSlow !== true)
  try {
    return ok(name, asItStands(await findTemporalCli({ env, progress: noProgress }, quick)))
  } catch (error) {
    if (env.CARILLON_TEMPORAL_CLI) return bad(name, messageOf(error), say('doctorCorrectCli'))
    return skipped(name, say('doctorNoCliYet'))
  }
}

export async function checkPorts(config: Config, env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'Ports'
  const running = readRunningStack(config.home)
  if (running !== undefined) return ok(name, say('doctorPortsInUse', { pid: running.pid }))
  const needed = [
    ...(config.temporalAddress === undefined ? [temporalPort, uiPort] : []),
    ...(config.databaseUrl === undefined ? [postgresPort] : []),
  ]
  if (needed.length === 0) return skipped(name, say('doctorNoPortsNeeded'))
  try {
    const ports = await choosePorts(needed, env)
    return ok(name, say('doctorPortsFree', { ports: ports.join(', ') }))
  } catch (error) {
    return bad(name, messageOf(error), say('doctorFreePort'))
  }
}
