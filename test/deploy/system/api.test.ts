import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.js'
import { createTestNamespace, type TestNamespace } from '../../support/namespace.js'
import { startProgram, type Started } from '../../support/processes.js'
import { testKey } from '../../support/database.js'

let database: TestDatabase
let namespace: TestNamespace
const started: Started[] = []

beforeAll(async () => {
  ;[database, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
})
afterEach(async () => {
  for (const program of started.splice(0)) await program.stop('SIGKILL')
})
afterAll(async () => {
  await namespace.close()
  await database.close()
})

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  TEMPORAL_ADDRESS: namespace.address,
  TEMPORAL_NAMESPACE: namespace.namespace,
  DATABASE_URL: database.url,
  CARILLON_OPERATOR: 'school',
  CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
})

async function startApi(extra: NodeJS.ProcessEnv = {}): Promise<Started & { url: string }> {
  const api = startProgram('api', ['dist/src/api-main.js'], {
    ...environment(),
    CARILLON_API_PORT: '0',
    ...extra,
  })
  started.push(api)
  const { url } = JSON.parse(await api.line((text) => text.includes('"api listening"'))) as { url: string }
  return Object.assign(api, { url })
}

async function run(program: string, args: string[], extra: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...environment(), ...extra }
  return (await promisify(execFile)(process.execPath, [`dist/src/${program}.js`, ...args], { env })).stdout
}

const secretOf = (link: string) => new URL(link).hash.slice(1)

test('a process of its own serves the API, says whether it is healthy, and ends when it is told to', async () => {
  const api = await startApi()
  const { port } = new URL(api.url)
  expect(await run('deploy/api-health-main', [], { CARILLON_API_PORT: port })).toMatch(
    /^200 {"status":"degraded"/,
  )
  // Nobody works here.
  const answer = await fetch(`${api.url}/readyz`)
  expect(await answer.json()).toMatchObject({ checks: { sessions: 'none', temporal: 'ok', postgres: 'ok' } })
  const token = JSON.parse(
    await run('cli/main', ['token', 'create', 'wall', '--role', 'viewer', '--json']),
  ) as {
    secret: string
  }
  const stream = await fetch(`${api.url}/v1/events`, { headers: { authorization: `Bearer ${token.secret}` } })
  expect(stream.status).toBe(200)
  await api.stop('SIGTERM')
  expect(api.child.exitCode).toBe(0)
  expect(await stream.text()).toContain('event: reconnect')
  await expect(run('deploy/api-health-main', [], { CARILLON_API_PORT: port })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('carillon api health: '),
  })
})

test('two of them answer for each other', async () => {
  const [one, two] = [await startApi(), await startApi()]
  const { secret } = JSON.parse(
    await run('cli/main', ['token', 'create', 'both', '--role', 'owner', '--json']),
  ) as { secret: string }
  const headers = {
    authorization: `Bearer ${secret}`,
    'content-type': 'application/json',
    'idempotency-key': 'once',
  }
  const add = async ({ url }: { url: string }) =>
    await fetch(`${url}/v1/accounts`, { method: 'POST', headers, body: JSON.stringify({ id: 'office' }) })
  const answers = await Promise.all([add(one), add(two)])
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  const replayed = answers.map((answer) => answer.headers.get('idempotency-replayed'))
  expect(new Set(replayed)).toEqual(new Set([null, 'true']))
})

test('behind a proxy that ends TLS a browser signs in by a link, and only there', async () => {
  const trusting = await startApi({ CARILLON_TRUSTED_PROXIES: 'loopback' })
  const alone = await startApi()
  const page = 'https://carillon.example.org'
  const { url: link } = JSON.parse(await run('cli/main', ['sign-in-link', '--url', page, '--json'])) as {
    url: string
  }
  expect(link).toMatch(/^https:\/\/carillon\.example\.org\/sign-in#[\w-]{43}$/)
  const signIn = async (url: string) =>
    await fetch(`${url}/v1/sign-in`, {
      method: 'POST',
      headers: {
        origin: page,
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'carillon.example.org',
      },
      body: JSON.stringify({ link: secretOf(link) }),
    })
  const refused = await signIn(alone.url)
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ code: 'csrf' })

  const answer = await signIn(trusting.url)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('set-cookie')).toMatch(/^__Host-carillon=[\w-]{43}; .*; Secure$/)
  expect((await signIn(trusting.url)).status).toBe(401)
})

test('behind a proxy failed sign-ins are counted by who fails, and not by the proxy', async () => {
  const api = await startApi({ CARILLON_TRUSTED_PROXIES: 'loopback' })
  const fail = async (address: string, number: number) =>
    (
      await fetch(`${api.url}/v1/sign-in`, {
        method: 'POST',
        headers: { origin: api.url, 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ token: `carillon_${String(number).padStart(8, 'Z')}${'x'.repeat(35)}` }),
      })
    ).status
  let made = 0
  for (let i = 0; i < 30; i++) expect(await fail(`198.51.100.${i}, 203.0.113.77`, made++)).toBe(401)
  expect(await fail('198.51.100.200, 203.0.113.77', made++)).toBe(429)
  expect(await fail('203.0.113.78', made++)).toBe(401)
})

test('the link is for where the API listens, where nothing else is said', async () => {
  const text = await run('cli/main', ['sign-in-link'], { CARILLON_API_PORT: '18400' })
  expect(text).toMatch(
    /^It signs one browser in, once, and is over in 15 min:\nhttp:\/\/127\.0\.0\.1:18400\/sign-in#[\w-]{43}\n$/,
  )
  for (const [args, expected] of [
    [['--url', 'carillon.example.org'], 'expected a URL such as https://carillon.example.org'],
    [[], 'Give its address with --url'],
  ] as const)
    await expect(
      run('cli/main', ['sign-in-link', ...args], { CARILLON_API_PORT: '0' }),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining(expected),
    })
})

test('without a Temporal and a Postgres of yours there is nothing to serve', async () => {
  const env = { PATH: process.env['PATH'] ?? '' }
  const ended = promisify(execFile)(process.execPath, ['dist/src/api-main.js'], { env })
  await expect(ended).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The API needs TEMPORAL_ADDRESS and DATABASE_URL'),
  })
})
