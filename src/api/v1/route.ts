import type { z } from 'zod'
import type { CarillonClient } from '../../client/client.js'
import type { Check } from '../../doctor/check.js'
import type { Role } from '../../domain/access.js'
import type { Caller } from '../caller.js'
import type { ParameterName } from './parameters.js'
import type { ProblemCode } from './problems.js'

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete'

/** What a value that is sent as JSON may be here: a time is a `Date` until then. */
export type Sendable<T> = T extends string
  ? string extends T
    ? T | Date
    : T
  : T extends readonly (infer Entry)[]
    ? readonly Sendable<Entry>[]
    : T extends object
      ? { [Field in keyof T]: Sendable<T[Field]> }
      : T

export type Reply<Body> = { status: number; body: Body; headers?: Record<string, string> }

/** One request, read and checked. */
export type Call<Params, Query, Body> = {
  caller: Caller
  client: CarillonClient
  /** How all is, for the operator of the caller. */
  examine: () => Promise<Check[]>
  params: Params
  query: Query
  body: Body
  /** As it was sent; a retry of the same request has the same. */
  idempotencyKey: string | undefined
  /** The same for every attempt at one request where it has an `Idempotency-Key`: what is done under it is done once. */
  operationId: string
  /** An attempt before this one began it, and died or was not answered. */
  isRepeated: boolean
  /** When the first attempt began: `in 10 minutes` counts from then, whichever attempt reads it. */
  begunAt: Date
  header: (name: string) => string | undefined
  /** For a route that takes bytes: the body is not read yet. */
  request: Request
}

/**
 * What a body is described by. `checked`: it is read by that schema, and the handler has what that makes of it. Else the
 * handler has what was written: the client reads that by the same schema, and tells more of what is wrong with it.
 */
export type BodySpec<Body> = {
  schema: z.ZodType
  checked: boolean
  /** May be missing altogether. */
  optional: boolean
  /** At most so many bytes. */
  maxBytes: number
  /** Only for the type. */
  of?: Body
}

/** How a repeated `Idempotency-Key` is known: by a row of its own, or because the work itself knows the key. */
export type Repetition = 'row' | 'key' | 'harmless'

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type QueryOf<Query> = Query extends z.ZodObject ? z.output<Query> : Record<string, never>
type BodyOf<Answer> = Answer extends z.ZodType ? Sendable<z.input<Answer>> : undefined

type Spec<Path extends string, Query, Body, Answer> = {
  /** Its name in the OpenAPI document: `pauseReminder`. */
  id: string
  method: Method
  /** Under `/v1`, with `{names}`. */
  path: Path
  /** The part of the API that it belongs to. */
  tag: string
  summary: string
  description?: string
  role: Role
  query?: Query
  body?: BodySpec<Body>
  /** Of a POST. */
  repetition?: Repetition
  /** The statuses that it answers with where nothing is wrong, in words. */
  statuses: Record<number, string>
  answer?: Answer
  /** The header `ETag` of its answers. */
  hasEtag?: boolean
  /** The header `If-Match` that it heeds. */
  heedsIfMatch?: boolean
  /** The type of what it answers, or each that it may have, where that is no JSON. */
  contentType?: string | readonly string[]
  /** The types of a body that is no JSON: it is the handler's to read. */
  takesBytes?: readonly string[]
  /** 60 s where nothing is given. */
  timeLimitMs?: number
  /** Beside `invalid`, `unreachable` and `timed_out`, which any of them may answer. */
  errors?: readonly ProblemCode[]
}

/** A route as the app, the OpenAPI document and the tests see it. */
export type Route = Spec<string, z.ZodObject | undefined, unknown, z.ZodType | undefined> & {
  parameters: ParameterName[]
  handle: (call: Call<Record<string, string>, never, never>) => Promise<Reply<unknown>>
}

export function route<
  const Path extends string,
  Query extends z.ZodObject | undefined = undefined,
  Body = undefined,
  Answer extends z.ZodType | undefined = undefined,
>(
  spec: Spec<Path, Query, Body, Answer> & {
    handle: (
      call: Call<{ [Name in Names<Path>]: string }, QueryOf<Query>, Body>,
    ) => Promise<Reply<Answer extends undefined ? unknown : BodyOf<Answer>>>
  },
): Route {
  const parameters = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as ParameterName)
  return { ...spec, parameters } as unknown as Route
}

/** Of a body of JSON. */
export const defaultMaxBytes = 256 * 1024

/** A body that the client reads: see `BodySpec`. */
export function written<Body>(
  schema: z.ZodType,
  { maxBytes = defaultMaxBytes, optional = false }: { maxBytes?: number; optional?: boolean } = {},
): BodySpec<Body> {
  return { schema, checked: false, optional, maxBytes }
}

/** A body that is read by its schema. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  { maxBytes = defaultMaxBytes, optional = false }: { maxBytes?: number; optional?: boolean } = {},
): BodySpec<z.output<Schema>> {
  return { schema, checked: true, optional, maxBytes }
}

export function reply<Body>(status: number, body: Body, headers?: Record<string, string>): Reply<Body> {
  return { status, body, ...(headers && { headers }) }
}

export const ok = <Body>(body: Body, headers?: Record<string, string>): Reply<Body> =>
  reply(200, body, headers)

export const noContent: Reply<undefined> = { status: 204, body: undefined }
