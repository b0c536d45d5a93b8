import { createMcpHandler, originValidationResponse } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import type { CarillonClient } from '../client/client.js'
import type { Logger } from '../logging.js'
import { createMcpServer } from '../mcp/server.js'
import { inRootSpan } from '../observe/span.js'
import { bearerToken } from './bearer.js'
import { known, requireRole, unauthorized, type Authenticate, type Caller } from './caller.js'
import { inTime } from './in-time.js'
import type { RequestEnv } from './request-log.js'
import { defaultMaxBytes } from './v1/route.js'

export type McpDependencies = {
  authenticate: Authenticate
  /** What acts for the operator of a caller. */
  clientOf: (caller: Caller, via: 'mcp') => CarillonClient
  logger: Logger
}

export type Mcp = {
  /** To be mounted at `/mcp`. */
  routes: Hono<RequestEnv>
  /** Ends what is under way. */
  close(): Promise<void>
}

/** What is handed through the SDK to the server that is made for a request. */
type Asking = { caller: Caller; requestId: string }

/**
 * The Model Context Protocol by streamable HTTP: each request is answered by itself, for the holder of its token, so that
 * any process behind a balancer can answer the next one. Nothing is pushed, and no stream stays open.
 */
export function mcpRoutes({ authenticate, clientOf, logger }: McpDependencies): Mcp {
  const handler = createMcpHandler(
    ({ authInfo }) => {
      const asking = authInfo?.extra as Asking | undefined
      if (asking === undefined) throw new Error('nobody is known to have sent this request')
      const { caller, requestId } = asking
      return createMcpServer({
        client: async () => clientOf(caller, 'mcp'),
        access: caller,
        requestId,
        run: async (tool, work) =>
          await inRootSpan(
            `MCP ${tool}`,
            { 'carillon.requestId': requestId },
            async () => await inTime(work()),
          ),
        onFailure: (failure) => logger.error(failure, 'a tool failed'),
      })
    },
    {
      maxRequestBodySize: defaultMaxBytes,
      // Its messages may quote what was sent.
      onerror: ({ name }) => logger.debug({ problem: name }, 'a request of the protocol was refused'),
    },
  )
  const routes = new Hono<RequestEnv>()
  routes.all('/', async (context) => {
    const { req } = context
    context.set('route', `${req.method} /mcp`)
    // Only pages say where they are from, and none of them has business here: a page of another site would come by way of
    // this machine's browser, under whatever name its DNS gives to us.
    const fromPage = originValidationResponse(req.raw, [])
    if (fromPage !== undefined) return fromPage
    // A browser's cookie is no token.
    if (bearerToken(req.header('authorization')) === undefined)
      throw unauthorized('Send the header `Authorization: Bearer <token>`.')
    const caller = await known(authenticate, req.raw)
    requireRole(caller, 'viewer')
    const extra: Asking = { caller, requestId: context.get('requestId') }
    const answer = await handler.fetch(req.raw, {
      authInfo: { token: '', clientId: caller.tokenId, scopes: [caller.role], extra },
    })
    // The SDK lets caches keep it, to be asked about.
    answer.headers.set('Cache-Control', 'no-store')
    return answer
  })
  return { routes, close: async () => await handler.close() }
}
