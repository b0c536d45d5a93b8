import { z } from 'zod'
import { writtenForms } from '../../client/input/written-forms.js'
import { version } from '../version.js'
import { roles } from '../../domain/access.js'
import { ifMatchPattern } from './if-match.js'
import { parameters } from './parameters.js'
import { problemAnswer, problemKinds, problemType, type ProblemCode } from './problems.js'
import { keyPattern, maxKeyLength } from './repetitions.js'
import type { Described } from './described.js'

/** JSON Schema, as far as ours go. */
export type Schema = {
  $ref?: string
  type?: string
  format?: string
  const?: unknown
  enum?: readonly unknown[]
  properties?: Record<string, Schema>
  required?: readonly string[]
  items?: Schema
  additionalProperties?: boolean | Schema
  oneOf?: readonly Schema[]
  anyOf?: readonly Schema[]
  minimum?: number
  maximum?: number
  description?: string
  example?: unknown
  [other: string]: unknown
}
type Schemas = Record<string, Schema>
type Content = Record<string, { schema: Schema }>

export type Parameter = {
  name: string
  in: string
  required?: true
  description?: string
  schema: Schema
  [other: string]: unknown
}
export type OpenApiResponse = { description: string; headers?: object; content?: Content }
export type Operation = {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security?: object[]
  parameters: Parameter[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, OpenApiResponse>
}
export type OpenApi = {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: object }
  servers: object[]
  security: object[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: object; schemas: Schemas }
}

/** OpenAPI 3.1 of the routes: its schemas are JSON Schema 2020-12, which Zod writes of the schemas that they are read by. */
export function openApiDocument(routes: readonly Described[]): OpenApi {
  const schemas: Schemas = {}
  const paths: OpenApi['paths'] = {}
  for (const route of routes) {
    const path = (paths[`/v1${route.path}`] ??= {})
    path[route.method] = operation(route, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version,
      description:
        'Durable reminders to WhatsApp groups and people: on time, exactly once, at a safe pace. What each field of a reminder means is in `examples/`; how to use this API in `docs/api.md`. Where nothing else is said, a browser that is signed in may ask without a token, too, by its cookie. Assistants have the Model Context Protocol at `/mcp` (`docs/mcp.md`).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes,
      schemas,
    },
  }
}

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer' },
  browser: { type: 'apiKey', in: 'cookie', name: 'carillon', description: '`__Host-carillon` over TLS.' },
  calendar: { type: 'apiKey', in: 'query', name: 'token', description: 'A token of the role `calendar`.' },
}

function operation(route: Described, schemas: Schemas): Operation {
  const { summary, description, tag, role, security, statuses } = route
  return {
    operationId: route.id,
    summary,
    description: [
      description,
      role && `Needs the role \`${role}\`${role === roles.at(-1) ? '' : ' or a higher one'}.`,
    ]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    tags: [tag],
    ...(security && { security }),
    parameters: parametersOf(route, schemas),
    ...requestBody(route, schemas),
    responses: {
      ...Object.fromEntries(
        Object.entries(statuses).map(([status, words]) => [
          status,
          success(route, { status, words }, schemas),
        ]),
      ),
      ...problems(route, schemas),
    },
  }
}

function parametersOf(route: Described, schemas: Schemas): Parameter[] {
  const inPath = route.parameters.map((name) => parameter(name, { in: 'path', schema: parameters[name] }))
  const inQuery = Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    ...parameter(name, { in: 'query', schema: schema as z.ZodType }),
    ...(!isOptional(schema as z.ZodType) && { required: true as const }),
  }))
  const inHeader = [
    ...(route.inHeader ?? []),
    ...(route.repetition !== undefined
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            description: repetitionText[route.repetition],
            schema: { type: 'string', minLength: 1, maxLength: maxKeyLength, pattern: keyPattern },
          },
        ]
      : []),
    ...(route.heedsIfMatch === true
      ? [
          {
            name: 'If-Match',
            in: 'header',
            description: 'The `ETag` of what is to be changed: 412 where it was changed meanwhile.',
            schema: { type: 'string', pattern: ifMatchPattern },
          },
        ]
      : []),
  ]
  return [...inPath, ...inQuery, ...inHeader]

  function parameter(name: string, { in: place, schema }: { in: string; schema: z.ZodType }): Parameter {
    const { description, example, ...json } = jsonSchema(schema, schemas)
    return {
      name,
      in: place,
      ...(place === 'path' && { required: true as const }),
      ...(description !== undefined && { description }),
      schema: json,
      ...(example !== undefined && { example }),
      // `?state=paused&state=scheduled`, and `?state=paused,scheduled` is read, too.
      ...(json.type === 'array' && { style: 'form', explode: true }),
    }
  }
}

const repetitionText = {
  row: 'A request with the key of an earlier one is answered what that was, for 24 hours; with another body it is refused (409).',
  key: 'The key of the reminder, where the body has none. The same request with it is answered what the first was, for 24 hours; the same key and content never make a second reminder.',
  harmless: 'Taken and not needed: to do it twice changes nothing.',
} as const

function requestBody({ body, takesBytes }: Described, schemas: Schemas): Pick<Operation, 'requestBody'> {
  if (takesBytes !== undefined)
    return {
      requestBody: {
        required: true,
        content: Object.fromEntries(takesBytes.map((type) => [type, { schema: {} }])),
      },
    }
  if (body === undefined) return {}
  return {
    requestBody: {
      required: !body.optional,
      content: { 'application/json': { schema: jsonSchema(body.schema, schemas) } },
    },
  }
}

function success(
  route: Described,
  { status, words: description }: { status: string; words: string },
  schemas: Schemas,
): OpenApiResponse {
  const { answer, contentType, hasEtag } = route
  const headers = {
    'X-Request-Id': { description: 'The id of this request, as in the log.', schema: { type: 'string' } },
    ...(hasEtag === true && {
      ETag: {
        description: 'Of what is answered: that of a reminder is another one after each edit.',
        schema: { type: 'string' },
      },
    }),
  }
  if (status === '304') return { description, headers }
  if (contentType !== undefined) {
    const types = typeof contentType === 'string' ? [contentType] : contentType
    return { description, headers, content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) }
  }
  if (answer === undefined) return { description, headers }
  return { description, headers, content: { 'application/json': { schema: jsonSchema(answer, schemas) } } }
}

const anywhere: ProblemCode[] = [
  'unauthorized',
  'forbidden',
  'invalid',
  'failure',
  'unreachable',
  'timed_out',
]

/** What may be wrong, by status. */
function problems(route: Described, schemas: Schemas): Operation['responses'] {
  const codes: ProblemCode[] = [
    ...anywhere,
    ...(route.errors ?? []),
    ...(route.parameters.length > 0 ? (['not_found'] as const) : []),
    ...(route.repetition !== undefined ? (['malformed', 'in_progress', 'key_reused'] as const) : []),
    ...(route.body !== undefined || route.takesBytes !== undefined
      ? (['malformed', 'too_large', 'wrong_type'] as const)
      : []),
    'malformed',
    'too_long',
  ]
  const byStatus = new Map<number, Set<ProblemCode>>()
  for (const code of codes) {
    const { status } = problemKinds[code]
    byStatus.set(status, (byStatus.get(status) ?? new Set<ProblemCode>()).add(code))
  }
  const schema = jsonSchema(problemAnswer, schemas)
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      {
        description: [...of].map((code) => `\`${code}\`: ${problemKinds[code].title}.`).join(' '),
        content: { [problemType]: { schema } },
      },
    ]),
  )
}

function isOptional(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success
}

/** As it is written, that is before it is read; one with a name goes to `schemas` and is referred to. */
export function jsonSchema(schema: z.ZodType, schemas: Schemas): Schema {
  // A schema's own name counts only where it is part of another one.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const written = writtenForms(zodSchema)
      if (written === undefined) return
      const { description, ...own } = jsonSchema
      for (const name of Object.keys(jsonSchema)) delete jsonSchema[name]
      const anyOf = [...(written.isAll ? [] : [own]), ...written.forms]
      Object.assign(jsonSchema, { ...(description !== undefined && { description }), anyOf })
    },
  })
  for (const [name, definition] of Object.entries($defs)) schemas[name] = withReferences(definition)
  return withReferences(properties?.['it'])
}

function withReferences(schema: unknown): Schema {
  return JSON.parse(JSON.stringify(schema ?? {}).replaceAll('"#/$defs/', '"#/components/schemas/')) as Schema
}
