import { generateWAMessageContent } from '@whiskeysockets/baileys'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, patiently } from './support/patience.js'
import { ACKED, App, type AuthState } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

const ACCOUNT = '15550003001'
const [ANN, BEN] = ['15551003001', '15551003002'] as const

patiently()

let simulator: RunningSimulator
let auth: AuthState
let app: App
let group: string
let other: string
let messages = 0

const freshId = () => `3EB0F${String((messages += 1)).padStart(4, '0')}`

beforeAll(async () => {
  simulator = await startSimulator()
  auth = await linkByQr(simulator, ACCOUNT)
  const members = [ACCOUNT, ANN, BEN]
  group = (await simulator.client.createGroup({ subject: 'Faulty', members })).jid
  other = (await simulator.client.createGroup({ subject: 'Sound', members })).jid
})

afterAll(async () => {
  await simulator?.stop()
})

beforeEach(async () => {
  app = await connect(simulator, auth, { defaultQueryTimeoutMs: 1_000 })
})

afterEach(async () => {
  await simulator.client.clearFaults()
  await simulator.client.accept()
  await app.end()
})

const accepted = async (id: string): Promise<number> =>
  (await simulator.client.stanzas({ messageId: id })).length

describe('acknowledgements', () => {
  test('a dropped ack: accepted, read, never answered; the next one is answered', async () => {
    const id = freshId()
    await simulator.client.fault({ kind: 'dropAck', chat: group })
    const outcome = app.text(group, id, 'silent')
    await eventually(() => accepted(id)).toBe(1)
    const stats = await simulator.client.settled()
    expect(stats.messages.find((message) => message.id === id)).toMatchObject({ reads: 2 })
    const next = freshId()
    expect(await app.text(group, next, 'answered')).toEqual(ACKED)
    await app.end()
    expect(await outcome).toMatchObject({ kind: 'closed' })
  })

  test('a dropped stanza was never accepted', async () => {
    const id = freshId()
    await simulator.client.fault({ kind: 'dropStanza', messageId: id })
    const outcome = app.text(group, id, 'lost')
    expect(await app.text(other, freshId(), 'arrives')).toEqual(ACKED)
    expect(await accepted(id)).toBe(0)
    await app.end()
    expect(await outcome).toMatchObject({ kind: 'closed' })
  })

  test('a held ack comes when it is released, a delayed one by itself; both after later ones', async () => {
    const answered: string[] = []
    const send = async (id: string) => {
      expect(await app.text(group, id, id)).toEqual(ACKED)
      answered.push(id)
    }
    const [held, delayed, prompt] = [freshId(), freshId(), freshId()]
    await simulator.client.fault({ kind: 'holdAck', messageId: held })
    await simulator.client.fault({ kind: 'delayAck', messageId: delayed, ms: 3_000 })
    const outcomes = [send(held), send(delayed), send(prompt)]
    await outcomes[1]
    expect(answered).toEqual([prompt, delayed])
    expect(await simulator.client.releaseAcks()).toEqual({ released: 1 })
    await Promise.all(outcomes)
    expect(answered).toEqual([prompt, delayed, held])
  })

  test('a held ack is held too when its message is sent again over the same connection, and not over the next', async () => {
    const id = freshId()
    await simulator.client.fault({ kind: 'holdAck', messageId: id })
    const outcomes = [app.text(group, id, 'held'), app.text(group, id, 'held')]
    expect(await app.text(group, freshId(), 'later')).toEqual(ACKED)
    expect(await accepted(id)).toBe(2)
    await app.end()
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'closed' })
    app = await connect(simulator, auth, { defaultQueryTimeoutMs: 1_000 })
    expect(await app.text(group, id, 'held')).toEqual(ACKED)
    await simulator.client.releaseAcks()
  })

  test.each([463, 479, 429, 421, 403])('a message is refused with %i, and nobody reads it', async (code) => {
    const id = freshId()
    await simulator.client.fault({ kind: 'refuse', code })
    expect(await app.text(group, id, 'refused')).toEqual({ kind: 'refused', code: String(code) })
    expect(await accepted(id)).toBe(0)
    expect(await simulator.client.faults()).toEqual([])
  })

  test('a fault hits in its scope, as often as it says, and is listed and cleared', async () => {
    const fault = await simulator.client.fault({ kind: 'refuse', code: 429, chat: group, count: 2 })
    expect(await app.text(other, freshId(), 'out of scope')).toEqual(ACKED)
    expect(await app.text(group, freshId(), 'first')).toMatchObject({ kind: 'refused' })
    expect(await simulator.client.faults()).toMatchObject([{ id: fault.id, hits: 1, left: 1 }])
    expect(await app.text(group, freshId(), 'second')).toMatchObject({ kind: 'refused' })
    expect(await app.text(group, freshId(), 'third')).toEqual(ACKED)
    await simulator.client.fault({ kind: 'refuse', code: 429, count: 'until-cleared' })
    expect(await app.text(group, freshId(), 'fourth')).toMatchObject({ kind: 'refused' })
    expect(await simulator.client.clearFaults()).toHaveLength(1)
    expect(await app.text(group, freshId(), 'fifth')).toEqual(ACKED)
  })
})

describe('connections', () => {
  test.each([
    ['beforeAccept', 0],
    ['beforeAck', 1],
  ] as const)('the socket closes %s: the stanza was accepted %i times', async (when, times) => {
    const id = freshId()
    await simulator.client.fault({ kind: 'disconnect', when })
    expect(await app.text(group, id, 'cut')).toEqual({ kind: 'closed', code: 428 })
    expect(await accepted(id)).toBe(times)
    const again = await connect(simulator, auth)
    expect(await again.text(group, id, 'cut')).toEqual(ACKED)
    expect(await accepted(id)).toBe(times + 1)
    await again.end()
  })

  test('the socket closes after the ack', async () => {
    await simulator.client.fault({ kind: 'disconnect', when: 'afterAck', how: 'restart' })
    expect(await app.text(group, freshId(), 'acked')).toEqual(ACKED)
    expect(await app.closed).toMatchObject({ code: 515 })
  })

  test.each([
    ['restart', 515],
    ['loggedOut', 401],
    ['forbidden', 403],
    ['replaced', 440],
    ['unavailable', 503],
    ['close', 428],
  ] as const)('a %s disconnect is %i to Baileys', async (how, code) => {
    expect(await simulator.client.disconnect({ account: ACCOUNT, how })).toEqual({ sockets: 1 })
    expect(await app.closed).toMatchObject({ code })
  })

  test('connections are not accepted until told', async () => {
    await simulator.client.stopAccepting()
    const refused = new App(auth, simulator.endpoints)
    expect((await refused.closed).code).toBeGreaterThan(0)
    await simulator.client.accept()
    await (await connect(simulator, auth)).end()
  })
})

describe('groups and media', () => {
  test.each([429, 403, 404])('group metadata answers %i', async (code) => {
    await simulator.client.fault({ kind: 'metadataError', code, chat: group })
    await expect(app.socket.groupMetadata(group)).rejects.toMatchObject({ data: code })
    expect(await app.socket.groupMetadata(group)).toMatchObject({ subject: 'Faulty' })
  })

  test('group metadata gets no answer', async () => {
    await simulator.client.fault({ kind: 'metadataSilence', chat: group })
    await expect(app.socket.groupMetadata(group)).rejects.toThrow(/./)
  })

  test('an upload fails as often as told', async () => {
    const upload = () =>
      generateWAMessageContent(
        { image: Buffer.alloc(100, 1), mimetype: 'image/jpeg', jpegThumbnail: '', width: 1, height: 1 },
        { upload: app.socket.waUploadToServer, logger: pino({ level: 'silent' }) },
      )
    await simulator.client.fault({ kind: 'uploadFailure', status: 503 })
    await expect(upload()).rejects.toThrow(/upload failed/i)
    expect(await simulator.client.uploads()).toMatchObject({ count: 0, refused: 1 })
    await upload()
    expect(await simulator.client.uploads()).toMatchObject({ count: 1, refused: 1 })
  })
})

test('a fault that makes no sense is refused with what is wrong', async () => {
  const wrong = { kind: 'refuse', code: 'many' } as unknown as { kind: 'refuse'; code: number }
  await expect(simulator.client.fault(wrong)).rejects.toThrow(/POST \/faults: code: .*got "many"/)
  await expect(simulator.client.fault({ kind: 'dropAck', chat: 'nobody' })).rejects.toThrow(/chat: the JID/)
})
