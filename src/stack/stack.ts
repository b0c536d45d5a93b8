import { join } from 'node:path'
import { StackError } from './errors.js'
import { encryptionKey } from './encryption-key.js'
import { makeHome, type Home } from './home.js'
import { tryLock } from './lock.js'
import { stopOrphans } from './orphans.js'
import { choosePorts, postgresPort, temporalPort, uiPort } from './ports.js'
import { Parts } from './parts.js'
import { startPostgres } from './postgres/postgres.js'
import type { Progress } from './progress.js'
import type { TemporalSecurity } from '../settings/temporal-connection.js'
import { RecordFile, type StackAddresses } from './running-stack.js'
import { findTemporalCli } from './temporal/cli.js'
import { prepareNamespace, startTemporal } from './temporal/temporal.js'

export interface StackSettings {
  /** The folder with the data, made if missing. */
  home: string
  /** TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, DATABASE_URL, CARILLON_* as in src/config.ts. */
  env: NodeJS.ProcessEnv
  /** Of the Temporal at TEMPORAL_ADDRESS. */
  temporalSecurity?: TemporalSecurity
  /** Of the API, for the Web UI of the Temporal that is started. */
  codecEndpoint?: string | undefined
  progress: Progress
  /** Stops a start that is under way. */
  signal?: AbortSignal
  /** Hears of a part that ended by itself; the stack is of no use then. */
  onFailure?: (error: StackError) => void
  /** For tests: Temporal in memory and without Web UI, Postgres without fsync. */
  isThrowaway?: boolean
  /** Of a throwaway stack: Temporal's data is in its file all the same, for who looks at that. */
  isTemporalInFile?: boolean
}

export interface Stack extends StackAddresses {
  /**
   * The key ring as text: the one in CARILLON_ENCRYPTION_KEY, else the embedded Postgres' own. None for a DATABASE_URL without
   * it: others may work on that database, and a key that only this machine knows would shut them out.
   */
  encryptionKey?: string
  /** Stops Temporal, then Postgres. Whoever uses them is closed first. */
  close: () => Promise<void>
}

/** Starts what TEMPORAL_ADDRESS and DATABASE_URL do not provide. */
export async function startStack(settings: StackSettings): Promise<Stack> {
  const { progress } = settings
  const home = makeHome(settings.home)
  const lock = tryLock(home.lockFile)
  if (lock.kind === 'held')
    throw new StackError(
      `Carillon already runs on ${home.path} (process ${lock.by.pid}). Use that one, stop it with ` +
        `'kill ${lock.by.pid}', or start another with its own CARILLON_HOME and ports.`,
    )
  const record = new RecordFile(home.recordFile)
  const parts = new Parts(record, settings.onFailure)
  const closeAll = async () => {
    await parts.close()
    record.remove()
    lock.release()
  }
  let closing: Promise<void> | undefined // once: by a second time, the lock may be another's
  const close = () => (closing ??= closeAll())
  try {
    await stopOrphans(home.recordFile, progress)
    const addresses = await startParts(home, settings, parts)
    const key = keyOf(settings.env, home)
    record.ready(addresses)
    return { ...addresses, ...(key === undefined ? {} : { encryptionKey: key }), close }
  } catch (error) {
    await close()
    throw error
  }
}

function keyOf(env: NodeJS.ProcessEnv, home: Home): string | undefined {
  if (env.CARILLON_ENCRYPTION_KEY) return env.CARILLON_ENCRYPTION_KEY
  return env.DATABASE_URL ? undefined : encryptionKey(home.encryptionKeyFile)
}

async function startParts(home: Home, settings: StackSettings, parts: Parts): Promise<StackAddresses> {
  const { env, progress } = settings
  // Where one part can't start, the other need not: it may be a build of an hour.
  const failed = new AbortController()
  const signal = AbortSignal.any([failed.signal, ...(settings.signal ? [settings.signal] : [])])
  const isThrowaway = settings.isThrowaway ?? false
  const namespace = env.TEMPORAL_NAMESPACE ?? 'default'
  const needed = [
    ...(env.TEMPORAL_ADDRESS ? [] : [temporalPort, uiPort]),
    ...(env.DATABASE_URL ? [] : [postgresPort]),
  ]
  const chosen = await choosePorts(needed, env)
  const portOf = (setting: (typeof needed)[number]) => chosen[needed.indexOf(setting)] ?? 0

  const temporal = async () => {
    if (env.TEMPORAL_ADDRESS) {
      await prepareNamespace({ ...settings.temporalSecurity, address: env.TEMPORAL_ADDRESS }, namespace)
      return { address: env.TEMPORAL_ADDRESS }
    }
    const cli = await findTemporalCli({ env, progress, signal })
    return startTemporal({
      cli,
      port: portOf(temporalPort),
      uiPort: isThrowaway ? undefined : portOf(uiPort),
      codecEndpoint: settings.codecEndpoint,
      dbFile: isThrowaway && settings.isTemporalInFile !== true ? undefined : home.temporalDbFile,
      logFile: join(home.logsDir, 'temporal.log'),
      namespace,
      onStarted: (service) => parts.add(service),
      signal,
    })
  }
  const postgres = async () => {
    if (env.DATABASE_URL) return { url: env.DATABASE_URL }
    return startPostgres({
      home,
      port: portOf(postgresPort),
      progress,
      isDurable: !isThrowaway,
      onStarted: (service) => parts.add(service),
      signal,
    })
  }
  const names = [...(env.TEMPORAL_ADDRESS ? [] : ['Temporal']), ...(env.DATABASE_URL ? [] : ['Postgres'])]
  if (names.length > 0) progress.step(`Starting ${names.join(' and ')}`)
  const orAbort = <T>(part: Promise<T>) =>
    part.catch((error: unknown) => {
      failed.abort(error)
      throw error
    })
  const [temporalResult, postgresResult] = await Promise.allSettled([
    orAbort(temporal()),
    orAbort(postgres()),
  ])
  settings.signal?.throwIfAborted()
  if (temporalResult.status === 'rejected' || postgresResult.status === 'rejected')
    throw joined([temporalResult, postgresResult])
  return {
    temporalAddress: temporalResult.value.address,
    temporalNamespace: namespace,
    databaseUrl: postgresResult.value.url,
    ...('webUiUrl' in temporalResult.value ? { webUiUrl: temporalResult.value.webUiUrl } : {}),
  }
}

/** Both may have failed, and the reader should not need two starts to learn it. */
function joined(results: PromiseSettledResult<unknown>[]): unknown {
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  const explained = reasons.filter((reason) => reason instanceof StackError)
  if (explained.length === 0) return reasons[0]
  const messages = new Set(explained.map(({ message }) => message))
  return new StackError([...messages].join('\n'), { cause: reasons[0] })
}
