import { parse } from 'yaml'
import { z } from 'zod'
import { StackError } from '../../src/stack/errors.js'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const serviceSchema = z.looseObject({
  image: z.string().optional(),
  command: z.array(text).optional(),
  environment: z.record(z.string(), text).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
})

const composeSchema = z.looseObject({ services: z.record(z.string(), serviceSchema) })

export type ComposeService = z.infer<typeof serviceSchema>
export type ComposeFile = z.infer<typeof composeSchema>

/**
 * The part of a Compose file that processes need, with its variables replaced as Compose does it.
 * @throws StackError that names every variable that must be set and is not
 */
export function readComposeFile(source: string, variables: NodeJS.ProcessEnv): ComposeFile {
  const missing = new Set<string>()
  const replaced = interpolate(parse(source, { merge: true }), (name) => variables[name], missing)
  if (missing.size > 0) throw new StackError(`docker-compose.yml needs ${[...missing].join(', ')}`)
  return composeSchema.parse(replaced)
}

export function serviceOf(file: ComposeFile, name: string): ComposeService {
  const service = file.services[name]
  if (service === undefined) throw new StackError(`docker-compose.yml has no service '${name}'`)
  return service
}

type LookUp = (name: string) => string | undefined

function interpolate(value: unknown, lookUp: LookUp, missing: Set<string>): unknown {
  if (typeof value === 'string') return interpolateText(value, lookUp, missing)
  if (Array.isArray(value)) return value.map((item: unknown) => interpolate(item, lookUp, missing))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, interpolate(item, lookUp, missing)]),
  )
}

/** ${NAME}, ${NAME:-default}, ${NAME:?message} and $$; in the last two forms of a variable, empty is not set. */
const reference = /\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})/g

function interpolateText(value: string, lookUp: LookUp, missing: Set<string>): string {
  return value.replaceAll(
    reference,
    (_all, dollar: string | undefined, name: string, form: string | undefined, rest: string | undefined) => {
      if (dollar !== undefined) return '$'
      const found = lookUp(name)
      if (form === undefined) return found ?? ''
      if (found !== undefined && found !== '') return found
      if (form === '?') missing.add(name)
      return form === '-' ? (rest ?? '') : ''
    },
  )
}
