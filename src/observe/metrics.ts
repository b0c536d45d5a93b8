import { Gauge, Registry } from 'prom-client'
import { ConfigError } from '../config.js'
import type { Logger } from '../logging.js'
import { portHolder } from '../stack/port-holder.js'
import type { Database } from '../store/database.js'
import { countThisProcess } from './counters.js'
import { measureSystem } from './gauges.js'
import { serveText, type TextServer } from './metrics-server.js'
import type { SdkMetrics } from './runtime.js'

export type Metrics = { port: number | undefined; stop(): Promise<void> }

export type MetricsOptions = {
  /** No metrics when undefined; 0 takes any free port, which the log names. */
  port: number | undefined
  address: string
  database: Database
  sdk: SdkMetrics | undefined
  logger: Logger
}

/**
 * One endpoint for Prometheus: this process' counters, the system's gauges and the metrics of Temporal's SDK. A part
 * that cannot be had is said so (`carillon_scrape_ok`), and the others are shown all the same.
 *
 * @throws ConfigError when the port is in use
 */
export async function startMetrics({
  port,
  address,
  database,
  sdk,
  logger,
}: MetricsOptions): Promise<Metrics> {
  if (port === undefined) return { port, stop: async () => {} }
  const counters = countThisProcess(database, logger)

  async function scrape(): Promise<string> {
    const sources: Record<string, () => Promise<string>> = {
      process: async () => await counters.registry.metrics(),
      postgres: async () => await (await measureSystem(database)).metrics(),
      ...(sdk && { temporal_sdk: sdk }),
    }
    const own = new Registry()
    const ok = new Gauge({
      name: 'carillon_scrape_ok',
      help: '1 when this part of the metrics could be read',
      labelNames: ['source'],
      registers: [own],
    })
    const texts = await Promise.all(
      Object.entries(sources).map(async ([source, read]) => {
        try {
          const text = await read()
          ok.set({ source }, 1)
          return text.trimEnd()
        } catch (error) {
          ok.set({ source }, 0)
          logger.warn({ source, error }, 'a part of the metrics could not be read')
          return ''
        }
      }),
    )
    return `${[await own.metrics(), ...texts].filter((text) => text !== '').join('\n')}\n`
  }

  let server: TextServer
  try {
    server = await serveText({ port, address, path: '/metrics', read: scrape })
  } catch (error) {
    counters.stop()
    throw explain(error, { port, address })
  }
  logger.info({ address, port: server.port }, 'metrics are served')
  return {
    port: server.port,
    async stop() {
      counters.stop()
      await server.close()
    },
  }
}

function explain(error: unknown, { port, address }: { port: number; address: string }): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const holder = portHolder(port)
    return new ConfigError(
      `CARILLON_METRICS_PORT: port ${port} on ${address} is in use${holder === undefined ? '' : ` (${holder})`}. Set CARILLON_METRICS_PORT to a free port, to 0 for any, or unset it for no metrics.`,
    )
  }
  if (code === 'EADDRNOTAVAIL')
    return new ConfigError(
      `CARILLON_METRICS_ADDRESS: this machine has no address '${address}'. Use 127.0.0.1 for this machine only, 0.0.0.0 for all its networks.`,
    )
  if (code === 'EACCES')
    return new ConfigError(`CARILLON_METRICS_PORT: port ${port} may not be used. Take one above 1023.`)
  return error
}
