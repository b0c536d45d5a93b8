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
  return onlyFrom(origins, allow)
}

/**
 * Lets the Temporal Web UI of these origins have payloads opened, with the cookie of who is signed in here: a browser sends
 * it along where both have the same site.
 */
export function codecCrossOrigin(origins: readonly string[]): MiddlewareHandler {
  const allow = cors({
    origin: [...origins],
    credentials: true,
    allowMethods: ['POST'],
    // What Temporal's Web UI sends, the last of them where it has a sign-in of its own.
    allowHeaders: ['Authorization', 'Content-Type', 'X-Namespace', 'Authorization-Extras'],
    exposeHeaders: ['X-Request-Id'],
    maxAge: rememberedS,
  })
  return onlyFrom(origins, allow)
}

function onlyFrom(origins: readonly string[], allow: MiddlewareHandler): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header('origin')
    if (origin !== undefined && origins.includes(origin)) return await allow(context, next)
    await next()
    // The same address is answered otherwise to those who are listed.
    context.header('Vary', 'Origin', { append: true })
  }
}
