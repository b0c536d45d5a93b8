import type { MiddlewareHandler } from 'hono'
import { HttpError } from './v1/problems.js'

const headers = {
  // Nothing of the API is a page. The one that is has a policy of its own.
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Answers are of one caller, and of one moment.
  'Cache-Control': 'no-store',
}

/** Headers that tell browsers and proxies to do nothing with an answer but show it. What a route has said stays. */
export const secureAnswers: MiddlewareHandler = async (context, next) => {
  await next()
  for (const [name, value] of Object.entries(headers))
    if (!context.res.headers.has(name)) context.header(name, value)
}

const maxUrlLength = 8_192

export const limitUrl: MiddlewareHandler = async (context, next) => {
  const { url } = context.req
  if (url.length > maxUrlLength)
    throw new HttpError(
      'too_long',
      `The URL has ${url.length} characters, and at most ${maxUrlLength} are read.`,
    )
  await next()
}
