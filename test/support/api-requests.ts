import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { Operation, Parameter, Schema } from '../../src/api/v1/openapi.js'
import { fromSchema, junk } from './from-schema.js'

export type FuzzRequest = {
  path: string
  headers: Record<string, string>
  /** Bytes as they are, anything else as JSON. */
  body?: unknown
  /** Whether it says how long to wait for a worker: not long. */
  hasWait: boolean
}

/** What there is of each parameter of a path, as far as it is known by then. */
export type KnownNames = Record<string, Set<string>>

/** Nobody waits for long for what a worker can't do. */
const longestWaitMs = 1_000

/** Requests that the operation allows, and a few that it does not: in the path, the query, the headers, the body and its type. */
export function requestsOf(
  path: string,
  {
    method,
    operation,
    schemas,
    known,
  }: { method: string; operation: Operation; schemas: Record<string, Schema>; known: KnownNames },
): Arbitrary<FuzzRequest> {
  const inPlace = (place: string) => operation.parameters.filter((one) => one.in === place)
  return fc
    .record({
      names: fc.record(
        Object.fromEntries(inPlace('path').map(({ name }) => [name, nameOf(known[name] ?? new Set())])),
      ),
      query: fc.record(
        Object.fromEntries(inPlace('query').map((one) => [one.name, fromSchema(one.schema, schemas)])),
        { requiredKeys: [] },
      ),
      more: fc.option(fc.tuple(fc.string({ maxLength: 8 }), junk), { nil: undefined, freq: 12 }),
      headers: headersOf(inPlace('header')),
      // The standard's Request refuses one with a GET.
      body: method === 'GET' ? noBody : bodyOf(operation, schemas),
    })
    .map(({ names, query, more, headers, body }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encoded(names[name] ?? '') || 'x')
      const search = searchOf([...Object.entries(query), ...(more === undefined ? [] : [more])])
      const content = shortWait(body.content)
      return {
        path: search === '' ? filled : `${filled}?${search}`,
        headers: { ...headers, ...body.headers },
        ...(content !== undefined && { body: content }),
        hasWait: 'timeoutMs' in query || hasWait(content),
      }
    })
}

/** One that is there, more often than one that is not. They are looked up when the request is made: there are more by then. */
function nameOf(known: ReadonlySet<string>): Arbitrary<string> {
  const any = fc.string({ unit: 'binary', maxLength: 12 })
  const one = fc.nat(1_000).map((index) => [...known][index % Math.max(1, known.size)] ?? 'x')
  return fc.oneof({ weight: 4, arbitrary: one }, { weight: 1, arbitrary: any })
}

const visible = fc.stringMatching(/^[!-~]{0,300}$/)

function headersOf(parameters: Parameter[]): Arbitrary<Record<string, string>> {
  const values: Record<string, Arbitrary<string>> = {
    // Few of them: they come again, with the same request and with others.
    'Idempotency-Key': fc.oneof(
      { weight: 6, arbitrary: fc.stringMatching(/^[a-z0-9]{1,2}$/) },
      { weight: 1, arbitrary: visible },
    ),
    'If-Match': fc.oneof(fc.constantFrom('*', `"${'0'.repeat(64)}"`, 'W/"x"'), visible),
  }
  const each = Object.fromEntries(parameters.map(({ name }) => [name, values[name] ?? visible]))
  return fc.record(each, { requiredKeys: [] }) as Arbitrary<Record<string, string>>
}

type Body = { content?: unknown; headers: Record<string, string> }
const noBody = fc.constant<Body>({ headers: {} })

function bodyOf({ requestBody }: Operation, schemas: Record<string, Schema>): Arbitrary<Body> {
  const json = (content: unknown): Body => ({ content, headers: {} })
  const raw = (content: unknown, type: string): Body => ({ content, headers: { 'content-type': type } })
  const noise = fc.tuple(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...['{"to": ', '[[[[', '"\ud800"', '{"a":1}{}'].map((text) => Buffer.from(text))),
    ),
    fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png', ';'),
  )
  const wrong = noise.map(([content, type]) => raw(new Uint8Array(content), type))
  if (requestBody === undefined)
    return fc.oneof({ weight: 8, arbitrary: noBody }, { weight: 1, arbitrary: wrong })
  const schema = requestBody.content['application/json']?.schema
  const right =
    schema === undefined
      ? fc.constantFrom(...Object.keys(requestBody.content)).map((type) => raw(png, type))
      : fromSchema(schema, schemas).map(json)
  return fc.oneof(
    { weight: 12, arbitrary: right },
    { weight: 2, arbitrary: wrong },
    { weight: 1, arbitrary: noBody },
  )
}

/** Of one pixel. */
const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    'base64',
  ),
)

function searchOf(fields: [string, unknown][]): string {
  const entries = fields.flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [
      name,
      name === 'timeoutMs' ? '1' : textOf(one),
    ]),
  )
  return new URLSearchParams(entries).toString()
}

function encoded(name: string): string {
  return encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, ''))
}
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
function hasWait(body: unknown): body is { timeoutMs: unknown } {
  return body !== null && typeof body === 'object' && 'timeoutMs' in body
}
function shortWait(body: unknown): unknown {
  if (!hasWait(body) || typeof body.timeoutMs !== 'number') return body
  return { ...body, timeoutMs: Math.min(body.timeoutMs, longestWaitMs) }
}
