import { serveApi } from './api/serve.js'
import { ConfigError, parseConfig } from './config.js'
import { startFailure } from './start/failure.js'
import { createLogger } from './logging.js'
import { outliveReaders } from './lost-output.js'
import { startWorker } from './worker.js'

/** One worker process for an external Temporal and Postgres: `npm run worker`. */
async function run(): Promise<void> {
  outliveReaders(process.stderr)
  const config = parseConfig(process.env)
  const { temporalAddress, databaseUrl } = config
  if (temporalAddress === undefined || databaseUrl === undefined)
    throw new ConfigError(
      'A worker needs TEMPORAL_ADDRESS and DATABASE_URL. For a system with both built in, use `npm start`.',
    )
  const logger = createLogger(config.logLevel)
  const settings = { ...config, temporalAddress, databaseUrl }
  const worker = await startWorker(settings, logger)
  const api = await serveApi(settings, logger).catch(async (error: unknown) => {
    await worker.stop()
    throw error
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      logger.info({ signal }, 'stopping')
      worker.stop().catch((error: unknown) => logger.error({ error }, 'the worker did not stop cleanly'))
    })
  logger.info('worker started')
  try {
    await worker.stopped
  } finally {
    await api?.close()
  }
}

run().catch((error: unknown) => {
  process.stderr.write(`carillon worker: ${startFailure(error)}\n`)
  process.exitCode = 1
})
