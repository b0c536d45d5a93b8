import { createAdaptorServer } from '@hono/node-server'
import type { Server } from 'node:http'
import { examineOperator } from '../doctor/of-operator.js'
import { requireAllowed } from '../client/allowed.js'
import { connectCarillon, type ConnectedClient } from '../client/connect.js'
import { scopes } from '../client/operators/scopes.js'
import { uploadedMedia } from '../client/input/media/uploaded.js'
import { ConfigError, type Config } from '../config.js'
import { apiUrl } from '../settings/api-address.js'
import { workflowsPage } from '../settings/temporal-ui.js'
import type { Logger } from '../logging.js'
import { createApi } from './app.js'
import { codecRoutes } from './codec.js'
import { createAuthentication } from './auth/authenticate.js'
import { signInRoutes } from './auth/sign-in.js'
import { builtConsole, readConsole } from './console/files.js'
import { liveRoutes } from './live.js'
import { mcpRoutes } from './mcp.js'
import { trustProxies } from './proxies.js'
import { createReadiness } from './readiness.js'
import { telegramRoutes } from './telegram.js'
import { createRepetitions } from './v1/repetitions.js'
import type { V1Dependencies } from './v1/v1.js'

export type RunningApi = {
  url: string
  /** Answers what is under way, and then takes no more. */
  close(): Promise<void>
}

type Settings = Config & { temporalAddress: string; databaseUrl: string }

/** Many callers at once: each of them needs a connection for some milliseconds. */
const maxConnections = 10

/** Against clients that are slow, or never done. Headers are of all requests together what a token and a URL need. */
const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  /** All of a request: an image of 16 MB at 3 Mbit/s. */
  requestTimeout: 60_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
}

/**
 * Listens where the settings want the API; undefined where they want none.
 * @throws ConfigError when the port cannot be had; CarillonError when Temporal or Postgres cannot be reached
 */
export async function serveApi(settings: Settings, logger: Logger): Promise<RunningApi | undefined> {
  const { cronSecret, apiHost: hostname, apiPort, corsOrigins, codecOrigins, operator } = settings
  if (apiPort === undefined) return undefined
  const client = await connectCarillon(settings, { maxConnections, via: 'api' })
  const { temporal, database } = client
  const onTrouble = (error: unknown): void =>
    logger.warn({ error }, 'when a token was last used could not be noted')
  const { authenticate, authenticateReader } = createAuthentication({ database, onTrouble })
  const acting = forOperators(client, { settings, logger })
  const { clientOf } = acting
  const live = liveRoutes({
    authenticate,
    clientOf,
    database,
    databaseUrl: settings.databaseUrl,
    logger,
  })
  const mcp = mcpRoutes({ authenticate, clientOf, logger })
  const proxies = trustProxies(settings.trustedProxies)
  const app = createApi({
    cronSecret,
    reconcile: client.reconcile,
    logger,
    readiness: createReadiness({ temporal, database, logger }),
    v1: { authenticate, ...acting },
    live: live.routes,
    mcp: mcp.routes,
    telegram: telegramRoutes({
      database,
      temporal,
      ring: client.ring,
      logger,
    }),
    signIn: signInRoutes({
      database,
      onTrouble,
      addressOf: (context) => proxies.addressOf(context),
      ...(settings.temporalUiUrl !== undefined && {
        workflowsPage: workflowsPage(settings.temporalUiUrl, settings.temporalNamespace),
      }),
    }),
    console: readConsole(builtConsole()),
    corsOrigins,
    codec: codecRoutes({
      authenticate: async (request) => await authenticateReader(request, codecOrigins),
      codec: client.codec,
      operator,
      logger,
    }),
    codecOrigins,
  })
  const fetch = proxies.behind(app.fetch)
  const server = createAdaptorServer({ fetch, hostname, serverOptions: limits }) as Server
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(apiPort, hostname, resolve)
    })
  } catch (error) {
    live.close()
    await client.close()
    throw explain(settings, error)
  }
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : apiPort
  const url = apiUrl({ host: hostname, port })
  logger.info({ url }, 'api listening')
  return {
    url,
    async close() {
      live.drain()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeIdleConnections()
      })
      live.close()
      await mcp.close()
      await client.close()
    },
  }
}

/** What acts for the operators of the callers, over one connection. */
export function forOperators(
  { temporal, database }: Pick<ConnectedClient, 'temporal' | 'database'>,
  { settings, logger }: { settings: Pick<Config, 'telegramUrl'>; logger: Logger },
): Omit<V1Dependencies, 'authenticate'> {
  return {
    clientOf: scopes({
      temporal,
      database,
      readMedia: uploadedMedia(database),
      telegramUrl: settings.telegramUrl,
      via: 'api',
    }),
    examine: async (caller) => {
      requireAllowed(caller, { role: 'viewer', allAccounts: true })
      return await examineOperator({ temporal, database, operator: caller.operatorId, now: new Date() })
    },
    repetitions: createRepetitions({ database, logger }),
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
