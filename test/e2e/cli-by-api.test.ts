import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { createIo } from '../../src/cli/process-io.js'
import { parseConfig } from '../../src/config.js'
import { createLogger } from '../../src/logging.js'
import { run, type Ran } from '../cli/support.js'
import { cliOf } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
let api: RunningApi
let token: string
let folder: string
const phone = '15550008801'
const encryptionKey = Buffer.alloc(32, 7).toString('base64')

beforeAll(async () => {
  system = await startSystem()
  const settings = { temporalAddress: system.address, databaseUrl: system.databaseUrl }
  const config = parseConfig({
    TEMPORAL_NAMESPACE: system.namespace,
    CARILLON_API_PORT: '0',
    CARILLON_ENCRYPTION_KEY: encryptionKey,
  })
  const running = await serveApi({ ...config, ...settings }, createLogger('silent'))
  if (running === undefined) throw new Error('it does not listen')
  api = running
  token = (await system.client.tokens.create({ name: 'secretary', role: 'owner' })).secret
  folder = await mkdtemp(join(tmpdir(), 'carillon-cli-by-api-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await api.close()
  await system.close()
})

/** A command that knows nothing but the API and a token. */
async function carillon(
  args: string[],
  {
    url = api.url,
    bearer = token,
    onLine,
  }: { url?: string; bearer?: string; onLine?: (line: string) => void } = {},
): Promise<Ran> {
  const lines: string[] = []
  const io = {
    env: { CARILLON_URL: url, CARILLON_TOKEN: bearer },
    connect: createIo().connect,
    now: () => new Date(),
    out: (text: string) => {
      lines.push(text)
      onLine?.(text)
    },
  }
  return { ...(await run(args, { io })), stdout: lines.join('\n') }
}

test('a phone is linked, and its groups are there', async () => {
  await system.whatsapp.createAccount({ phone })
  await system.createGroups({ phone, groups: 2, members: 2 })
  const added = await carillon(['account', 'add', 'office', '--rate', '10000'])
  expect(added).toMatchObject({ exitCode: 0, stderr: '' })
  const scans: Promise<unknown>[] = []
  const paired = await carillon(['account', 'pair', 'office', '--json'], {
    onLine: (line) => {
      const { event, challenge: qr } = JSON.parse(line) as { event: string; challenge: string }
      if (event === 'challenge' && scans.length === 0)
        scans.push(system.whatsapp.scanQr({ account: phone, qr }))
    },
  })
  await Promise.all(scans)
  expect(paired.exitCode).toBe(0)
  expect(paired.stdout).toContain('{"event":"end","kind":"connected","already":false}')
  expect((await carillon(['account', 'pair', 'office'])).stdout).toContain('is linked already')
  await eventually(async () => {
    const { stdout } = await carillon(['groups', 'list'])
    expect(stdout).toMatch(/Class 2 +3 /)
  })
  expect((await carillon(['groups', 'refresh'])).stdout).toBe("Account 'office' is in 2 groups.")
})

test('a reminder with an image beside its file is previewed, sent, watched to its end and shown', async () => {
  const poster = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#284' } })
    .jpeg()
    .toBuffer()
  await writeFile(join(folder, 'poster.jpg'), poster)
  const file = join(folder, 'trip.yaml')
  await writeFile(
    file,
    'key: trip\nto: [Class 2, Class 3]\ntext: The bus leaves\nimage: poster.jpg\nat: in 2 s\n',
  )

  const previewed = await carillon(['preview', '-f', file])
  expect(previewed).toMatchObject({ exitCode: 0 })
  expect(previewed.stdout).toMatch(/40 × 30/)
  expect((await carillon(['reminder', 'create', '-f', file])).stdout).toMatch(
    /^Created reminder trip to 2 groups/,
  )
  const watched = await carillon(['run', 'watch', 'trip'])
  expect(watched.stdout).toMatch(/✔ completed: 2 of 2 delivered/)
  expect(watched.exitCode).toBe(0)
  // They read at their own speed.
  await eventually(async () => {
    const inboxes = await system.whatsapp.inboxes()
    const readers = inboxes.filter(({ messages }) => messages.some(({ text }) => text === 'The bus leaves'))
    expect(readers).toHaveLength(4)
  })
})

test('a file that cannot be sent is told as it is without the API', async () => {
  await writeFile(join(folder, 'notes.jpg'), 'these are notes')
  const args = [
    'reminder',
    'create',
    '--to',
    'Class 2',
    '--image',
    join(folder, 'notes.jpg'),
    '--at',
    'in 1 hour',
  ]
  const [there, here] = [await carillon(args), await cliOf(system, args)]
  expect(there).toEqual({ ...here, connected: 0, closed: 0 })
  expect(there.stderr).toContain('none that is known by its first bytes')
})

test('what a reminder goes through', async () => {
  const when = ['--cron', '0 8 * * MON', '--start', '08:00', '--zone', 'Africa/Nairobi']
  const made = ['reminder', 'create', '--key', 'assembly', '--to', 'Class 2', '--text', 'Assembly!', ...when]
  expect((await carillon(made)).stdout).toMatch(/^Created reminder assembly/)
  expect((await carillon(made)).stdout).toMatch(/^Exists already \(scheduled\)/)
  const conflict = await carillon([...made, '--priority', '9'])
  expect(conflict.exitCode).toBe(4)
  expect(conflict.stderr).toMatch(
    /exists \(scheduled\) with another definition[^]*priority: it has 5, you gave 9/,
  )
  const acts: [string[], RegExp][] = [
    [['reminder', 'edit', 'assembly', '--priority', '7'], /priority: 5 → 7/],
    [['reminder', 'snooze', 'assembly', '--by', '30m'], /is snoozed until/],
    [['reminder', 'skip', 'assembly'], /is skipped/],
    [['reminder', 'pause', 'assembly', '--reason', 'holidays'], /is paused/],
    [['reminder', 'pause', 'assembly'], /is paused already/],
    [['reminder', 'resume', 'assembly'], /is scheduled/],
    [['reminder', 'fire', 'assembly'], /is being sent: run:/],
    [['reminder', 'clone', 'assembly', '--key', 'assembly-2'], /^Created reminder assembly-2/],
    [['reminder', 'cancel', 'assembly-2'], /is canceled/],
    [['reminder', 'delete', 'assembly-2'], /is deleted/],
  ]
  for (const [args, said] of acts) {
    const { stdout, stderr, exitCode } = await carillon(args)
    expect({ args, stderr, exitCode }).toEqual({ args, stderr: '', exitCode: 0 })
    expect(stdout).toMatch(said)
  }
  const over = await carillon(['reminder', 'resume', 'assembly-2'])
  expect(over).toMatchObject({ exitCode: 5 })
})

test('a list is created, and created again', async () => {
  const file = join(folder, 'many.yaml')
  const one = (key: string) =>
    `  - { key: ${key}, to: Class 2, text: Hello, at: "2027-05-01 09:00", zone: UTC }\n`
  await writeFile(file, `reminders:\n${one('m-1')}${one('m-2')}`)
  expect((await carillon(['preview', '-f', file])).stdout).toMatch(/2 reminders/)
  expect(await carillon(['reminder', 'create', '-f', file])).toMatchObject({
    exitCode: 0,
    stdout: 'Created 2 reminders',
  })
  expect((await carillon(['reminder', 'create', '-f', file])).stdout).toBe(
    'Created 0 reminders, 2 already there',
  )
  await writeFile(
    file,
    `reminders:\n${one('m-3')}  - { key: m-4, to: Class 99, text: Hello, image: none.jpg }\n`,
  )
  const refused = await carillon(['reminder', 'create', '-f', file])
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toMatch(/reminders\[1\]\.image \(key 'm-4'\): expected an image file/)
})

// What a minute or a request changes is no difference between the two ways.
const read: string[][] = [
  ['account', 'list'],
  ['account', 'show', 'office'],
  ['groups', 'list'],
  ['reminder', 'list'],
  ['reminder', 'list', '--state', 'canceled', '--state', 'scheduled', '--limit', '1'],
  ['reminder', 'list', '--deleted'],
  ['reminder', 'list', '--key', 'm-2', '--key', 'assembly', '--key', 'nobody', '--account', 'office'],
  ['reminder', 'list', '--key', 'm-2', '--deleted'],
  ['reminder', 'list', '--sort', 'oldest', '--account', 'office'],
  ['reminder', 'list', '--sort', 'next'],
  ['reminder', 'list', '--sort', 'next', '--state', 'paused'],
  ['reminder', 'list', '--sort', 'nxt'],
  ['reminder', 'list', '--account', 'nobody'],
  ['run', 'list', '--sort', 'earliest', '--account', 'office'],
  ['reminder', 'show', 'assembly'],
  ['reminder', 'history', 'assembly'],
  ['run', 'list', '--reminder', 'trip'],
  ['run', 'show', 'trip', '--state', 'delivered'],
  ['preview', 'assembly', '--next', '3'],
  ['webhook', 'list'],
  ['webhook', 'deliveries'],
  ['audit', '--limit', '3'],
  ['reminder', 'show', 'nothing-of-this-name'],
  ['reminder', 'list', '--limit', '0'],
  ['reminder', 'list', '--state', 'schedulde'],
  ['reminder', 'list', '--cursor', 'x'],
  ['run', 'show', 'run:school/none@2026-11-24T06:00:00Z'],
  ['account', 'set', 'office', '--rate', '0'],
  ['reminder', 'create', '--to', 'Class 99', '--priority', '12', '--text', 'Hi', '--at', 'yesterday'],
  ['reconcile', '--dry-run'],
]

test.each(read)('says the same both ways: %s %s %s', async (...args) => {
  const [there, here] = [await carillon(args), await cliOf(system, args)]
  expect(withoutTimes(there)).toEqual(withoutTimes(here))
  const asJson = [...args, '--json']
  const [read, known] = [await carillon(asJson), await cliOf(system, asJson)]
  expect(parsed(read)).toEqual(parsed(known))
})

/** The order of the fields of an object says nothing. */
function parsed(ran: Ran) {
  const { stdout, stderr, exitCode } = withoutTimes(ran)
  const documents = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown)
  return { exitCode, stdout: documents(stdout), stderr: documents(stderr) }
}

function withoutTimes({ stdout, stderr, exitCode }: Ran) {
  const same = (text: string) =>
    text.replaceAll(/\b\d+ (?:s|min) ago|\bin \d+ (?:s|min|h|d)\b|\bnow\b/g, '…').replaceAll(/ {2,}/g, '  ')
  return { exitCode, stdout: same(stdout), stderr: same(stderr) }
}

test('endpoints, tokens, the audit and the doctor', async () => {
  const added = await carillon(['webhook', 'add', 'http://127.0.0.1:9/hook', '--json'])
  expect(added.exitCode).toBe(0)
  const { endpoint } = JSON.parse(added.stdout) as { endpoint: { id: string } }
  expect((await carillon(['webhook', 'test', endpoint.id, '--timeout', '1s'])).exitCode).toBe(7)
  expect((await carillon(['webhook', 'enable', endpoint.id])).exitCode).toBe(0)
  expect((await carillon(['webhook', 'remove', endpoint.id])).stdout).toBe(`Removed endpoint ${endpoint.id}.`)

  const made = await carillon(['token', 'create', 'desk', '--role', 'viewer', '--json'])
  const { secret } = JSON.parse(made.stdout) as { secret: string }
  expect((await carillon(['reminder', 'list'], { bearer: secret })).exitCode).toBe(0)
  const refused = await carillon(['reminder', 'pause', 'assembly'], { bearer: secret })
  expect(refused).toMatchObject({ exitCode: 8, stdout: '' })
  expect((await carillon(['token', 'revoke', 'desk'])).stdout).toBe('Token desk is revoked.')
  const gone = await carillon(['reminder', 'list'], { bearer: secret })
  expect(gone.exitCode).toBe(8)
  expect(gone.stderr).toContain('mistyped, revoked or over')
  expect((await carillon(['token', 'list'])).stdout).toMatch(/desk +revoked/)
  expect((await carillon(['audit'])).stdout).toMatch(/school\/secretary/)

  const doctor = await carillon(['doctor'])
  expect(doctor.stdout).toContain(`✔ API          ${api.url} answers, of the version`)
  expect(doctor.stdout).toMatch(/✔ Worker/)
  const operators = await carillon(['operator', 'list'])
  expect(operators).toMatchObject({ exitCode: 8 })
  expect(operators.stderr).toContain('without CARILLON_URL')
})

test('an answer that is lost is asked for again, and nothing is done twice', async () => {
  const lossy = await losing(api.url, 1)
  try {
    const { url } = lossy
    const made = [
      'reminder',
      'create',
      '--key',
      'lossy',
      '--to',
      'Class 3',
      '--text',
      'Once',
      '--at',
      'in 5 hours',
    ]
    expect((await carillon(made, { url })).exitCode).toBe(0)
    lossy.loseNext(2)
    const fired = await carillon(['reminder', 'fire', 'lossy'], { url })
    expect(fired.stderr).toBe('')
    expect(fired.stdout).toMatch(/is being sent: run:/)
    lossy.loseNext(1)
    const token2 = await carillon(['token', 'create', 'once', '--role', 'viewer'], { url })
    expect(token2.stdout).toMatch(/^Made token once/)
    expect(lossy.lost()).toBe(4)
  } finally {
    await lossy.close()
  }
  await eventually(async () => {
    const { stdout } = await carillon(['run', 'list', '--reminder', 'lossy', '--json'])
    expect((JSON.parse(stdout) as { items: unknown[] }).items).toMatchObject([{ state: 'completed' }])
  })
})

/** Passes each request on, and loses the answers to some. */
async function losing(target: string, first: number) {
  let toLose = first
  let lost = 0
  const server: Server = createServer((incoming, outgoing) => {
    const { method, headers } = incoming
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (answer) => {
      if (toLose > 0) {
        toLose -= 1
        lost += 1
        answer.resume()
        answer.on('end', () => incoming.socket.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    loseNext: (count: number) => (toLose = count),
    lost: () => lost,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('an address that is none of the API, nobody there, and no token', async () => {
  const other = createServer((_request, response) => response.writeHead(200).end('<html>Hello</html>'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const html = await carillon(['account', 'list'], { url })
  other.closeAllConnections()
  await new Promise((resolve) => other.close(resolve))
  expect(html).toMatchObject({ exitCode: 6 })
  expect(html.stderr).toContain(`${url} answers with no JSON, as Carillon's API does not`)
  const nobody = await carillon(['account', 'list'], { url })
  expect(nobody).toMatchObject({ exitCode: 6 })
  expect(nobody.stderr).toContain(`The API cannot be reached at ${url} (ECONNREFUSED)`)
  const tokenless = await carillon(['account', 'list'], { bearer: '' })
  expect(tokenless).toMatchObject({ exitCode: 2 })
  expect(tokenless.stderr).toContain('CARILLON_TOKEN: CARILLON_URL is set')
})

test('the command itself needs an address and a token, and nothing else', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['dist/src/cli/main.js', 'account', 'list'],
    {
      env: { PATH: process.env['PATH'], CARILLON_URL: api.url, CARILLON_TOKEN: token },
    },
  )
  expect(stdout).toMatch(/office +connected/)
})
