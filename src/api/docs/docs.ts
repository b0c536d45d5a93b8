import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { describedRoutes } from '../v1/described.js'
import { openApiDocument } from '../v1/openapi.js'
import { docsHtml, styles } from './page.js'

/** A reference to read: one page that is made here of the OpenAPI document, without scripts and without anything of others. */
export function docsPage(): Hono {
  const routes = new Hono()
  let html: string | undefined
  const digest = createHash('sha256').update(styles).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
  routes.get('/', (context) => {
    html ??= docsHtml(openApiDocument(describedRoutes))
    return context.html(html, 200, {
      'Content-Security-Policy': policy,
      'Cache-Control': 'public, max-age=300',
    })
  })
  return routes
}
