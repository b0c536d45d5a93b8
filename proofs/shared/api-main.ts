import { serveApi } from '../../src/api/serve.js'
import { ConfigError, parseConfig } from '../../src/config.js'
import { createLogger } from '../../src/logging.js'
import { startFailure } from '../../src/start/failure.js'

/** The HTTP API alone, in a process that may be killed without a worker beside it. It is set as a worker is. */
async function run(): Promise<void> {
  const config = parseConfig(process.env)
  const { temporalAddress, databaseUrl } = config
  if (temporalAddress === undefined || databaseUrl === undefined)
    throw new ConfigError('The API needs TEMPORAL_ADDRESS and DATABASE_URL.')
  const api = await serveApi({ ...config, temporalAddress, databaseUrl }, createLogger(config.logLevel))
  if (api === undefined) throw new ConfigError('The API needs CARILLON_API_PORT.')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close())
}

run().catch((error: unknown) => {
  process.stderr.write(`carillon api: ${startFailure(error)}\n`)
  process.exitCode = 1
})
