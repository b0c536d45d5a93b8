import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually, patiently } from './support/patience.js'
import { ACKED, type App, type AuthState } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550004001'
const MEMBERS = ['15551004001', '15551004002'] as const
const [ANN, BEN] = MEMBERS

patiently()

let simulator: RunningSimulator
let auth: AuthState
let app: App
let group: string

beforeAll(async () => {
  simulator = await startSimulator()
  auth = await linkByQr(simulator, ACCOUNT)
})

beforeEach(async () => {
  group = (await simulator.client.createGroup({ subject: 'Lost', members: [ACCOUNT, ...MEMBERS] })).jid
  app = await connect(simulator, auth)
})

afterEach(async () => {
  await simulator.client.configure({ retryReceipts: true })
  await app.end()
})

afterAll(async () => {
  await simulator?.stop()
  // Sessions were closed and replaced all along, which libsignal comments on with their private keys.
  expect(simulator.output()).toBe(`${JSON.stringify(simulator.endpoints)}\n`)
})

/** Sends the group's first message, the one with the sender key, into a socket that dies. */
const loseFirst = async (id: string): Promise<void> => {
  await simulator.client.fault({ kind: 'disconnect', when: 'beforeAccept', messageId: id })
  expect(await app.text(group, id, 'first')).toMatchObject({ kind: 'closed' })
  app = await connect(simulator, auth, {}, app.sent)
}

const inGroup = async (recipient: string) => {
  const { messages, undecryptable } = await simulator.client.inbox(recipient)
  return {
    texts: messages.filter(({ chat }) => chat === group).map(({ text }) => text),
    waiting: undecryptable.filter(({ chat }) => chat === group),
  }
}

test('a lost sender key makes the resend unreadable; with the key memory reset, the same id is read by all', async () => {
  await simulator.client.configure({ retryReceipts: false })
  await loseFirst('3EB0L1')
  expect(await app.text(group, '3EB0L1', 'first')).toEqual(ACKED)
  await simulator.client.settled()
  for (const member of MEMBERS) {
    const { texts, waiting } = await inGroup(member)
    expect(texts).toEqual([])
    expect(waiting).toMatchObject([{ id: '3EB0L1', from: ACCOUNT, attempts: 1 }])
    expect(waiting[0]?.error).toMatch(/SenderKey|session/i)
  }
  await auth.keys.set({ 'sender-key-memory': { [group]: null } })
  expect(await app.text(group, '3EB0L1', 'first')).toEqual(ACKED)
  await simulator.client.settled()
  for (const member of MEMBERS) expect(await inGroup(member)).toEqual({ texts: ['first'], waiting: [] })
  expect(app.getMessageCalls).toBe(0)
})

test('recipients that lack the key ask for it, and Baileys sends the message again', async () => {
  await loseFirst('3EB0L2')
  expect(await app.text(group, '3EB0L2', 'first')).toEqual(ACKED)
  await eventually(() => inGroup(ANN)).toEqual({ texts: ['first'], waiting: [] })
  await eventually(() => inGroup(BEN)).toEqual({ texts: ['first'], waiting: [] })
  expect((await simulator.client.stats()).retryReceipts).toBeGreaterThan(0)
})

test('a retry receipt waits for the next log-in, where Baileys finds the message through getMessage', async () => {
  await loseFirst('3EB0L3')
  await simulator.client.fault({ kind: 'disconnect', when: 'beforeAck', messageId: '3EB0L3' })
  expect(await app.text(group, '3EB0L3', 'first')).toMatchObject({ kind: 'closed' })
  await simulator.client.settled()
  expect((await inGroup(ANN)).waiting).toHaveLength(1)
  app = await connect(simulator, auth, {}, app.sent)
  await eventually(() => inGroup(ANN)).toEqual({ texts: ['first'], waiting: [] })
  expect(app.getMessageCalls).toBeGreaterThan(0)
})

test('a recipient asks again on command, though it could read the message', async () => {
  await simulator.client.fault({ kind: 'retryReceipt', recipient: BEN, messageId: '3EB0L4' })
  expect(await app.text(group, '3EB0L4', 'readable')).toEqual(ACKED)
  await eventually(async () => (await simulator.client.stanzas({ messageId: '3EB0L4' })).length).toBe(2)
  await simulator.client.settled()
  expect(await inGroup(ANN)).toEqual({ texts: ['readable'], waiting: [] })
})

/** Kept over reconnects, so that Baileys does not fetch a new session with the first message. */
const createDeviceCache = () => {
  const values = new Map<string, unknown>()
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    set: (key: string, value: unknown) => void values.set(key, value),
    del: (key: string) => void values.delete(key),
    flushAll: () => values.clear(),
  }
}

test('an app that comes back with old keys is not understood, until it is asked to send again', async () => {
  const chat = `${ANN}@s.whatsapp.net`
  const userDevicesCache = createDeviceCache()
  await app.end()
  app = await connect(simulator, auth, { userDevicesCache })
  await app.text(chat, '3EB0L5', 'with the keys of then')
  const old = auth.copy()
  await app.text(chat, '3EB0L6', 'with the next keys')
  await app.end()
  app = await connect(simulator, old, { userDevicesCache })
  const before = await simulator.client.stats()
  expect(await app.text(chat, '3EB0L7', 'with old keys')).toEqual(ACKED)
  const direct = async () => {
    const { messages, undecryptable } = await simulator.client.inbox(ANN)
    const here = <T extends { chat: string }>(all: T[]) => all.filter((one) => one.chat === chat)
    return { ids: here(messages).map(({ id }) => id), waiting: here(undecryptable) }
  }
  await eventually(direct).toEqual({ ids: ['3EB0L5', '3EB0L6', '3EB0L7'], waiting: [] })
  const { decryptErrors, retryReceipts } = await simulator.client.stats()
  expect({ decryptErrors, retryReceipts }).toEqual({
    decryptErrors: before.decryptErrors + 1,
    retryReceipts: before.retryReceipts + 1,
  })
})
