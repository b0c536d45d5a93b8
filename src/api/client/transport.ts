import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import { CarillonError } from '../../client/errors.js'
import { pause } from '../../pause.js'
import { problemAnswer, problemType } from '../v1/problems.js'
import { decode, type Answer } from './decode.js'
import { errorOf } from './failures.js'

export type Request = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Under `/v1`, its values percent-encoded. */
  path: string
  query?: Record<string, string | number | boolean | readonly string[] | undefined>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as they are, instead. */
  bytes?: { type: string; content: Buffer }
  headers?: Record<string, string>
  /**
   * Of a POST: the same for every attempt at one request. One is made where none is given; none is sent where it is false, since
   * the request is known by what it has in it.
   */
  idempotencyKey?: string | false | undefined
  /** False where it must not be sent again after an answer that was lost. */
  isRepeatable?: boolean
  /** 70 s where nothing is given: longer than the API takes for an answer. */
  timeLimitMs?: number
}

export type Transport = {
  /** @throws the error that the client without the API would have thrown; CarillonError `unreachable`, `timed_out` */
  ask: <Schema extends z.ZodType>(schema: Schema, request: Request) => Promise<Answer<Schema>>
  /** The same for what has no answer. */
  tell: (request: Request) => Promise<void>
  /** The same for a file of one of these types. */
  download: (types: readonly string[], request: Request) => Promise<{ type: string; bytes: Uint8Array }>
}

export type TransportOptions = {
  /** Where the API is: `https://reminders.example.org`, with a path where a proxy puts it under one. */
  url: string
  token: string
  fetch?: typeof globalThis.fetch
}

/** Before the second attempt, and before each after it: an API that is deployed anew is back by then, or a proxy's other one. */
const pausesMs = [300, 1_000]
const defaultTimeLimitMs = 70_000
/** An earlier attempt is under way, and is waited for: of the longest of them, a list of reminders. */
const mostInProgressMs = 600_000

export function createTransport({ url, token, fetch = globalThis.fetch }: TransportOptions): Transport {
  const base = `${url.replace(/\/+$/, '')}/v1`

  async function send(request: Request): Promise<Response> {
    const { method, path, body, bytes, timeLimitMs = defaultTimeLimitMs } = request
    const content = bytes?.content ?? (body === undefined ? undefined : JSON.stringify(body))
    return await fetch(`${base}${path}${queryOf(request)}`, {
      method,
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${token}`,
        ...(content !== undefined && { 'Content-Type': bytes?.type ?? 'application/json' }),
        ...(typeof request.idempotencyKey === 'string' && { 'Idempotency-Key': request.idempotencyKey }),
        ...request.headers,
      },
      ...(content !== undefined && {
        body: typeof content === 'string' ? content : new Uint8Array(content),
      }),
      // The token is for this address, and for no other.
      redirect: 'error',
      signal: AbortSignal.timeout(timeLimitMs),
    })
  }

  /** An attempt is made again where nobody answered it, or a proxy did in place of the API. */
  async function answered(request: Request): Promise<Response> {
    const { isRepeatable = true } = request
    for (let attempt = 0; ; attempt += 1) {
      const pauseMs = isRepeatable ? pausesMs[attempt] : undefined
      try {
        const response = await send(request)
        const isOfApi = response.status < 500 || typeOf(response) === problemType
        if (isOfApi || pauseMs === undefined) return response
        await response.body?.cancel()
      } catch (error) {
        if (pauseMs === undefined || isTimeout(error)) throw noAnswer(url, error)
      }
      await pause(pauseMs)
    }
  }

  /** An answer where nothing is wrong. */
  async function answerTo(given: Request): Promise<Response> {
    const request =
      given.method === 'POST' ? { ...given, idempotencyKey: given.idempotencyKey ?? randomUUID() } : given
    const deadlineMs = Date.now() + mostInProgressMs
    for (;;) {
      const response = await answered(request)
      if (response.ok) return response
      const error = await failureOf(url, response, await response.text())
      const isUnderWay = error instanceof InProgress
      if (!isUnderWay || Date.now() >= deadlineMs) throw isUnderWay ? error.cause : error
      await pause(error.afterMs)
    }
  }

  return {
    ask: async (schema, request) => decode(schema, jsonOf(url, await (await answerTo(request)).text())),
    tell: async (request) => void (await (await answerTo(request)).text()),
    download: async (types, request) => {
      const response = await answerTo(request)
      const type = typeOf(response)
      if (!types.includes(type)) throw notTheApi(url, `the type ${type}`)
      return { type, bytes: new Uint8Array(await response.arrayBuffer()) }
    },
  }
}

/** Not to be told to anybody: the same request is sent again. */
class InProgress extends Error {
  constructor(
    readonly afterMs: number,
    override readonly cause: Error,
  ) {
    super(cause.message, { cause })
  }
}

async function failureOf(url: string, response: Response, text: string): Promise<Error> {
  if (typeOf(response) !== problemType) return notTheApi(url, `status ${response.status}`)
  const { data: problem } = problemAnswer.safeParse(jsonOf(url, text))
  // A code of a newer API: what it says is for people all the same.
  if (problem === undefined) return unknownProblem(response, text)
  const error = errorOf(problem, response.headers.get('etag'))
  if (problem.code !== 'in_progress') return error
  return new InProgress(1_000 * Number(response.headers.get('retry-after') ?? 1), error)
}

function unknownProblem({ status }: Response, text: string): Error {
  const { detail } = JSON.parse(text) as { detail?: unknown }
  const said = typeof detail === 'string' ? detail : `The API refused it with the status ${status}.`
  return new CarillonError(status < 500 ? 'invalid' : 'not_ready', said)
}

function jsonOf(url: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw notTheApi(url, 'no JSON')
    throw error
  }
}

function notTheApi(url: string, what: string): CarillonError {
  return new CarillonError(
    'unreachable',
    `${url} answers with ${what}, as Carillon's API does not. Is this its address? Is a proxy in front of it?`,
  )
}

function noAnswer(url: string, error: unknown): CarillonError {
  if (isTimeout(error))
    return new CarillonError(
      'timed_out',
      `The API at ${url} has not answered in time. What was asked for may be done: look before you ask again.`,
      { cause: error },
    )
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return new CarillonError(
    'unreachable',
    `The API cannot be reached at ${url}${why}. Is Carillon running there? Set CARILLON_URL to its address.`,
    { cause: error },
  )
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}

function typeOf({ headers }: Response): string {
  return headers.get('content-type')?.split(';')[0]?.trim() ?? ''
}

function queryOf({ query = {} }: Request): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one): [string, string] => [name, String(one)]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`
}
