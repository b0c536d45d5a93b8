import { createHash, randomBytes } from 'node:crypto'
import { Hono, type Context, type HonoRequest } from 'hono'
import type { ConsoleFile } from './files.js'
import { consoleSections } from './paths.js'

/** Vite puts a hash of the content into the names of these. */
const hashedFolder = '/assets/'
const forGood = 'public, max-age=31536000, immutable'
/** Asked about each time, and answered with 304 while it is the same. */
const ifChanged = 'no-cache'

/**
 * The web console, by its own files: the page for each of its addresses, and what that page loads. Nothing is loaded from
 * elsewhere, and no script or style can be put into a page but ours: a style sheet of the component library names the nonce of
 * its answer (decision 0066).
 */
export function consoleRoutes(files: ReadonlyMap<string, ConsoleFile>): Hono {
  const routes = new Hono()
  for (const [path, file] of files)
    if (path !== '/index.html') routes.get(path, (context) => answerFile(context, { path, file }))
  const answerPage = consolePage(files)
  routes.get('/', answerPage)
  for (const section of consoleSections) {
    routes.get(`/${section}`, answerPage)
    routes.get(`/${section}/*`, answerPage)
  }
  return routes
}

/** The page alone, which says by itself what there is at its address, and what is not (404). */
export function consolePage(
  files: ReadonlyMap<string, ConsoleFile>,
  status: 200 | 404 = 200,
): (context: Context) => Response | Promise<Response> {
  const page = files.get('/index.html')?.plain.toString('utf8') ?? ''
  return (context) => {
    const nonce = randomBytes(16).toString('base64')
    return context.html(page.replace('%NONCE%', nonce), status, {
      'Content-Security-Policy': policy(nonce),
      'Cache-Control': 'no-store',
    })
  }
}

/** Somebody has followed an address into a browser, which is none of those that programs ask. */
export function isForPeople(request: HonoRequest): boolean {
  const accepts = request.header('accept') ?? ''
  return request.method === 'GET' && !ofPrograms.test(request.path) && accepts.includes('text/html')
}

const ofPrograms = /^\/(v1|api|codec|mcp|docs|assets|webhooks\/telegram|healthz|readyz)(\/|$)/

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function answerFile(context: Context, { path, file }: { path: string; file: ConsoleFile }): Response {
  const etag = `"${createHash('sha256').update(file.plain).digest('base64url').slice(0, 22)}"`
  const headers = {
    'Cache-Control': path.startsWith(hashedFolder) ? forGood : ifChanged,
    ETag: etag,
    Vary: 'Accept-Encoding',
  }
  if (context.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const isGzip = file.gzip !== undefined && /\bgzip\b/.test(context.req.header('accept-encoding') ?? '')
  const content = isGzip ? file.gzip : file.plain
  return new Response(new Uint8Array(content ?? file.plain), {
    headers: {
      ...headers,
      'Content-Type': file.type,
      ...(isGzip && { 'Content-Encoding': 'gzip' }),
    },
  })
}
