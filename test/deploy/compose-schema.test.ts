import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { projectFile } from './support/files.js'

type Compose = { services: Record<string, Record<string, unknown>> }

// A linter of compose files brings the schema of the Compose Specification with each of its versions.
const schema = JSON.parse(projectFile('node_modules/dclint/schemas/compose.schema.json')) as Record<
  string,
  unknown
>
// Its address of draft 7 has https, and the draft's own name has http: the parser knows it by that only.
delete schema.$schema
const ajv = new Ajv({ allErrors: true, strict: false })
// The package's default export is the function itself, wrapped once more for ES modules.
addFormats.default(ajv)
const validate = ajv.compile(schema)

function problemsOf(file: unknown): string[] {
  validate(file)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const compose = () => parse(projectFile('docker-compose.yml'), { merge: true }) as Compose

it('docker-compose.yml is valid by the schema of the Compose Specification', () => {
  expect(problemsOf(compose())).toEqual([])
})

it.each<[string, (services: Compose['services']) => void]>([
  ['a misspelt key', (services) => Object.assign(services.temporal ?? {}, { healtcheck: {} })],
  ['a restart that is no text', (services) => Object.assign(services.postgres ?? {}, { restart: false })],
  [
    'an unknown condition',
    (services) =>
      Object.assign(services.migrations ?? {}, { depends_on: { temporal: { condition: 'healthy' } } }),
  ],
  ['ports that are no list', (services) => Object.assign(services.temporal ?? {}, { ports: '7233' })],
])('the schema finds %s', (_what, spoil) => {
  const file = compose()
  spoil(file.services)
  expect(problemsOf(file)).not.toEqual([])
})
