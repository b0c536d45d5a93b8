import { openApiDocument } from '../../src/api/v1/openapi.js'
import { describedRoutes } from '../../src/api/v1/described.js'
import { builtConsole, readConsole } from '../../src/api/console/files.js'
import { docsHtml } from '../../src/api/docs/page.js'
import { ask, type HttpAnswer } from '../shared/ask.js'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** The console's page, of which each answer has a nonce of its own. */
const page = readConsole(builtConsole())?.get('/index.html')?.plain.toString('utf8')
const nonce = /(?<=name="csp-nonce" content=")[\w+/=]{24}(?=")/

/** What anybody may read, to the byte. */
const publicTexts: Record<string, (text: string) => boolean> = {
  '/healthz': (text) => text === '{"status":"ok"}',
  '/readyz': (text) =>
    text ===
    '{"status":"ready","checks":{"temporal":"ok","postgres":"ok","migrations":"ok","sessions":"ok"}}',
  '/': (text) => text.replace(nonce, '%NONCE%') === page,
  '/docs': (text) => text === docsHtml(openApiDocument(describedRoutes)),
  '/v1/openapi.json': (text) => text === JSON.stringify(openApiDocument(describedRoutes)),
}

const others = [
  '/v1',
  '/v1/',
  '/v1/nothing',
  '/v1/events',
  '/v1/runs/run%3Acampaign%2Fsent-1/events',
  '/v1/calendar.ics',
  '/v1/calendar.ics?token=carillon_none',
  '/v1/sign-in',
  '/v1/sign-in/everywhere',
  '/api/cron/process-scheduled',
]

/** What is beside the routes of the document, as one without a token sees it: any method, and with a token that is none. */
export async function askAsNobody(url: string): Promise<{ requests: number; failures: string[] }> {
  const failures: string[] = []
  let requests = 0
  for (const path of [...Object.keys(publicTexts), ...others])
    for (const method of methods)
      for (const headers of [{}, { authorization: `Bearer carillon_${'x'.repeat(43)}` }]) {
        requests += 1
        const answer = await ask(`${url}${path}`, { method, headers })
        const wrong = wrongIn(answer, { method, path })
        if (wrong !== undefined) failures.push(`${method} ${path}: ${wrong}`)
      }
  return { requests, failures }
}

function wrongIn(
  { status, text }: HttpAnswer,
  { method, path }: { method: string; path: string },
): string | undefined {
  const isPublic = publicTexts[path]
  if (status >= 500) return `${status} ${text}`
  if (status >= 400) return saysNothing(text) ? undefined : `${status} ${text}`
  if (method === 'GET' && isPublic?.(text) === true) return undefined
  return `${status} with ${text.length} bytes: ${text.slice(0, 200)}`
}

const words = [
  'Send the header `Authorization: Bearer <token>`.',
  'There is nothing here.',
  'Nobody is signed in here.',
  'Use GET or POST or DELETE.',
  'Use GET or DELETE.',
  'Sign in from a page of this server: the request came from another origin, or did not say from which.',
]

function saysNothing(text: string): boolean {
  const { detail, error } = JSON.parse(text) as { detail?: string; error?: { message: string } }
  return words.includes(detail ?? error?.message ?? '')
}
