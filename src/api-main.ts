import { serveApi } from './api/serve.js'
import { ConfigError, defaultApiPort, parseConfig } from './config.js'
import { createLogger } from './logging.js'
import { outliveReaders } from './lost-output.js'
import { startFailure } from './start/failure.js'

/** One process that serves the HTTP API of an external Temporal and Postgres, and does none of the work: `npm run api`. */
async function run(): Promise<void> {
  outliveReaders(process.stderr)
  const config = parseConfig(process.env)
  const { temporalAddress, databaseUrl, apiPort = defaultApiPort } = config
  if (temporalAddress === undefined || databaseUrl === undefined)
    throw new ConfigError(
      'The API needs TEMPORAL_ADDRESS and DATABASE_URL. For a system with both built in, use `npm start`.',
    )
  const logger = createLogger(config.logLevel)
  const api = await serveApi({ ...config, temporalAddress, databaseUrl, apiPort }, logger)
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name))
  })
  logger.info({ signal }, 'stopping')
  await api?.close()
}

run().catch((error: unknown) => {
  process.stderr.write(`carillon api: ${startFailure(error)}\n`)
  process.exitCode = 1
})
