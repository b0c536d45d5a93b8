import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { freePort } from '../../src/stack/ports.js'
import { temporaryFolder } from './support/temporary-home.js'

const script = fileURLToPath(new URL('../../tools/audit.mjs', import.meta.url))
const id = 'GHSA-aaaa-bbbb-cccc'
const advisory = {
  id: 1,
  url: `https://github.com/advisories/${id}`,
  title: 'It rings at the wrong time',
  severity: 'high',
  vulnerable_versions: '<2.0.0',
  cwe: [],
  cvss: { score: 7, vectorString: null },
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

/** What npm asks, with one package that has this said of it. */
async function registry(answer: { status: number; body: unknown }): Promise<string> {
  const server = createServer((request, response) => {
    const isAudit = request.url?.endsWith('/advisories/bulk') === true
    const packument = {
      name: 'bell',
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: 'bell', version: '1.0.0' } },
    }
    response.writeHead(isAudit ? answer.status : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAudit ? answer.body : packument))
    request.resume()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function audit(
  url: string,
  { allowed = [], lock = true }: { allowed?: unknown[]; lock?: boolean } = {},
) {
  const folder = temporaryFolder()
  const dependencies = { bell: '1.0.0' }
  const root = { name: 'tower', version: '1.0.0', dependencies }
  const bell = { version: '1.0.0', resolved: `${url}bell-1.0.0.tgz` }
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), JSON.stringify(content))
  write('package.json', root)
  if (lock)
    write('package-lock.json', {
      ...root,
      lockfileVersion: 3,
      requires: true,
      packages: { '': root, 'node_modules/bell': bell },
    })
  write('audit-allowed.json', allowed)
  const child = spawn(process.execPath, [script, folder], {
    env: { ...process.env, npm_config_registry: url, npm_config_cache: join(folder, 'cache') },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

const known = async () => await registry({ status: 200, body: { bell: [advisory] } })
const day = (fromNow: number) => new Date(Date.now() + fromNow * 86_400_000).toISOString().slice(0, 10)

test('nothing is known: fine', async () => {
  expect(await audit(await registry({ status: 200, body: {} }))).toEqual({
    code: 0,
    output: 'Nothing is known of the dependencies.\n',
  })
})

test('what is known fails, and is named', async () => {
  const { code, output } = await audit(await known())
  expect(code).toBe(1)
  expect(output).toContain(`${id}: bell (high): It rings at the wrong time`)
})

test('what is on the list does not, until its day is over', async () => {
  const entry = { id, reason: 'We ring no bells.' }
  expect(await audit(await known(), { allowed: [{ ...entry, until: day(1) }] })).toMatchObject({
    code: 0,
    output: 'Nothing is known of the dependencies but what is on the list.\n',
  })
  expect(await audit(await known(), { allowed: [{ ...entry, until: day(0) }] })).toMatchObject({ code: 0 })
  const over = await audit(await known(), { allowed: [{ ...entry, until: day(-1) }] })
  expect(over.code).toBe(1)
  expect(over.output).toContain(`${id}: believed until ${day(-1)} to be of no matter: look again`)
})

test('an entry that is no longer needed is named', async () => {
  const allowed = [{ id, reason: 'We ring no bells.', until: day(1) }]
  const { code, output } = await audit(await registry({ status: 200, body: {} }), { allowed })
  expect(code).toBe(0)
  expect(output).toContain(`${id} is no longer reported`)
})

test.each([
  ['no reason', { id, until: day(1) }],
  ['an empty one', { id, reason: '', until: day(1) }],
  ['no end', { id, reason: 'x' }],
  ['no day', { id, reason: 'x', until: '2026-13-45' }],
  ['no id', { reason: 'x', until: day(1) }],
])('an entry with %s fails', async (_what, entry) => {
  expect(await audit(await known(), { allowed: [entry] })).toMatchObject({ code: 1 })
})

test.each([
  ['has no audit', async () => await registry({ status: 405, body: {} })],
  ['refuses', async () => await registry({ status: 404, body: { error: 'no' } })],
  ['is not there', async () => `http://127.0.0.1:${await freePort()}/`],
])('a registry that %s: nothing was looked at, and that is said', async (_what, make) => {
  const { code, output } = await audit(await make())
  expect(output).toMatch(/^Not audited: /)
  expect(code).toBe(75)
})

test('an entry whose day is over fails also then', async () => {
  const allowed = [{ id, reason: 'x', until: day(-1) }]
  expect(await audit(await registry({ status: 405, body: {} }), { allowed })).toMatchObject({ code: 1 })
})

test('a mistake of ours is no registry without an audit', async () => {
  const { code, output } = await audit(await known(), { lock: false })
  expect(code).toBe(1)
  expect(output).toMatch(/lockfile/)
})
