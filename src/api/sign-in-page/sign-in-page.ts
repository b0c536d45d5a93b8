import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { page, script, styles } from './page.js'

/**
 * What a sign-in link opens: it trades the secret after the # for a cookie, and goes on. Where a web console is, that takes
 * its place.
 */
export function signInPage(): Hono {
  const routes = new Hono()
  const policy = [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(styles)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  routes.get('/', (context) => context.html(page, 200, { 'Content-Security-Policy': policy }))
  return routes
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
