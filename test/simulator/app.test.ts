import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, patiently } from './support/patience.js'
import { main, startSimulator, trustModule, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550006001'
const ANN = '15551006001'

patiently()

let simulator: RunningSimulator

beforeAll(async () => {
  simulator = await startSimulator()
})

afterAll(async () => {
  await simulator?.stop()
})

test('an app with the printed environment alone pairs, uploads and sends; the recipient downloads', async () => {
  const { client, endpoints } = simulator
  await client.createAccount({ phone: ACCOUNT })
  const { jid } = await client.createGroup({ subject: 'Afar', members: [ACCOUNT, ANN] })
  const script = join(import.meta.dirname, 'support/app.mjs')
  await promisify(execFile)(process.execPath, [script, endpoints.controlUrl, ACCOUNT, jid], {
    env: {
      ...process.env,
      CARILLON_WHATSAPP_URL: endpoints.whatsappUrl,
      SIMULATOR_TRUST: endpoints.trustFile,
      NODE_OPTIONS: `--import ${trustModule}`,
      NODE_EXTRA_CA_CERTS: endpoints.caFile,
    },
  })
  await eventually(async () => (await client.inbox(ANN)).messages.length).toBe(1)
  const { messages } = await client.inbox(ANN, { media: true })
  const sha256 = createHash('sha256').update('not a picture, but bytes that must arrive').digest('hex')
  expect(messages).toMatchObject([{ text: 'from afar', downloaded: { sha256 } }])
})

test('the preload says what is missing', () => {
  const { SIMULATOR_TRUST: _unset, ...env } = process.env
  const { status, stderr } = spawnSync(process.execPath, ['--import', trustModule, '-e', ''], {
    env,
    encoding: 'utf8',
  })
  expect(status).not.toBe(0)
  expect(stderr).toContain('SIMULATOR_TRUST is not set')
})

test('a bad flag ends the start with what is wrong', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, '--port', '80x'], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain("--port: expected a port, 0 to 65535, got '80x'")
})

test('it stops on SIGTERM with code 0', async () => {
  const other = await startSimulator()
  await other.stop('SIGTERM')
  expect(other.process.exitCode).toBe(0)
})

test('a bad request is answered with what is wrong, and with which value', async () => {
  const response = await fetch(`${simulator.endpoints.controlUrl}/groups`, {
    method: 'POST',
    body: JSON.stringify({ members: ['555', ANN], adressing: 'pn' }),
  })
  expect(response.status).toBe(400)
  const { error } = (await response.json()) as { error: string }
  expect(error).toContain('POST /groups: subject is missing')
  expect(error).toMatch(/members\.0: a phone number: .*got "555"/)
  expect(error).toContain('"adressing"')
})

test('an unknown call is answered with those that there are', async () => {
  const response = await fetch(`${simulator.endpoints.controlUrl}/nothing`)
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ error: expect.stringContaining('GET /stats') as string })
})
