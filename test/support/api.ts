import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Hono } from 'hono'
import { createApi } from '../../src/api/app.js'
import type { RequestEnv } from '../../src/api/request-log.js'
import type { Caller } from '../../src/api/caller.js'
import { forOperators } from '../../src/api/serve.js'
import { openApiDocument, type Schema } from '../../src/api/v1/openapi.js'
import { describedRoutes } from '../../src/api/v1/described.js'
import type { Problem } from '../../src/api/v1/problems.js'
import { replayedHeader } from '../../src/api/v1/repetitions.js'
import type { V1Dependencies } from '../../src/api/v1/v1.js'
import { createLogger, type Logger } from '../../src/logging.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import type { System } from './system.js'

export const apiToken = 'a-token-of-the-tests-and-of-nobody-else'

export type Answer = { status: number; headers: Headers; body: unknown; text: string }
export type Send = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string>; token?: string | undefined },
) => Promise<Answer>

/** The app with what is told live alone, or with the sign-in. */
export function liveApi(live: Hono): Hono<RequestEnv> {
  return createApi({ ...withoutCron, live })
}
export function signInApi(signIn: Hono): Hono<RequestEnv> {
  return createApi({ ...withoutCron, signIn })
}

const withoutCron = {
  cronSecret: undefined,
  reconcile: () => Promise.reject(new Error('nobody asks for it')),
  logger: createLogger('silent'),
}

type Backend = Pick<System, 'temporal' | 'database' | 'operator'>

/**
 * The API over the parts of a system, without a socket. Each answer must be as its schema says, with no field more.
 * @param roles tokens beside that of the owner
 */
export function apiOf(
  { temporal, database, operator }: Backend,
  {
    callers = {},
    logger = createLogger('silent'),
    dependencies = {},
    // Nobody is there: no test asks Telegram itself.
    telegramUrl = 'http://127.0.0.1:1',
  }: {
    callers?: Record<string, Partial<Caller>>
    logger?: Logger
    dependencies?: Partial<V1Dependencies>
    telegramUrl?: string | undefined
  } = {},
) {
  const owner: Caller = { operatorId: operator, tokenId: 'owner', name: 'owner', role: 'owner' }
  const app = createApi({
    ...withoutCron,
    logger,
    v1: {
      authenticate: async (request) => {
        const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
        if (token === apiToken) return owner
        const found = Object.hasOwn(callers, token) ? callers[token] : undefined
        return found && { ...owner, tokenId: token, name: token, ...found }
      },
      ...forOperators({ temporal, database }, { settings: { telegramUrl }, logger }),
      ...dependencies,
    },
  })
  const check = answerCheck()
  // As it is once it has a token.
  const registered = registerOperator(database, operator)
  const send: Send = async (method, path, { body, headers = {}, token = apiToken } = {}) => {
    await registered
    const isRaw = body instanceof Uint8Array
    const response = await app.request(path, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isRaw ? new Uint8Array(body) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
      text,
    }
    check(method, path, answer)
    return answer
  }
  return { app, send }
}

/**
 * Throws where an answer is none of those that the OpenAPI document has for its route: by its status, its type, its schema and
 * the id of its request; or where it does not say when to come again, or which methods there are.
 */
export function answerCheck(): (
  method: string,
  path: string,
  answer: Pick<Answer, 'status' | 'headers' | 'body'>,
) => void {
  const document = openApiDocument(describedRoutes)
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  // A field that the schema has not would be one that nobody knows of.
  ajv.addSchema({ $id: 'api', components: closed(document.components) })
  return (method, path, { status, headers, body }) => {
    const name = new URL(path, 'http://x').pathname
    if (!name.startsWith('/v1/')) return
    const route = Object.keys(document.paths).find((pattern) =>
      new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(name),
    )
    const operation = document.paths[route ?? '']?.[method.toLowerCase()]
    if (operation === undefined) return
    const response = operation.responses[String(status)]
    if (response === undefined)
      throw new Error(`${method} ${route}: ${status} is none of its answers: ${JSON.stringify(body)}`)
    const wrong = wrongHeader({ status, headers, body }, Object.keys(response.content ?? {}))
    if (wrong !== undefined) throw new Error(`${method} ${route} ${status}: ${wrong}`)
    const schema = Object.entries(response.content ?? {}).find(([type]) => type.includes('json'))?.[1].schema
    if (schema === undefined) return
    const validate = ajv.compile(closed(schema) as Schema)
    if (!validate(body))
      throw new Error(
        `${method} ${route} ${status} is not as its schema says: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`,
      )
  }
}

function wrongHeader(
  { status, headers, body }: Pick<Answer, 'status' | 'headers' | 'body'>,
  types: string[],
): string | undefined {
  const type = headers.get('content-type')?.split(';')[0]
  if (!(types.length === 0 ? type === undefined : types.includes(type ?? '')))
    return `its type is ${type}, and the document has ${types.join(', ') || 'none'}`
  const requestId = headers.get('x-request-id')
  if (requestId === null) return 'it has no X-Request-Id'
  if (status < 400) return undefined
  const problem = body as Problem
  // What was answered before has the id that it had then.
  const isReplayed = headers.get(replayedHeader) !== null
  if (problem.requestId !== requestId && !isReplayed) return 'its requestId is not that of the header'
  const isPassing = status === 503 || status === 504 || problem.code === 'in_progress'
  return isPassing && headers.get('retry-after') === null ? 'it does not say when to come again' : undefined
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => closed(one))
  if (schema === null || typeof schema !== 'object') return schema
  const entries = Object.entries(schema).map(([name, value]) => [
    name,
    name === '$ref' && typeof value === 'string' ? `api${value}` : closed(value),
  ])
  const all = Object.fromEntries(entries) as Schema
  return all.type === 'object' && all.properties !== undefined ? { ...all, additionalProperties: false } : all
}
