import { findAddresses, type Addresses } from '../../client/connect.js'
import { CarillonError } from '../../client/errors.js'
import { ConfigError, parseConfig, type Config } from '../../config.js'
import { listAccounts } from '../../store/views-accounts.js'
import type { Database } from '../../store/database.js'
import { accountSituation } from '../account-situation.js'
import { exitCodes, type ExitCode } from '../exit-codes.js'
import { printJson, type Session } from '../io.js'
import { printable } from '../printable.js'
import { bad, ok, skipped, type Check } from './check.js'
import { checkClock } from './clock.js'
import { checkEncryptionKey, checkStoredKey } from './encryption.js'
import { checkGroups } from './groups.js'
import { checkLockQueues } from './lock-queue.js'
import { checkNode, checkPorts, checkTemporalCli } from './machine.js'
import { checkPostgres } from './postgres.js'
import { checkTemporal } from './temporal.js'
import { checkWebhooks } from './webhooks.js'
import { checkWorkflows } from './workflows.js'
import { checkZoneData, checkZoneDataOfWorkers } from './zone-data.js'

/** Every check in the order in which things must be right; the exit code tells whether all are. */
export async function examine(session: Session): Promise<ExitCode> {
  const { io, isJson } = session
  const checks: Check[] = []
  const add = (check: Check) => {
    checks.push(check)
    if (!isJson) io.out(lineOf(session, check))
  }
  add(checkNode())
  add(checkZoneData())
  const config = readConfig(io.env, add)
  if (config !== undefined) await examineSystem({ config, env: io.env, now: io.now(), add })
  const isGood = checks.every((check) => check.state !== 'bad')
  if (isJson) printJson(session, { ok: isGood, checks })
  else
    io.out(
      isGood ? '\nAll is well.' : `\n${checks.filter((check) => check.state === 'bad').length} to see to.`,
    )
  return isGood ? exitCodes.ok : exitCodes.failure
}

function readConfig(env: NodeJS.ProcessEnv, add: (check: Check) => void): Config | undefined {
  try {
    const config = parseConfig(env)
    add(ok('Settings', `operator '${config.operator}', data in ${config.home}`))
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    add(bad('Settings', error.message, 'correct these variables'))
    return undefined
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
  add: (check: Check) => void
}): Promise<void> {
  add(await checkTemporalCli(config, env))
  add(await checkPorts(config, env))
  add(checkEncryptionKey(config))
  const addresses = addressesOf(config, add)
  if (addresses === undefined) return
  const { checks, database } = await checkPostgres(addresses.databaseUrl)
  for (const check of checks) add(check)
  try {
    for (const check of await checkTemporal(addresses)) add(check)
    for (const check of await checkWorkflows(addresses, database)) add(check)
    if (database === undefined) return
    const { operator } = config
    add(await checkClock(database))
    add(await checkZoneDataOfWorkers(database))
    for (const check of await checkStoredKey(database, config)) add(check)
    for (const check of await checkAccounts(database, operator)) add(check)
    for (const check of await checkGroups(database, operator)) add(check)
    for (const check of await checkLockQueues(database, operator)) add(check)
    for (const check of await checkWebhooks({ database, operator, now }, addresses)) add(check)
  } finally {
    await database?.end()
  }
}

function addressesOf(config: Config, add: (check: Check) => void): Addresses | undefined {
  try {
    return findAddresses(config)
  } catch (error) {
    if (!(error instanceof CarillonError)) throw error
    add(
      bad(
        'System',
        'not running here',
        'start it with `npm start`, or set TEMPORAL_ADDRESS and DATABASE_URL',
      ),
    )
    return undefined
  }
}

async function checkAccounts(database: Database, operator: string): Promise<Check[]> {
  const accounts = await listAccounts(database, operator)
  if (accounts.length === 0) return [skipped('Account', 'none yet: carillon account add <id>')]
  return accounts.map((account) => {
    const { isFine, text, remedy } = accountSituation(account)
    const found = `'${account.id}' is ${text}`
    return isFine ? ok('Account', found) : bad('Account', found, remedy ?? `carillon account list`)
  })
}

function lineOf({ style }: Session, { name, state, found, remedy }: Check): string {
  const mark = { ok: style.green('✔'), bad: style.red('✖'), skipped: style.dim('–') }[state]
  const line = `${mark} ${name.padEnd(12)} ${state === 'skipped' ? style.dim(printable(found)) : printable(found)}`
  return remedy === undefined ? line : `${line}\n  ${' '.repeat(12)} → ${printable(remedy)}`
}
