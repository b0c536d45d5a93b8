import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Logger } from '../logging.js'

export type RequestEnv = {
  Variables: {
    requestId: string
    /** Its name where it is one of ours: paths have keys in them, and stay out of the log. */
    route: string
  }
}

/** Gives each request an id of ours, tells it in the answer, and logs how it went by that id. */
export function requestLog(logger: Logger): MiddlewareHandler<RequestEnv> {
  return async (context, next) => {
    const startedMs = performance.now()
    const requestId = randomUUID()
    context.set('requestId', requestId)
    await next()
    context.header('X-Request-Id', requestId)
    const { req, res } = context
    const ms = Math.round(performance.now() - startedMs)
    const route = context.get('route') ?? `${req.method} ?`
    const level = res.status >= 500 ? 'warn' : 'debug'
    logger[level]({ requestId, route, status: res.status, ms }, 'request answered')
  }
}
