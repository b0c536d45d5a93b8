import { z } from 'zod'
import { InputError } from '../../client/errors.js'
import { deepest, isInForm, mostFields } from '../../client/input/form.js'
import { schemaIssues } from '../../client/input/issues.js'
import type { BodySpec } from './route.js'
import { HttpError } from './problems.js'
import { say } from '../../domain/sentences/say.js'

/** The parameters of the query by their schema. @throws InputError */
export function readQuery(schema: z.ZodObject | undefined, search: URLSearchParams): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const name of new Set(search.keys())) {
    const field = schema?.shape[name]
    given[name] = field === undefined ? search.get(name) : fromTexts(field as z.ZodType, search.getAll(name))
  }
  try {
    return readBy(z.strictObject(schema?.shape ?? {}), given)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    // The second of several values has the name of the first.
    throw new InputError(
      error.issues.map((issue) => ({ ...issue, field: issue.field.replace(/\[\d+\]$/, '') })),
    )
  }
}

/** What is text in a URL, as its schema would have it; what it can't be stays a text, and the schema says so. */
function fromTexts(field: z.ZodType, texts: string[]): unknown {
  const schema = field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field
  const [text = ''] = texts
  if (schema instanceof z.ZodArray) return texts.flatMap((one) => one.split(','))
  if (texts.length > 1) return texts
  if (schema instanceof z.ZodNumber) return /^-?\d+$/.test(text) ? Number(text) : text
  if (schema instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text
  return text
}

/** @throws InputError with an issue for each field */
export function readBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new InputError(schemaIssues(schema, value, 'body'))
}

/**
 * The JSON of a body as it was given, and as the handler has it.
 * @throws HttpError `wrong_type`, `too_large`, `malformed`; InputError
 */
export async function readBody(
  spec: BodySpec<unknown> | undefined,
  request: Request,
): Promise<{ given?: unknown; body?: unknown }> {
  const bytes = await readBytes(request, spec?.maxBytes ?? 1_024)
  if (spec === undefined) {
    if (bytes.length > 0) throw new HttpError('malformed', 'This route takes no body: leave it out.')
    return {}
  }
  if (bytes.length === 0 && spec.optional) return { given: {}, body: bodyOf(spec, {}) }
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new HttpError('wrong_type', 'Send JSON, with the header `Content-Type: application/json`.')
  const given = parseJson(bytes)
  return { given, body: bodyOf(spec, given) }
}

export function bodyOf({ schema, checked }: BodySpec<unknown>, given: unknown): unknown {
  return checked ? readBy(schema, given) : given
}

function parseJson(bytes: Buffer): unknown {
  const json = jsonOf(bytes)
  if (isInForm(json)) return json
  throw new HttpError(
    'malformed',
    `The body has values more than ${deepest} deep in each other, or an object with more than ${mostFields} fields.`,
  )
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // The message of a SyntaxError repeats what was sent, which is personal.
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw new HttpError('malformed', `The body is no JSON in UTF-8 (${bytes.length} bytes).`)
    throw error
  }
}

/** The bytes of a body that is one of these types. @throws HttpError */
export async function readFile(
  request: Request,
  { types, maxBytes }: { types: readonly string[]; maxBytes: number },
): Promise<Buffer> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!types.includes(type))
    throw new HttpError('wrong_type', `Send the file itself, as ${types.join(', ')}.`)
  return await readBytes(request, maxBytes)
}

/** All of a body, or nothing where there is more of it than it may have. */
async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new HttpError('too_large', say('bodyTooLarge', { bytes: maxBytes }))
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge()
  if (request.body === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
