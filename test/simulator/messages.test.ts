import { createHash, randomBytes } from 'node:crypto'
import { generateWAMessageContent } from '@whiskeysockets/baileys'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, patiently } from './support/patience.js'
import { ACKED, type App } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550001111'
const [ANN, BEN, CAT, DAN] = ['15551000001', '15551000002', '15551000003', '15551000004'] as const

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

const group = (subject: string, members: readonly string[], addressing: 'lid' | 'pn' = 'lid') =>
  simulator.client.createGroup({ subject, members: [ACCOUNT, ...members], addressing })

const texts = async (recipient: string, chat: string): Promise<string[]> => {
  const { messages } = await simulator.client.inbox(recipient)
  return messages.filter((message) => message.chat === chat).map(({ text }) => text)
}

test.each(['lid', 'pn'] as const)(
  'a message to a group addressed by %s is decrypted by every member',
  async (addressing) => {
    const { jid } = await group(`By ${addressing}`, [ANN, BEN, CAT], addressing)
    const id = `3EB0AA${addressing.toUpperCase()}`
    expect(await app.text(jid, id, 'hello')).toEqual(ACKED)
    await app.text(jid, `${id}2`, 'again')
    await simulator.client.settled()
    for (const recipient of [ANN, BEN, CAT]) expect(await texts(recipient, jid)).toEqual(['hello', 'again'])
    const [inbox] = await simulator.client.inboxes()
    expect(inbox?.undecryptable).toEqual([])
    expect(inbox?.messages[0]).toMatchObject({ from: ACCOUNT, kind: 'conversation', copies: 1 })
  },
)

test('a direct message is decrypted by its recipient, by phone number and by LID, in one chat', async () => {
  const [dan] = await simulator.client.createPeople([DAN])
  await app.text(`${DAN}@s.whatsapp.net`, '3EB0D1', 'by number')
  await app.text(`${dan?.lid}@lid`, '3EB0D2', 'by lid')
  await simulator.client.settled()
  expect(await texts(DAN, `${DAN}@s.whatsapp.net`)).toEqual(['by number', 'by lid'])
})

test('a resent message is two stanzas on the wire and one in the inbox', async () => {
  const { jid } = await group('Twice', [ANN, BEN])
  const before = await simulator.client.stats()
  await app.text(jid, '3EB0DD', 'once')
  await app.text(jid, '3EB0DD', 'once')
  const after = await simulator.client.settled()
  expect(after.stanzas - before.stanzas).toBe(2)
  expect(after.distinctMessages - before.distinctMessages).toBe(1)
  expect(after.duplicates - before.duplicates).toBe(1)
  expect(after.messages.find(({ id }) => id === '3EB0DD')).toMatchObject({
    stanzas: 2,
    reads: 2,
    waiting: 0,
  })
  const stanzas = await simulator.client.stanzas({ chat: jid })
  expect(stanzas.map(({ id, duplicate }) => [id, duplicate])).toEqual([
    ['3EB0DD', false],
    ['3EB0DD', true],
  ])
  const { messages } = await simulator.client.inbox(ANN)
  expect(messages.filter(({ chat }) => chat === jid)).toMatchObject([{ id: '3EB0DD', copies: 2 }])
})

test('media is uploaded once, and each recipient downloads and decrypts the very bytes', async () => {
  const bytes = randomBytes(60_000)
  const { jid } = await group('Poster', [ANN, BEN])
  const content = await generateWAMessageContent(
    { image: bytes, mimetype: 'image/jpeg', caption: 'poster', jpegThumbnail: '', width: 8, height: 8 },
    { upload: app.socket.waUploadToServer, logger: pino({ level: 'silent' }) },
  )
  await app.relay(jid, '3EB0E1', content)
  await app.relay(`${ANN}@s.whatsapp.net`, '3EB0E2', content)
  await simulator.client.settled()
  expect((await simulator.client.uploads()).count).toBe(1)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { messages } = await simulator.client.inbox(ANN, { media: true })
  const received = messages.filter(({ media }) => media !== undefined)
  expect(received.map(({ id }) => id)).toEqual(['3EB0E1', '3EB0E2'])
  for (const message of received)
    expect(message).toMatchObject({
      text: 'poster',
      media: { kind: 'image', claimedSha256: sha256 },
      downloaded: { sha256, bytes: bytes.length },
    })
})

test('a changed group is announced to its accounts, and the next message reaches its new members only', async () => {
  const { jid } = await group('Before', [ANN, BEN])
  const changes: string[] = []
  const { ev } = app.socket
  ev.on('group-participants.update', ({ id, action, participants }) => {
    if (id === jid) changes.push(`${action} ${participants.map(({ phoneNumber }) => phoneNumber).join()}`)
  })
  ev.on('groups.update', (updates) => {
    for (const { id, subject } of updates) if (id === jid) changes.push(`subject ${subject}`)
  })
  await app.text(jid, '3EB0F1', 'to Ann and Ben')
  await simulator.client.renameGroup({ jid, subject: 'After' })
  await simulator.client.addMembers({ jid, members: [CAT] })
  await simulator.client.removeMembers({ jid, members: [ANN] })
  await eventually(() => changes).toEqual([
    'subject After',
    `add ${CAT}@s.whatsapp.net`,
    `remove ${ANN}@s.whatsapp.net`,
  ])
  expect(await app.socket.groupMetadata(jid)).toMatchObject({ subject: 'After', addressingMode: 'lid' })
  await app.text(jid, '3EB0F2', 'to Ben and Cat')
  await simulator.client.settled()
  expect(await texts(ANN, jid)).toEqual(['to Ann and Ben'])
  expect(await texts(BEN, jid)).toEqual(['to Ann and Ben', 'to Ben and Cat'])
  expect(await texts(CAT, jid)).toEqual(['to Ben and Cat'])
})

test('recipients send delivery receipts, and group queries are counted', async () => {
  const { jid } = await group('Receipts', [ANN, BEN])
  const delivered = new Set<string>()
  app.socket.ev.on('message-receipt.update', (updates) => {
    for (const { key, receipt } of updates) if (key.id === '3EB0C1') delivered.add(receipt.userJid ?? '')
  })
  await app.text(jid, '3EB0C1', 'received?')
  await eventually(() => delivered.size).toBe(2)
  expect((await simulator.client.metadataQueries()).byGroup[jid]).toBe(1)
  const all = await app.socket.groupFetchAllParticipating()
  expect(all[jid]).toMatchObject({ subject: 'Receipts' })
  expect((await simulator.client.metadataQueries()).participating).toBeGreaterThan(0)
})

test('a foreign group answers its metadata with 403', async () => {
  const { jid } = await simulator.client.createGroup({ subject: 'Foreign', members: [ANN, BEN] })
  await expect(app.text(jid, '3EB0B1', 'hi')).rejects.toMatchObject({ data: 403 })
  expect(await simulator.client.stanzas({ chat: jid })).toEqual([])
})
