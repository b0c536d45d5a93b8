import { afterAll, beforeAll, expect, test } from 'vitest'
import { PostOffice } from '../../simulator/post-office.js'
import { ACKED, type App } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { patiently } from './support/patience.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550001111'
const SHARED = ['15551000001', '15551000002']

patiently()

let simulator: RunningSimulator
let app: App

beforeAll(async () => {
  simulator = await startSimulator()
  app = await connect(simulator, await linkByQr(simulator, ACCOUNT))
})

afterAll(async () => {
  await app?.end()
  await simulator?.stop()
})

test('without decrypting, stanzas and distinct messages of each chat are counted exactly, and nobody reads', async () => {
  const { client } = simulator
  const [first = '', second = '', later = ''] = await Promise.all(
    ['First', 'Second', 'Later'].map(async (subject) => {
      const { jid } = await client.createGroup({ subject, members: [ACCOUNT, ...SHARED] })
      return jid
    }),
  )
  await app.text(later, '3EB0A0', 'read before')
  expect(await client.countOnly()).toMatchObject({ decrypting: false })
  expect(await app.text(first, '3EB0A1', 'counted')).toEqual(ACKED)
  expect(await app.text(first, '3EB0A2', 'counted')).toEqual(ACKED)
  expect(await app.text(second, '3EB0A1', 'counted')).toEqual(ACKED)
  expect(await app.text(second, '3EB0A1', 'counted')).toEqual(ACKED)

  // Those before them are still waited for, though the last ones will never be read.
  const stats = await client.settled()
  expect(stats).toMatchObject({ stanzas: 5, distinctMessages: 4, duplicates: 1, pending: 0, decrypted: 2 })
  const counts = await client.chats()
  expect(counts.toSorted((a, b) => b.stanzas - a.stanzas || b.messages - a.messages)).toEqual([
    { account: ACCOUNT, chat: first, stanzas: 2, messages: 2 },
    { account: ACCOUNT, chat: second, stanzas: 2, messages: 1 },
    { account: ACCOUNT, chat: later, stanzas: 1, messages: 1 },
  ])
  for (const { messages, undecryptable } of await client.inboxes()) {
    expect(messages.map(({ id }) => id)).toEqual(['3EB0A0'])
    expect(undecryptable).toEqual([])
  }

  // Faults hit as ever.
  await client.fault({ kind: 'refuse', code: 403, chat: first })
  expect(await app.text(first, '3EB0A3', 'refused')).toEqual({ kind: 'refused', code: '403' })

  await client.configure({ decrypting: true })
  expect(await app.text(later, '3EB0A4', 'read again')).toEqual(ACKED)
  await client.settled()
  const { messages } = await client.inbox(SHARED[0] ?? '')
  expect(messages.map(({ text }) => text)).toEqual(['read before', 'read again'])
})

test('what is to be decrypted is waited for, though a stanza after it never will be', async () => {
  const post = new PostOffice(
    () => undefined,
    () => undefined,
  )
  const from = { account: ACCOUNT, device: 1, chat: '120363000000000001@g.us' }
  post.accept({ ...from, id: '3EB0B1' }, { author: '1:1@lid', recipients: [] })
  post.accept({ ...from, id: '3EB0B2' }, undefined)
  const settled = post.settled(10_000)
  post.delivered({ order: 1, readings: [] })
  await settled
  expect(post.pending).toBe(0)
})
