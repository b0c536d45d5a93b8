import { join } from 'node:path'
import { serveApi, type RunningApi } from './api/serve.js'
import { defaultApiPort, parseConfig, type Config } from './config.js'
import { keyRingOf } from './client/encryption-key.js'
import { createSignInLink } from './client/operators/sign-in-link.js'
import { createLogger } from './logging.js'
import { outliveReaders } from './lost-output.js'
import { readKeyRingFile } from './settings/key-ring-file.js'
import { formatKeyRing } from './settings/key-ring-text.js'
import { apiUrl, signInPageOf } from './settings/api-address.js'
import { describeHome } from './stack/home.js'
import { messageOf } from './stack/errors.js'
import { startStack, type Stack } from './stack/stack.js'
import { terminalProgress } from './stack/terminal-progress.js'
import { startFailure } from './start/failure.js'
import { welcomeScreen } from './start/screen.js'
import type { KeyRing } from './store/encryption/key-ring.js'
import { openDatabase, type Database } from './store/database.js'
import { listAccounts } from './store/views/accounts.js'
import { startWorker, type RunningWorker } from './worker.js'

/** `npm start`: the whole system for real use, with Temporal and Postgres built in where none is given. */
async function run(): Promise<void> {
  outliveReaders(process.stdout, process.stderr)
  const config = parseConfig(process.env)
  const interrupted = new AbortController()
  const stopRequested = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        // Again while it stops: at once. The ledger knows what was in flight.
        if (interrupted.signal.aborted) process.exit(130)
        interrupted.abort()
        resolve()
      })
  })
  const progress = terminalProgress(process.stderr)
  const startedMs = Date.now()
  const stack = await startStack({
    home: config.home,
    env: { ...process.env, ...foundSettings(config) },
    temporalSecurity: config.temporalSecurity,
    codecEndpoint: codecEndpointOf(config),
    progress,
    signal: interrupted.signal,
    onFailure: (error) => {
      process.stderr.write(`carillon: ${error.message}\n`)
      process.exitCode = 1
      process.kill(process.pid, 'SIGTERM')
    },
  })
  try {
    await serve({ config, stack, stopRequested, startedMs })
  } finally {
    await stack.close()
  }
  progress.step('Stopped. Everything that was scheduled is kept and goes on with the next start.')
}

/** What may be in files, or in a profile of Temporal. */
function foundSettings({
  temporalAddress,
  temporalNamespace,
  databaseUrl,
  encryptionKeys,
}: Config): NodeJS.ProcessEnv {
  return {
    TEMPORAL_NAMESPACE: temporalNamespace,
    ...(temporalAddress !== undefined && { TEMPORAL_ADDRESS: temporalAddress }),
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...(encryptionKeys.length > 0 && { CARILLON_ENCRYPTION_KEY: formatKeyRing(encryptionKeys) }),
  }
}

async function serve({
  config,
  stack,
  stopRequested,
  startedMs,
}: {
  config: Config
  stack: Stack
  stopRequested: Promise<void>
  startedMs: number
}): Promise<void> {
  const logFile = join(describeHome(config.home).logsDir, 'worker.log')
  const settings = {
    ...config,
    temporalAddress: stack.temporalAddress,
    temporalNamespace: stack.temporalNamespace,
    databaseUrl: stack.databaseUrl,
    ...keysOf(config, stack),
    // Its own Web UI is let in where nobody says which.
    temporalUiUrl: config.temporalUiUrl ?? stack.webUiUrl,
    codecOrigins: config.codecOrigins.length > 0 ? config.codecOrigins : [stack.webUiUrl ?? []].flat(),
  }
  const logger = createLogger(config.logLevel, logFile)
  const worker = await startWorker(settings, logger)
  let api: RunningApi | undefined
  try {
    api = await serveApi({ ...settings, apiPort: config.apiPort ?? defaultApiPort }, logger)
    process.stdout.write(
      await screen({
        config,
        stack,
        ring: keyRingOf(settings),
        logFile,
        apiUrl: api?.url,
        readyMs: Date.now() - startedMs,
      }),
    )
    await Promise.race([stopRequested, worker.stopped])
  } finally {
    process.stderr.write('Stopping: sends in flight end first (Ctrl-C again leaves them to the ledger).\n')
    await api?.close()
    await stopWorker(worker)
  }
}

/** Undefined where nobody knows the port yet. */
function codecEndpointOf({ apiHost: host, apiPort: port = defaultApiPort }: Config): string | undefined {
  return port === 0 ? undefined : `${apiUrl({ host, port })}/codec`
}

/** Those that the environment has, else what the stack made for its own Postgres. */
function keysOf(
  config: Config,
  { encryptionKey }: Stack,
): Pick<Config, 'encryptionKeys' | 'encryptionKeyFile'> {
  const { encryptionKeys, encryptionKeyFile, home } = config
  if (encryptionKeys.length > 0 || encryptionKey === undefined) return { encryptionKeys, encryptionKeyFile }
  const file = describeHome(home).encryptionKeyFile
  return { encryptionKeys: readKeyRingFile(file), encryptionKeyFile: file }
}

async function screen(facts: {
  config: Config
  stack: Stack
  ring: KeyRing
  logFile: string
  apiUrl: string | undefined
  readyMs: number
}): Promise<string> {
  const database = openDatabase(facts.stack.databaseUrl, { ring: facts.ring, maxConnections: 1 })
  try {
    const { operator, home } = facts.config
    return welcomeScreen({
      ...facts,
      home: describeHome(home).path,
      accounts: await listAccounts(database, operator),
      signInUrl: await signInUrl(database, { operator, apiUrl: facts.apiUrl }),
    })
  } finally {
    await database.end()
  }
}

/** Undefined where nobody could use it, or the name that it needs is taken: what runs runs all the same. */
async function signInUrl(
  database: Database,
  { operator, apiUrl }: { operator: string; apiUrl: string | undefined },
): Promise<string | undefined> {
  if (apiUrl === undefined) return undefined
  try {
    return (await createSignInLink(database, { operator, page: signInPageOf(apiUrl) })).url
  } catch (error) {
    process.stderr.write(`carillon: there is no sign-in link: ${messageOf(error)}\n`)
    return undefined
  }
}

async function stopWorker(worker: RunningWorker): Promise<void> {
  try {
    await worker.stop()
  } catch (error) {
    process.stderr.write(`carillon: the worker did not stop cleanly: ${messageOf(error)}\n`)
    process.exitCode = 1
  }
}

run().catch((error: unknown) => {
  const isInterrupt = error instanceof Error && error.name === 'AbortError'
  if (isInterrupt) process.exitCode = 130
  else {
    process.stderr.write(`carillon: ${startFailure(error)}\n`)
    process.exitCode = 1
  }
})
