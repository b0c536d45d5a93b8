import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check } from '../../src/doctor/check.js'
import {
  certificateFiles,
  createIssuer,
  type CertificateFiles,
  type Issuer,
} from '../support/certificates.js'
import { eventually } from '../support/eventually.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { startTlsPostgres, tlsPassword, type TlsPostgres } from '../support/postgres-tls.js'
import { startProgram, type Started } from '../support/processes.js'
import { startTlsProxy, type TlsProxy } from '../support/tls-proxy.js'

/**
 * Every program of ours with a Temporal that asks for certificates (a proxy that ends TLS in front of the one of the tests, which has
 * none) and a Postgres that does, and with its secrets in files.
 */
let issuer: Issuer
let files: CertificateFiles
let postgres: TlsPostgres
let namespace: TestNamespace
let temporal: TlsProxy
const started: Started[] = []
const encryptionKey = Buffer.alloc(32, 7).toString('base64')

beforeAll(async () => {
  issuer = await createIssuer('issuer')
  files = certificateFiles()
  ;[postgres, namespace] = await Promise.all([startTlsPostgres(issuer), createTestNamespace()])
  temporal = await startTlsProxy({
    target: namespace.address,
    server: await issuer.server([{ type: 'dns', value: 'localhost' }]),
    clientCa: issuer.ca,
  })
  const client = await issuer.client('mutual')
  files.write('ca.pem', issuer.ca)
  files.write('other-ca.pem', (await createIssuer('other')).ca)
  files.write('client.pem', client.cert)
  files.write('client.key', client.key)
  files.write('encryption-key', `${encryptionKey}\n`)
  files.write('database-url', `${postgres.urlOf('mutual', postgresQuery())}\n`)
})
afterAll(async () => {
  for (const program of started) await program.stop('SIGKILL')
  await temporal.close()
  await namespace.close()
  await postgres.close()
  files.close()
})

const postgresQuery = (ca = 'ca.pem') =>
  `?sslmode=verify-full&sslrootcert=${files.path(ca)}&sslcert=${files.path('client.pem')}&sslkey=${files.path('client.key')}`

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  TEMPORAL_ADDRESS: `localhost:${temporal.port}`,
  TEMPORAL_NAMESPACE: namespace.namespace,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.path('ca.pem'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: files.path('client.pem'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: files.path('client.key'),
  DATABASE_URL_FILE: files.path('database-url'),
  CARILLON_ENCRYPTION_KEY_FILE: files.path('encryption-key'),
  CARILLON_OPERATOR: 'school',
  CARILLON_API_PORT: '0',
  CARILLON_WHATSAPP_URL: 'ws://127.0.0.1:1/none',
})

type Ended = { code: number; stdout: string; stderr: string }

async function run(program: string, args: string[] = [], env = environment()): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { env })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as Ended
    return { code, stdout, stderr }
  }
}
const carillon = async (...args: string[]) => await run('dist/src/cli/main.js', args)

async function start(name: string, program: string, ready: string): Promise<{ url?: string }> {
  const one = startProgram(name, [program], environment())
  started.push(one)
  const line = await one.line((text) => text.includes(ready))
  return JSON.parse(line) as { url?: string }
}

test('everything works by it: migrations, workers, the API, what it tells live, and the commands', async () => {
  const migrated = await run('dist/src/deploy/migrate-main.js')
  expect(migrated).toMatchObject({ code: 0, stdout: expect.stringContaining('applied 0001_initial.sql') })
  await start('tls-worker', 'dist/src/worker-main.js', '"worker started"')
  const { url = '' } = await start('tls-api', 'dist/src/api-main.js', '"api listening"')
  expect((await run('dist/src/deploy/worker-health-main.js')).code).toBe(0)

  const made = await carillon('token', 'create', 'office', '--role', 'owner', '--json')
  const { secret } = JSON.parse(made.stdout) as { secret: string }
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const post = async (path: string, body: object) =>
    (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).status
  expect(await post('/v1/accounts', { id: 'office' })).toBe(201)
  const stream = await fetch(`${url}/v1/events`, { headers })
  const reader = stream.body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('event: ready')
  // The worker takes the update over its own connection to Temporal.
  const reminder = {
    key: 'trip',
    account: 'office',
    to: '+15550007700',
    text: 'x',
    at: 'in 5 hours',
    zone: 'UTC',
  }
  expect(await post('/v1/reminders', reminder)).toBe(201)

  const { rows } = await admin(
    `select distinct a.application_name as name, s.ssl, s.client_dn as client
     from pg_stat_activity a join pg_stat_ssl s using (pid) where a.usename = 'mutual' order by 1`,
  )
  expect(rows).toEqual(
    ['carillon', 'carillon events', 'carillon watch'].map((name) => ({
      name,
      ssl: true,
      client: '/CN=mutual',
    })),
  )
  await reader?.cancel()
  expect(temporal.accepted()).toBeGreaterThan(3)
})

test('doctor says that it is encrypted', async () => {
  await eventually(async () => {
    const { stdout } = await carillon('doctor', '--json')
    const { checks } = JSON.parse(stdout) as { checks: Check[] }
    const found = (name: string) => checks.find((check) => check.name === name)
    expect(found('Postgres')).toMatchObject({ state: 'ok', found: expect.stringMatching(/, over TLS$/) })
    expect(found('Temporal')).toMatchObject({ state: 'ok', found: expect.stringMatching(/, over TLS$/) })
  })
})

test('`npm start` takes them, too, and shows a sign-in link, which is in no log', async () => {
  const home = mkdtempSync(join(tmpdir(), 'carillon-home-'))
  const ports = { CARILLON_TEMPORAL_PORT: '0', CARILLON_UI_PORT: '0', CARILLON_POSTGRES_PORT: '0' }
  const own = { ...environment(), ...ports, CARILLON_HOME: home }
  const program = startProgram('tls-start', ['dist/src/start.js'], own)
  started.push(program)
  const row = await program.line((text) => text.startsWith('  Sign in '))
  const postgresRow = await program.line((text) => text.startsWith('  Postgres '))
  expect(postgresRow).toContain(`localhost:${postgres.port}/carillon`)
  const link = new URL(row.replace(/^ +Sign in +/, ''))
  expect(link.pathname).toBe('/sign-in')
  const answer = await fetch(`${link.origin}/v1/sign-in`, {
    method: 'POST',
    headers: { origin: link.origin, 'content-type': 'application/json' },
    body: JSON.stringify({ link: link.hash.slice(1) }),
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ operatorId: 'school', name: 'start', role: 'owner' })
  await program.stop('SIGTERM')
  expect(program.child.exitCode).toBe(0)
  const log = readFileSync(join(home, 'logs/worker.log'), 'utf8')
  expect(log).toContain('"api listening"')
  for (const secret of [link.hash.slice(1), tlsPassword, encryptionKey]) expect(log).not.toContain(secret)
  rmSync(home, { recursive: true, force: true })
})

const isLinux = process.platform === 'linux'
test.runIf(isLinux)('no secret is in an argument of a program, or in its output', () => {
  for (const { pid, child, logFile } of started) {
    if (child.exitCode !== null) continue
    const seen = `${readFileSync(`/proc/${pid}/cmdline`, 'utf8')}\n${readFileSync(logFile, 'utf8')}`
    for (const secret of [tlsPassword, encryptionKey, 'PRIVATE KEY']) expect(seen).not.toContain(secret)
  }
})

describe('what stands in the way is said, by a program that ends', () => {
  const withOther = (changed: NodeJS.ProcessEnv) =>
    ({ ...environment(), ...changed }) as Record<string, string>
  const noCertificate = { TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }

  test.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
    [
      'a Temporal of another issuer',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.path('other-ca.pem') }),
      /There is no TLS with Temporal at localhost:\d+ \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)\)\. Set TEMPORAL_TLS_SERVER_CA_CERT_PATH/,
    ],
    [
      'a Temporal of another name',
      () => ({ TEMPORAL_TLS_SERVER_NAME: 'temporal.example.org' }),
      /\(ERR_TLS_CERT_ALTNAME_INVALID\)\. Its certificate is that of another host: set TEMPORAL_TLS_SERVER_NAME/,
    ],
    [
      'no certificate for Temporal',
      () => noCertificate,
      /It refuses us: set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
    [
      'no TLS with Temporal',
      () => ({ ...noCertificate, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '' }),
      /does not answer as Temporal without TLS \(.*\)\. Where it asks for TLS, set TEMPORAL_TLS/,
    ],
    [
      'nobody where Temporal is to be',
      () => ({ TEMPORAL_ADDRESS: 'localhost:1' }),
      /Temporal cannot be reached at localhost:1 \(ECONNREFUSED\)\. Start it/,
    ],
    [
      'a Postgres of another issuer',
      () => ({
        DATABASE_URL_FILE: files.write('other-url', postgres.urlOf('mutual', postgresQuery('other-ca.pem'))),
      }),
      /There is no TLS with Postgres \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)\)\. Set `sslrootcert`/,
    ],
    [
      'a file that is not there',
      () => ({ CARILLON_ENCRYPTION_KEY_FILE: '/nothing/key' }),
      /CARILLON_ENCRYPTION_KEY_FILE: there is no such file: '\/nothing\/key'/,
    ],
  ])('%s', async (_what, changed, expected) => {
    const programs = ['worker-main', 'api-main']
    const ended = programs.map(async (name) => await run(`dist/src/${name}.js`, [], withOther(changed())))
    for (const { code, stderr } of await Promise.all(ended)) {
      expect(stderr).toMatch(expected)
      // Words, and no trace of where it broke.
      expect(stderr).not.toMatch(/\n\s+at /)
      expect(stderr).not.toContain(tlsPassword)
      expect(code).toBe(1)
    }
  })
})

async function admin(sql: string) {
  const client = new Client({ connectionString: postgres.adminUrl })
  await client.connect()
  try {
    return await client.query<Record<string, unknown>>(sql)
  } finally {
    await client.end()
  }
}
