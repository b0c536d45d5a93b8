import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { createCarillonClient } from '../../src/client/client.js'
import { parseConfig } from '../../src/config.js'
import { createLogger } from '../../src/logging.js'
import { self } from '../../src/stack/process-identity.js'
import { assistantOnStdio } from '../support/assistant.js'
import { testKey, createTestDatabase, type TestDatabase } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'

let testDatabase: TestDatabase
let namespace: TestNamespace
let api: RunningApi
let editor: string
let calendar: string
let logFile: string

beforeAll(async () => {
  ;[testDatabase, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
  const { database, url: databaseUrl } = testDatabase
  logFile = join(mkdtempSync(join(tmpdir(), 'carillon-log-')), 'api.log')
  const config = parseConfig({
    DATABASE_URL: databaseUrl,
    CARILLON_API_PORT: '0',
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
  })
  const { address: temporalAddress, namespace: temporalNamespace } = namespace
  const settings = { ...config, temporalAddress, temporalNamespace, databaseUrl }
  const running = await serveApi(settings, createLogger('debug', logFile))
  if (!running) throw new Error('it does not listen')
  api = running
  const { tokens } = createCarillonClient({ temporal: namespace.temporal, database, operator: 'school' })
  editor = (await tokens.create({ name: 'assistant', role: 'editor' })).secret
  calendar = (await tokens.create({ name: 'wall', role: 'calendar' })).secret
})
afterAll(async () => {
  await api.close()
  await namespace.close()
  await testDatabase.close()
})

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' }

const post = async (
  body: string,
  { token, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
) =>
  await fetch(`${api.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body,
  })

describe('/mcp', () => {
  const asked = JSON.stringify(listTools)

  test('takes a token of ours, and the cookie of a browser is none', async () => {
    for (const given of [{}, { token: editor.slice(1) }]) expect((await post(asked, given)).status).toBe(401)
    const signedIn = await fetch(`${api.url}/v1/sign-in`, {
      method: 'POST',
      headers: { origin: api.url, 'content-type': 'application/json' },
      body: JSON.stringify({ token: editor }),
    })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(cookie).toContain('carillon=')
    expect((await post(asked, { headers: { cookie } })).status).toBe(401)
    expect((await post(asked, { token: calendar })).status).toBe(403)
    const answer = await post(asked, { token: editor })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('create_reminder')
  })

  test('writes nothing of what is said into the log', async () => {
    const given = {
      to: '+254700000001',
      text: 'Pelican',
      at: 'tomorrow 09:00',
      key: 'name-of-a-pupil',
      reason: 'Pelican',
    }
    for (const name of ['preview_reminder', 'create_reminder', 'cancel_reminder', 'Pelican'])
      await post(JSON.stringify({ ...listTools, method: 'tools/call', params: { name, arguments: given } }), {
        token: editor,
      })
    const meta = {
      'io.modelcontextprotocol/protocolVersion': 'Pelican',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const refused = await post(JSON.stringify({ ...listTools, params: { _meta: meta } }), { token: editor })
    // The protocol says what was refused, to who sent it.
    expect(await refused.text()).toContain('Pelican')
    // What fails for a reason of ours is there, with its place.
    await testDatabase.database.query('alter table account rename to account_away')
    try {
      const params = { name: 'list_accounts', arguments: {} }
      await post(JSON.stringify({ ...listTools, method: 'tools/call', params }), { token: editor })
    } finally {
      await testDatabase.database.query('alter table account_away rename to account')
    }
    const log = readFileSync(logFile, 'utf8')
    expect(log).toContain('"route":"POST /mcp"')
    for (const personal of ['Pelican', '254700000001', 'name-of-a-pupil', editor.slice(9), calendar.slice(9)])
      expect(log).not.toContain(personal)
  })
})

describe('`carillon mcp`', () => {
  const environment = () => ({
    TEMPORAL_ADDRESS: namespace.address,
    TEMPORAL_NAMESPACE: namespace.namespace,
    DATABASE_URL: testDatabase.url,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
    CARILLON_OPERATOR: 'school',
  })

  test('writes the protocol to stdout and nothing else, and ends with its input', async () => {
    const { stdout, stderr, code } = await speak(environment(), [
      {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } },
      },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      listTools,
      { ...listTools, id: 2, method: 'tools/call', params: { name: 'list_accounts', arguments: {} } },
      { ...listTools, id: 3, method: 'tools/call', params: { name: 'Pelican', arguments: {} } },
      { ...listTools, id: 4, method: 'nothing/Pelican' },
    ])
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { jsonrpc: string; id: number; result?: object; error?: object })
    expect(answers.map(({ jsonrpc }) => jsonrpc)).toEqual(Array.from({ length: 5 }, () => '2.0'))
    expect(answers.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
    expect(answers.find(({ id }) => id === 0)?.result).toMatchObject({
      serverInfo: { name: 'carillon' },
      instructions: expect.stringContaining('preview_reminder'),
    })
    expect(answers.find(({ id }) => id === 2)?.result).toMatchObject({ structuredContent: { accounts: [] } })
    expect(answers.find(({ id }) => id === 3)?.error).toMatchObject({ code: -32_602 })
    expect(stderr).not.toContain('Pelican')
    expect(code).toBe(0)
  })

  test('says what is missing until Carillon runs, and goes on once it does', async () => {
    const home = mkdtempSync(join(tmpdir(), 'carillon-home-'))
    const assistant = await assistantOnStdio({ CARILLON_HOME: home, CARILLON_OPERATOR: 'school' })
    const away = await assistant.call('list_accounts')
    expect(away).toMatchObject({ isError: true, told: { code: 'unreachable' } })
    expect(away.text).toContain('start it with `npm start`')
    await eventually(() => expect(assistant.stderr()).toContain('Carillon is not running here'))
    mkdirSync(home, { recursive: true })
    const { address: temporalAddress, namespace: temporalNamespace } = namespace
    const addresses = { temporalAddress, temporalNamespace, databaseUrl: testDatabase.url }
    writeFileSync(join(home, 'stack.json'), JSON.stringify({ owner: self(), children: [], addresses }))
    expect(await assistant.call('list_accounts')).toMatchObject({ isError: false, told: { accounts: [] } })
    await assistant.close()
  })

  test('does not start with settings that cannot be used', async () => {
    const { stdout, stderr, code } = await speak({ ...environment(), CARILLON_API_PORT: 'x' }, [], {
      isOpen: true,
    })
    expect(stdout).toBe('')
    expect(stderr).toContain('CARILLON_API_PORT')
    expect(code).toBe(2)
  })
})

/** Says these lines to it, and ends its input once each request has its answer. */
async function speak(
  env: Record<string, string>,
  messages: readonly { id?: number; [field: string]: unknown }[],
  { isOpen = false }: { isOpen?: boolean } = {},
) {
  const child = spawn(process.execPath, ['bin/carillon', 'mcp'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stderr = text(child.stderr)
  const exited = once(child, 'exit')
  let stdout = ''
  const expected = messages.filter(({ id }) => id !== undefined).length
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (stdout.split('\n').length > expected) child.stdin.end()
  })
  for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`)
  if (messages.length === 0 && !isOpen) child.stdin.end()
  const [code] = (await exited) as [number | null]
  return { stdout, stderr: await stderr, code }
}
