import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { replayedHeader } from './v1/repetitions.js'

/** How long a browser need not ask again what it may do. */
const rememberedS = 600

/**
 * Lets pages of these origins use the API with a token. Cookies are not for them: another site gets none
 * (`SameSite=Strict`), and who is signed in here acts from our own pages. All others are answered as if there were no such
 * thing, also where they ask ahead.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: [...origins],
    allowMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Last-Event-ID',
    ],
    exposeHeaders: [
      'X-Request-Id',
      'ETag',
      'Location',
      'Retry-After',
      replayedHeader,
      'Link',
      'Deprecation',
      'Sunset',
    ],
    maxAge: rememberedS,
  })
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (origin !== undefined && origins.includes(origin)) return await allow(context, next)
    await next()
    // The same address is answered otherwise to those who are listed.
    context.header('Vary', 'Origin', { append: true })
  }
}
