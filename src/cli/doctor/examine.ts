import { keyRingOf } from '../../client/encryption-key.js'
import { findAddresses, type Addresses } from '../../client/connect.js'
import { CarillonError } from '../../client/errors.js'
import { ConfigError, parseConfig, type Config } from '../../config.js'
import { say } from '../../domain/sentences/say.js'
import { postgresNowMs, type Database } from '../../store/database.js'
import type { KeyRing } from '../../store/encryption/key-ring.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type CommandContext } from '../io.js'
import { version } from '../../api/version.js'
import { printable } from '../../words/printable.js'
import { checkAccounts } from '../../doctor/accounts.js'
import { checkBots } from '../../doctor/bots.js'
import { bad, checked, messageOf, ok, type Check } from '../../doctor/check.js'
import { checkClock } from '../../doctor/clock.js'
import { checkEncryptionKey, checkStoredKey } from '../../doctor/encryption.js'
import { checkGroups } from '../../doctor/groups.js'
import { checkLockQueues } from '../../doctor/lock-queue.js'
import { checkNode, checkPorts, checkTemporalCli } from '../../doctor/machine.js'
import { checkPostgres } from '../../doctor/postgres.js'
import { checkReceipts } from '../../doctor/receipts.js'
import { checkReconciled } from '../../doctor/reconcile.js'
import { checkTemporal } from '../../doctor/temporal.js'
import { checkWebhooks } from '../../doctor/webhooks.js'
import { checkWorkflows } from '../../doctor/workflows.js'
import { checkZoneData, checkZoneDataOfWorkers } from '../../doctor/zone-data.js'

/** Every check in the order in which things must be right; the exit code tells whether all are. */
export async function examine(context: CommandContext): Promise<ExitCode> {
  const { io, isJson } = context
  const checks: Check[] = []
  const add = (found: Check[]) => {
    checks.push(...found)
    if (!isJson) for (const check of found) io.out(lineOf(context, check))
  }
  add([checkNode(), checkZoneData()])
  const config = readConfig(io.env, add)
  if (config?.remote !== undefined) add(await checkApi(context, config.remote))
  else if (config !== undefined) await examineSystem({ config, env: io.env, now: io.now(), add })
  const isGood = checks.every(({ state }) => state === 'ok' || state === 'skipped')
  if (isJson) printJson(context, { ok: isGood, checks })
  else io.out(`\n${isGood ? 'All is well.' : sumOf(checks)}`)
  return isGood ? exitCodes.ok : exitCodes.failure
}

function sumOf(checks: Check[]): string {
  const count = (wanted: Check['state']) => checks.filter(({ state }) => state === wanted).length
  const [bads, unknowns] = [count('bad'), count('unknown')]
  return [
    ...(bads > 0 ? [`${bads} to see to.`] : []),
    ...(unknowns > 0 ? [`${unknowns} could not be looked at, so nobody knows whether all is well.`] : []),
  ].join(' ')
}

function readConfig(env: NodeJS.ProcessEnv, add: (checks: Check[]) => void): Config | undefined {
  try {
    const config = parseConfig(env)
    const found =
      config.remote === undefined
        ? say('doctorSettings', { operator: config.operator, home: config.home })
        : say('doctorSettingsOfApi')
    add([ok('Settings', found)])
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    add([bad('Settings', messageOf(error), say('doctorCorrectVariables'))])
    return undefined
  }
}

/** What the API finds where it runs, for the operator of the token. */
async function checkApi(context: CommandContext, { url }: { url: string }): Promise<Check[]> {
  try {
    const { system } = await context.client()
    if (system === undefined) throw new Error('The client does not go through the API.')
    const { version: ofApi, checks } = await system()
    const own = ofApi === version ? undefined : version
    const found = say('doctorApi', { url, version: ofApi, own })
    return [ok('API', found), ...checks]
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error
    return [bad('API', messageOf(error), say('doctorCorrectUrl'))]
  }
}

async function examineSystem({
  config,
  env,
  now,
  add,
}: {
  config: Config
  env: NodeJS.ProcessEnv
  now: Date
  add: (checks: Check[]) => void
}): Promise<void> {
  add(await checked('Temporal CLI', async () => await checkTemporalCli(config, env)))
  add(await checked('Ports', async () => await checkPorts(config, env)))
  add(await checked('Encryption', () => checkEncryptionKey(config)))
  const addresses = addressesOf(config, add)
  const ring = ringOf(config, add)
  if (addresses === undefined || ring === undefined) return
  const { checks, database } = await checkPostgres(addresses.databaseUrl, ring)
  add(checks)
  try {
    const nowMs = async () => (database ? await postgresNowMs(database) : Date.now())
    const { checks: ofTemporal, temporal } = await checkTemporal(addresses, { ring, nowMs })
    add(ofTemporal)
    try {
      const { operator } = config
      if (database) add(await checkStored(database, config))
      if (temporal && database) {
        add(await checkWorkflows(temporal, database))
        add(await checked('In step', async () => await checkReconciled(temporal, database)))
        add(await checked('Receipts', async () => await checkReceipts({ database, operator }, temporal)))
        add(await checked('Webhooks', async () => await checkWebhooks({ database, operator, now }, temporal)))
      }
    } finally {
      await temporal?.connection.close()
    }
  } finally {
    await database?.end()
  }
}

/** The checks that need Postgres alone. */
async function checkStored(database: Database, config: Config): Promise<Check[]> {
  const { operator } = config
  const found = [
    await checked('Clock', async () => await checkClock(database)),
    await checked('Zone data', async () => await checkZoneDataOfWorkers(database)),
    await checked('Encryption', async () => await checkStoredKey(database, config)),
    await checked('Account', async () => await checkAccounts(database, operator)),
    await checked('Groups', async () => await checkGroups(database, operator)),
    await checked('Queue', async () => await checkLockQueues(database, operator)),
    await checked('Bots', async () => await checkBots(database, operator)),
  ]
  return found.flat()
}

/** The file that `npm start` keeps it in may be broken; the others were read with the settings. */
function ringOf(config: Config, add: (checks: Check[]) => void): KeyRing | undefined {
  try {
    return keyRingOf(config)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    add([bad('Encryption', messageOf(error), say('doctorRestoreRing'))])
    return undefined
  }
}

function addressesOf(config: Config, add: (checks: Check[]) => void): Addresses | undefined {
  try {
    return findAddresses(config)
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error
    add([bad('System', say('doctorNotRunning'), say('doctorStart'))])
    return undefined
  }
}

function lineOf({ style }: CommandContext, { name, state, found, remedy }: Check): string {
  const mark = {
    ok: style.green('✔'),
    bad: style.red('✖'),
    unknown: style.yellow('?'),
    skipped: style.dim('–'),
  }[state]
  const line = `${mark} ${name.padEnd(12)} ${state === 'skipped' ? style.dim(printable(found)) : printable(found)}`
  return remedy === undefined ? line : `${line}\n  ${' '.repeat(12)} → ${printable(remedy)}`
}
