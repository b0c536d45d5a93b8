import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateWAMessageContent } from '@whiskeysockets/baileys'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACKED, type App, type AuthState } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { eventually, patiently } from './support/patience.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550005001'
const MEMBERS = ['15551005001', '15551005002', '15551005003']
const BURST = 8

patiently()

const state = mkdtempSync(join(tmpdir(), 'simulator-test-'))
let simulator: RunningSimulator
let auth: AuthState
let app: App
let group: string

const start = () => startSimulator(['--state', state])

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

beforeAll(async () => {
  simulator = await start()
  auth = await linkByQr(simulator, ACCOUNT)
  app = await connect(simulator, auth)
  group = (await simulator.client.createGroup({ subject: 'Kept', members: [ACCOUNT, ...MEMBERS] })).jid
})

afterAll(async () => {
  await app?.end()
  await simulator?.stop()
  rmSync(state, { recursive: true, force: true })
})

test('killed with acknowledged messages unread: all are read after the restart, and sending goes on', async () => {
  const bytes = randomBytes(5_000)
  const poster = await generateWAMessageContent(
    { image: bytes, mimetype: 'image/jpeg', caption: 'poster', jpegThumbnail: '', width: 8, height: 8 },
    { upload: app.socket.waUploadToServer, logger: pino({ level: 'silent' }) },
  )
  expect(await app.relay(group, '3EB0R0', poster)).toEqual(ACKED)
  const ids = Array.from({ length: BURST }, (_, index) => `3EB0R${index + 1}`)
  const outcomes = await Promise.all(ids.map((id) => app.text(group, id, `text ${id}`)))
  expect(outcomes).toEqual(ids.map(() => ACKED))
  const orphans = existsSync('/proc/self') ? childrenOf(simulator.process.pid ?? 0) : []
  await simulator.stop('SIGKILL')
  expect(await app.closed).toMatchObject({ code: 428 })
  await eventually(() => orphans.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([])

  const { endpoints: before } = simulator
  simulator = await start()
  const { whatsappUrl, controlUrl, mediaUrl } = before
  expect(simulator.endpoints).toMatchObject({ whatsappUrl, controlUrl, mediaUrl })
  const { client } = simulator
  await client.settled()
  app = await connect(simulator, auth)
  expect(await app.text(group, '3EB0RZ', 'after')).toEqual(ACKED)
  expect(await app.text(group, ids[0] ?? '', 'resent')).toEqual(ACKED)
  expect(await client.settled()).toMatchObject({
    stanzas: BURST + 3,
    distinctMessages: BURST + 2,
    duplicates: 1,
    decryptErrors: 0,
    undecryptable: 0,
    uploads: 1,
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  for (const member of MEMBERS) {
    const { messages } = await client.inbox(member, { media: true })
    expect(messages.map(({ id }) => id)).toEqual(['3EB0R0', ...ids, '3EB0RZ'])
    expect(messages[0]?.downloaded).toEqual({ sha256, bytes: bytes.length })
    expect(messages.map(({ copies }) => copies)).toEqual([1, 2, ...Array.from({ length: BURST }, () => 1)])
  }
})

test('killed once more: nothing is read twice, nothing is lost', async () => {
  const before = await simulator.client.stats()
  const shown = await simulator.client.inboxes()
  await simulator.stop('SIGKILL')
  simulator = await start()
  const after = await simulator.client.settled()
  expect({ ...after, connections: 0, unhandled: {} }).toEqual({ ...before, connections: 0, unhandled: {} })
  // With the times of reading: it was remembered, not decrypted anew.
  expect(await simulator.client.inboxes()).toEqual(shown)
  app = await connect(simulator, auth)
  // Under a new session, with a prekey that was never used.
  expect(await app.text(`${MEMBERS[0]}@s.whatsapp.net`, '3EB0RX', 'and you alone')).toEqual(ACKED)
  expect(await app.text(group, '3EB0RY', 'still')).toEqual(ACKED)
  expect(await simulator.client.settled()).toMatchObject({ decryptErrors: 0, stanzas: before.stanzas + 2 })
})

test('a second simulator on the same state is refused, and says why', async () => {
  await expect(start()).rejects.toThrow(/Port \d+ \(media\) is taken: is this simulator already running/)
})
