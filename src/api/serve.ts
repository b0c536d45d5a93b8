import { createAdaptorServer } from '@hono/node-server'
import { connectCarillon } from '../client/connect.js'
import { ConfigError, type Config } from '../config.js'
import type { Logger } from '../logging.js'
import { createApi } from './app.js'

export type RunningApi = {
  url: string
  /** Answers what is under way, and then takes no more. */
  close(): Promise<void>
}

type Settings = Config & { temporalAddress: string; databaseUrl: string }

/**
 * Listens where the settings want the API; undefined where they want none.
 * @throws ConfigError when the port cannot be had; CarillonError when Temporal or Postgres cannot be reached
 */
export async function serveApi(settings: Settings, logger: Logger): Promise<RunningApi | undefined> {
  const { cronSecret, apiHost: hostname, apiPort } = settings
  if (apiPort === undefined) return undefined
  const client = await connectCarillon(settings)
  const app = createApi({ cronSecret, reconcile: client.reconcile, logger })
  const server = createAdaptorServer({ fetch: app.fetch, hostname })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(apiPort, hostname, resolve)
    })
  } catch (error) {
    await client.close()
    throw explain(settings, error)
  }
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : apiPort
  const url = `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
  logger.info({ url }, 'api listening')
  return {
    url,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve)
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      })
      await client.close()
    },
  }
}

function explain({ apiPort, apiHost }: Settings, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const why = error.code === 'EADDRINUSE' ? 'is in use' : `can't be used (${String(error.code)})`
  return new ConfigError(
    `HTTP API: port ${apiPort} on ${apiHost} ${why}. Set CARILLON_API_PORT to another port, or to 0 for any free one` +
      `${error.code === 'EADDRNOTAVAIL' ? ', and CARILLON_API_HOST to an address of this machine' : ''}.`,
  )
}
