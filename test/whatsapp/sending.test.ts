import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { GatewayFailure, type SendOutcome, type Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000011'
const [ANN, BEN, CAT] = ['15551000011', '15551000012', '15551000013'] as const
const members = [ANN, BEN, CAT]

let world: World
let session: Session

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('sender', ACCOUNT)
  await world.whatsapp.createPeople([...members])
  // Else a member who can't decrypt asks for a copy, and what went wrong is mended before a test can see it.
  await world.whatsapp.configure({ retryReceipts: false })
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

async function group(subject: string, addressing: 'lid' | 'pn' = 'lid'): Promise<string> {
  const { jid } = await world.whatsapp.createGroup({ subject, members: [ACCOUNT, ...members], addressing })
  return jid
}

const send = (jid: string, id: string, text: string, maybeSentBefore = false): Promise<SendOutcome> =>
  session.send({ ...world.text(id, text), jid, maybeSentBefore })

async function reopen(): Promise<void> {
  await session.close()
  session = await world.open('sender')
}

test.each(['lid', 'pn'] as const)(
  'a message to a group addressed by %s is acknowledged and read by every member, again and again',
  async (addressing) => {
    const jid = await group('Again and again', addressing)
    expect(await send(jid, `3EB0A1${addressing}`, 'one')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await send(jid, `3EB0A2${addressing}`, 'two')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    await reopen()
    expect(await send(jid, `3EB0A3${addressing}`, 'three')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read(members, jid)).toEqual(members.map(() => ['one', 'two', 'three']))
  },
  slowMs,
)

test(
  'a direct message is acknowledged and read; who is not on WhatsApp is told apart, with nothing sent',
  async () => {
    const jid = `${ANN}@s.whatsapp.net`
    expect(await send(jid, '3EB0B1', 'hello')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read([ANN], jid)).toEqual([['hello']])
    await world.whatsapp.fault({ kind: 'dropStanza', messageId: '3EB0B2' })
    expect(await send('15559999999@s.whatsapp.net', '3EB0B2', 'nobody')).toEqual({
      kind: 'refused',
      code: 404,
      failure: 'NotOnWhatsApp',
    })
    expect(await world.whatsapp.faults()).toMatchObject([{ kind: 'dropStanza', hits: 0 }])
  },
  slowMs,
)

test(
  'many sends at once each get their own outcome',
  async () => {
    const jid = await group('At once')
    await world.whatsapp.fault({ kind: 'refuse', code: 479, messageId: '3EB0C3' })
    const ids = ['3EB0C1', '3EB0C2', '3EB0C3', '3EB0C4', '3EB0C5']
    const outcomes = await Promise.all(ids.map((id) => send(jid, id, id)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['acked', 'acked', 'refused', 'acked', 'acked'])
  },
  slowMs,
)

test.each([
  [463, 'AccountTimeLocked'],
  [479, 'MessageFormRefused'],
  [429, 'AccountLimited'],
  [421, 'GroupAddressingChanged'],
  [403, 'NotInGroup'],
  [401, 'NotInGroup'],
  [500, 'ServerRefusedForNow'],
] as const)(
  'a refusal with %i is %s, and the next message is readable although that one brought nobody the key',
  async (code, failure) => {
    const jid = await group(`Refused with ${code}`)
    await world.whatsapp.fault({ kind: 'refuse', code, chat: jid })
    expect(await send(jid, `3EB0D${code}`, 'refused')).toEqual({ kind: 'refused', code, failure })
    expect(await send(jid, `3EB0E${code}`, 'taken')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read(members, jid)).toEqual(members.map(() => ['taken']))
  },
  slowMs,
)

test(
  'without an ack the outcome is unknown; the resend under the same id is read once',
  async () => {
    const jid = await group('No ack')
    await reopenWith({ ackTimeoutMs: 300 })
    await world.whatsapp.fault({ kind: 'dropAck', chat: jid })
    expect(await send(jid, '3EB0F1', 'once')).toEqual({ kind: 'unknown', failure: 'AckTimedOut' })
    await reopen()
    expect(await send(jid, '3EB0F1', 'once', true)).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read(members, jid)).toEqual(members.map(() => ['once']))
    expect(await world.whatsapp.stanzas({ messageId: '3EB0F1' })).toHaveLength(2)
  },
  slowMs,
)

test(
  'a socket that closes before the ack leaves the outcome unknown; the resend is read once by everybody',
  async () => {
    const jid = await group('Closed before the ack')
    await world.whatsapp.fault({ kind: 'disconnect', when: 'beforeAck', chat: jid })
    expect(await send(jid, '3EB0G1', 'once')).toEqual({ kind: 'unknown', failure: 'ConnectionLost' })
    expect(await session.closed).toMatchObject({ failure: 'ConnectionLost' })
    await expect(send(jid, '3EB0G1', 'once', true)).rejects.toEqual(new GatewayFailure('ConnectionLost', 428))
    session = await world.open('sender')
    expect(await send(jid, '3EB0G1', 'once', true)).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read(members, jid)).toEqual(members.map(() => ['once']))
  },
  slowMs,
)

test(
  'the first stanza of a group is lost in a crash: after the resend every member can decrypt',
  async () => {
    const jid = await group('Lost first stanza')
    await world.whatsapp.fault({ kind: 'dropStanza', chat: jid })
    const keys = await keysAfterCrash(jid, '3EB0H1')
    expect(keys).toBeGreaterThan(0) // stored as if the members had the key
    session = await world.open('sender', { epoch: 1 })
    expect(await send(jid, '3EB0H1', 'found', true)).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read(members, jid)).toEqual(members.map(() => ['found']))
  },
  slowMs,
)

/** Sends, and loses the process while it waits for the ack: its keys are committed, its clean-up never runs. */
async function keysAfterCrash(jid: string, id: string): Promise<number> {
  const lost = send(jid, id, 'found')
  const memory = () =>
    world.database.query<{ account_id: string }>(
      "select from auth_key where category = 'sender-key-memory' and id = $1",
      [jid],
    )
  await expect.poll(async () => (await memory()).rowCount, { timeout: 20_000 }).toBe(1)
  await world.database.query("update account set epoch = 7 where id = 'sender'") // from here on it writes nothing
  await session.close()
  expect(await lost).toEqual({ kind: 'unknown', failure: 'ConnectionLost' })
  await world.database.query("update account set epoch = 1 where id = 'sender'")
  return (await memory()).rowCount ?? 0
}

test(
  'a recipient who could not decrypt asks the next session for a copy',
  async () => {
    const jid = await group('Asked again')
    await world.whatsapp.configure({ retryReceipts: true })
    await world.whatsapp.fault({ kind: 'retryReceipt', chat: jid, recipient: ANN })
    await world.whatsapp.fault({ kind: 'disconnect', when: 'afterAck', chat: jid })
    // Acknowledged; where the end of the connection overtakes the commit of the keys, that can't be told.
    expect(['acked', 'unknown']).toContain((await send(jid, '3EB0I1', 'asked')).kind)
    await session.closed
    await reopen()
    await expect
      .poll(() => world.asked, { timeout: 20_000 })
      .toMatchObject([{ messageId: '3EB0I1', count: 1 }])
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
    expect(await world.whatsapp.stanzas({ messageId: '3EB0I1' })).toMatchObject([{}, { copyFor: ANN }])
    expect(await world.read(members, jid)).toEqual(members.map(() => ['asked']))
    await world.whatsapp.configure({ retryReceipts: false })
  },
  slowMs,
)

test(
  'two accounts send at once from one process',
  async () => {
    const other = await world.pair('other', '15550000012')
    const jid = await group('Two accounts')
    await world.whatsapp.addMembers({ jid, members: ['15550000012'] })
    const outcomes = await Promise.all([
      send(jid, '3EB0J1', 'from one'),
      other.send({ ...world.text('3EB0J2', 'from the other'), jid, maybeSentBefore: false }),
    ])
    expect(outcomes).toEqual([
      { kind: 'acked', leftOutDevices: 0 },
      { kind: 'acked', leftOutDevices: 0 },
    ])
    for (const texts of await world.read(members, jid))
      expect(texts.toSorted()).toEqual(['from one', 'from the other'])
  },
  slowMs,
)

test('what was logged meanwhile has no JID, number or text in it', () => {
  expect(world.logs.map(({ msg }) => msg)).toContain('session open')
  const lines = JSON.stringify(world.logs)
  expect(lines).not.toMatch(/@s\.whatsapp\.net|@g\.us|@lid|1555\d{7}|found|once|hello/)
})

async function reopenWith(more: { ackTimeoutMs: number }): Promise<void> {
  await session.close()
  session = await world.open('sender', more)
}
