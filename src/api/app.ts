import { Hono } from 'hono'
import { consolePage, consoleRoutes, isForPeople } from './console/console.js'
import type { ConsoleFile } from './console/files.js'
import { codecCrossOrigin, crossOrigin } from './cors.js'
import { cronRoutes, type CronDependencies } from './cron.js'
import { docsPage } from './docs/docs.js'
import { healthRoutes, type Readiness } from './health.js'
import { problem } from './problem.js'
import { requestLog, type RequestEnv } from './request-log.js'
import { limitUrl, secureAnswers } from './secure.js'
import { failureProblem, HttpError, problemOf, problemType, type Problem } from './v1/problems.js'
import { signInPage } from './sign-in-page/sign-in-page.js'
import { v1, type V1Dependencies } from './v1/v1.js'

export type ApiDependencies = CronDependencies & {
  /** Without it there are no routes under `/v1`. */
  v1?: V1Dependencies
  /** What is told live, under `/v1`. */
  live?: Hono
  /** Under `/v1/sign-in`. */
  signIn?: Hono
  /** Under `/mcp`. */
  mcp?: Hono<RequestEnv>
  /** Under `/webhooks/telegram`. */
  telegram?: Hono<RequestEnv>
  /** Whether the parts that it needs are there. */
  readiness?: Readiness
  /** The built web console, which has the place of the sign-in page. */
  console?: ReadonlyMap<string, ConsoleFile> | undefined
  /** Of pages that may use what is under `/v1`, beside our own. */
  corsOrigins?: readonly string[]
  /** Under `/codec`. */
  codec?: Hono<RequestEnv>
  /** Of Temporal Web UIs that may use it. */
  codecOrigins?: readonly string[]
}

/** The HTTP API as a value: it listens nowhere, and a test calls it directly. */
export function createApi(dependencies: ApiDependencies): Hono<RequestEnv> {
  const { logger, readiness, signIn, corsOrigins = [], codecOrigins = [] } = dependencies
  const app = new Hono<RequestEnv>()
  app.use(requestLog(logger), secureAnswers, limitUrl)
  app.route('/api/cron', cronRoutes(dependencies))
  app.route('/', healthRoutes(readiness))
  app.route('/docs', docsPage())
  if (dependencies.console) app.route('/', consoleRoutes(dependencies.console))
  if (signIn) app.route('/sign-in', signInPage()).route('/v1/sign-in', signIn)
  // After the sign-in, which is for our own pages alone.
  if (corsOrigins.length > 0) app.use('/v1/*', crossOrigin(corsOrigins))
  if (codecOrigins.length > 0) app.use('/codec/*', codecCrossOrigin(codecOrigins))
  if (dependencies.codec) app.route('/codec', dependencies.codec)
  if (dependencies.live) app.route('/v1', dependencies.live)
  if (dependencies.mcp) app.route('/mcp', dependencies.mcp)
  if (dependencies.telegram) app.route('/webhooks/telegram', dependencies.telegram)
  if (dependencies.v1) app.route('/v1', v1(dependencies.v1))

  const noPage = dependencies.console && consolePage(dependencies.console, 404)
  app.notFound((context) => {
    if (noPage && isForPeople(context.req)) return noPage(context)
    if (isOfCron(context.req.path)) return problem(context, 404, 'not_found', 'There is nothing here.')
    throw new HttpError('not_found', 'There is nothing here.')
  })
  app.onError((error, context) => {
    const requestId = context.get('requestId')
    const known = isOfCron(context.req.path) ? undefined : problemAnswer(error, requestId)
    if (known !== undefined) return known
    logger.error({ error, requestId, route: context.get('route') }, 'request failed')
    if (isOfCron(context.req.path)) return problem(context, 500, 'failure', 'It failed; the log says where.')
    return toResponse({ problem: failureProblem(requestId) })
  })
  return app
}

/** Its answers are as they were before there were others: programs read them. */
function isOfCron(path: string): boolean {
  return path.startsWith('/api/')
}

function problemAnswer(error: unknown, requestId: string): Response | undefined {
  const found = problemOf(error, requestId)
  return found && toResponse(found)
}

function toResponse({ problem, headers }: { problem: Problem; headers?: Record<string, string> }): Response {
  return Response.json(problem, {
    status: problem.status,
    headers: { 'Content-Type': problemType, ...headers },
  })
}
