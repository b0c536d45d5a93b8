import { Hono } from 'hono'
import type { Context } from 'hono'
import type { Check } from '../../doctor/check.js'
import type { CarillonClient } from '../../client/client.js'
import { CarillonError } from '../../client/errors.js'
import { inRootSpan } from '../../observe/span.js'
import { known, requireRole, type Authenticate, type Caller } from '../caller.js'
import { inTime } from '../in-time.js'
import type { RequestEnv } from '../request-log.js'
import { describedRoutes, type Described } from './described.js'
import { openApiDocument } from './openapi.js'
import { HttpError, problemKinds, problemOf, problemType } from './problems.js'
import { readBody, readQuery } from './read.js'
import {
  onlyAttempt,
  readIdempotencyKey,
  type Answered,
  type Attempt,
  type Repetitions,
} from './repetitions.js'
import type { Call, Reply, Route } from './route.js'
import { allRoutes } from './routes/all.js'
import { withSaid } from '../../domain/sentences/with-said.js'

export type V1Dependencies = {
  authenticate: Authenticate
  /** What acts for the operator of a caller. */
  clientOf: (caller: Caller) => CarillonClient
  /** How all is, for the operator of a caller. */
  examine: (caller: Caller) => Promise<Check[]>
  /** What was answered to an `Idempotency-Key`. */
  repetitions: Repetitions
}

type Env = RequestEnv & { Variables: { caller: Caller } }

/** Everything under `/v1`: who is not known hears nothing but the description of the routes. */
export function v1(
  { authenticate, clientOf, examine, repetitions }: V1Dependencies,
  routes: readonly Route[] = allRoutes,
): Hono<Env> {
  const app = new Hono<Env>()
  const document = JSON.stringify(openApiDocument(describedRoutes))
  app.get('/openapi.json', (context) => context.body(document, 200, { 'Content-Type': 'application/json' }))

  app.use('*', async (context, next) => {
    context.set('caller', await known(authenticate, context.req.raw))
    await next()
  })

  for (const route of routes)
    app.on(route.method.toUpperCase(), honoPath(route), async (context) => {
      const caller = context.get('caller')
      context.set('route', nameOf(route))
      requireRole(caller, route.role)
      return await inRootSpan(nameOf(route), { 'carillon.requestId': context.get('requestId') }, async () =>
        toResponse(await answer(context, route)),
      )
    })
  for (const [path, methods] of methodsByPath(describedRoutes))
    app.all(path, () => {
      throw new HttpError('method_not_allowed', `Use ${methods.join(' or ')}.`, {
        Allow: methods.join(', '),
      })
    })
  app.all('*', () => {
    throw new CarillonError('not_found', 'There is nothing here. `/v1/openapi.json` has all routes.')
  })
  return app

  async function answer(
    context: Context<Env>,
    route: Route,
  ): Promise<Answered | (Reply<unknown> & { contentType?: string })> {
    const { req } = context
    const caller = context.get('caller')
    const url = new URL(req.url)
    const query = readQuery(route.query, url.searchParams)
    const { given, body } = route.takesBytes === undefined ? await readBody(route.body, req.raw) : {}
    const idempotencyKey =
      route.method === 'post' ? readIdempotencyKey(req.header('idempotency-key')) : undefined
    const work = async ({ operationId, isRepeated, begunAt }: Attempt): Promise<Reply<unknown>> => {
      const call: Call<Record<string, string>, unknown, unknown> = {
        caller,
        client: clientOf(caller),
        examine: async () => await examine(caller),
        params: req.param() as Record<string, string>,
        query,
        body,
        idempotencyKey,
        operationId,
        isRepeated,
        begunAt,
        header: (name) => req.header(name),
        request: req.raw,
      }
      return await inTime(route.handle(call as never), route.timeLimitMs)
    }
    if (idempotencyKey === undefined || route.repetition === 'harmless') return await work(onlyAttempt())
    const asked = {
      caller,
      key: idempotencyKey,
      route: nameOf(route),
      url: url.pathname + url.search,
      body: given,
      isNameOfWork: route.repetition === 'key',
    }
    return await repetitions(asked, async (attempt) => {
      try {
        return toAnswered(await work(attempt))
      } catch (error) {
        // Who makes a reminder asks what it is now: a refusal holds for as long as the other one is there.
        const refused = asked.isNameOfWork ? undefined : refusalOf(error, context.get('requestId'))
        if (refused === undefined) throw error
        return refused
      }
    })
  }
}

export function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method.toUpperCase()} /v1${path}`
}

function honoPath({ path }: Pick<Route, 'path'>): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

function methodsByPath(routes: readonly Described[]): Map<string, string[]> {
  const methods = new Map<string, string[]>()
  for (const route of routes)
    methods.set(honoPath(route), [...(methods.get(honoPath(route)) ?? []), route.method.toUpperCase()])
  return methods
}

/** What is for good, and so is answered to every repetition: not what another try might mend. */
function refusalOf(error: unknown, requestId: string): Answered | undefined {
  const found = problemOf(error, requestId)
  if (found === undefined || found.problem.code === 'invalid') return undefined
  const { status } = problemKinds[found.problem.code]
  if (status >= 500) return undefined
  return {
    status,
    headers: { ...found.headers, 'Content-Type': problemType },
    text: JSON.stringify(found.problem),
  }
}

function toAnswered({ status, body, headers = {} }: Reply<unknown>): Answered {
  if (body === undefined) return { status, headers, text: '' }
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    text: JSON.stringify(withSaid(body as object)),
  }
}

function toResponse(answer: Answered | Reply<unknown>): Response {
  if ('body' in answer && answer.body instanceof Uint8Array)
    return new Response(new Uint8Array(answer.body), answer)
  const { status, headers, text } = 'text' in answer ? answer : toAnswered(answer)
  return new Response(text === '' ? null : text, { status, headers })
}
