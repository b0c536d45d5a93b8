import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

// docs/whatsapp/keys-and-receipts.md, part 2: what Baileys does of itself sends the whole message to the whole group.

const ACCOUNT = '15550000081'
const OWN_COMPANION = 60

let world: World
let session: Session
let sends = 0
let people = 15_551_008_000

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('copies', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
  await world.whatsapp.setCompanions({ phone: ACCOUNT, devices: [] })
  await world.whatsapp.configure({ retryReceipts: true })
  world.asked.length = 0
})

const person = () => String(people++)
const direct = (phone: string) => `${phone}@s.whatsapp.net`
const all = <T>(read: T): T[] => [read, read, read]
const acked: SendOutcome = { kind: 'acked', leftOutDevices: 0 }

async function group(members: string[], addressing: 'lid' | 'pn' = 'lid'): Promise<string> {
  const { jid } = await world.whatsapp.createGroup({
    subject: 'Copies',
    members: [ACCOUNT, ...members],
    addressing,
  })
  return jid
}

async function send(jid: string, text: string): Promise<{ id: string; outcome: SendOutcome }> {
  const id = `3EB0C${++sends}`
  return { id, outcome: await session.send({ ...world.text(id, text), jid, maybeSentBefore: false }) }
}

const askedBy = (count: number) =>
  expect.poll(() => world.asked.length, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(count)

/** Which devices were given the group's key with this message, as far as the account knows. */
async function keyed(jid: string): Promise<string[]> {
  const id = { category: 'sender-key-memory', id: jid }
  const { rows } = await world.database.query<{ value: Buffer }>(
    "select sealed as value from auth_key where account_id = 'copies' and category = $1 and id = $2",
    [id.category, id.id],
  )
  const value = rows[0]?.value
  if (value === undefined) return []
  const opened = world.ring.open(value, ['copies', id.category, id.id]).toString()
  return Object.keys(JSON.parse(opened) as object)
}

test.each(['lid', 'pn'] as const)(
  'a phone of a group by %s that asks gets a copy, and nobody else gets anything',
  async (addressing) => {
    const [ann, ben, cat] = [person(), person(), person()]
    const jid = await group([ann, ben, cat], addressing)
    expect((await send(jid, 'before')).outcome).toEqual(acked)
    const before = await keyed(jid)
    expect(before.length).toBeGreaterThanOrEqual(3)
    const { id } = await send(jid, 'asked for')
    await world.whatsapp.askAgain({ account: ACCOUNT, chat: jid, messageId: id, recipients: [ann] })
    await askedBy(1)
    await expect.poll(() => keyed(jid), { timeout: 20_000 }).toHaveLength(before.length - 1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
    expect(await world.whatsapp.stanzas({ messageId: id })).toMatchObject([{}, { copyFor: ann }])
    expect(await keyed(jid)).toHaveLength(before.length - 1)
    await world.whatsapp.settled()
    const copies = await Promise.all(
      [ann, ben, cat].map(async (who) =>
        (await world.whatsapp.inbox(who)).messages.map((message) => message.copies),
      ),
    )
    expect(copies).toEqual([
      [1, 2],
      [1, 1],
      [1, 1],
    ])
    // The next message gives the key to the one who asked, and is read by all.
    expect((await send(jid, 'after')).outcome).toEqual(acked)
    expect((await keyed(jid)).toSorted()).toEqual(before.toSorted())
    expect(await world.read([ann, ben, cat], jid)).toEqual(all(['before', 'asked for', 'after']))
  },
  slowMs,
)

test(
  'phones on which WhatsApp was installed anew get a copy each, and read the next message without one',
  async () => {
    const [ann, ben, cat] = [person(), person(), person()]
    const jid = await group([ann, ben, cat])
    expect((await send(jid, 'before')).outcome).toEqual(acked)
    await world.whatsapp.reinstall([ann, ben])
    const { id } = await send(jid, 'unreadable')
    await askedBy(2)
    expect(await world.read([ann, ben, cat], jid)).toEqual([['before'], ['before'], ['before', 'unreadable']])
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }, { kind: 'acked' }])
    expect(await world.read([ann, ben, cat], jid)).toEqual(all(['before', 'unreadable']))
    const stanzas = await world.whatsapp.stanzas({ messageId: id })
    expect(new Set(stanzas.map(({ copyFor }) => copyFor))).toEqual(new Set([undefined, ann, ben]))
    expect(stanzas).toHaveLength(3)
    expect((await send(jid, 'after')).outcome).toEqual(acked)
    expect(await world.read([ann, ben, cat], jid)).toEqual(all(['before', 'unreadable', 'after']))
    expect(world.asked).toEqual([])
  },
  slowMs,
)

test(
  'the keys that a device sends along are used, and none are asked for',
  async () => {
    const ann = person()
    const jid = await group([ann])
    expect((await send(jid, 'before')).outcome).toEqual(acked)
    await world.whatsapp.reinstall([ann])
    await world.whatsapp.configure({ retryReceipts: false })
    const { id } = await send(jid, 'unreadable')
    await world.whatsapp.settled()
    await world.whatsapp.configure({ retryReceipts: true })
    // No keys of hers can be had from the server.
    await world.whatsapp.fault({ kind: 'deviceKeys', about: ann, how: 'error', count: 'until-cleared' })
    const recipients = [ann]
    await world.whatsapp.askAgain({ account: ACCOUNT, chat: jid, messageId: id, recipients, attempt: 2 })
    await askedBy(1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
    expect(await world.read([ann], jid)).toEqual([['before', 'unreadable']])
  },
  slowMs,
)

test(
  'a device that has no usable keys gets no copy',
  async () => {
    const [ann, ben] = [person(), person()]
    const jid = await group([ann, ben])
    await world.whatsapp.fault({ kind: 'deviceKeys', about: ann, how: 'error', count: 'until-cleared' })
    const { id, outcome } = await send(jid, 'unreadable')
    expect(outcome).toEqual({ kind: 'acked', leftOutDevices: 1 })
    await askedBy(1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'dropped', why: 'noUsableKeys' }])
    expect(await world.whatsapp.stanzas({ messageId: id })).toHaveLength(1)
  },
  slowMs,
)

test(
  'in a direct chat the phone, a companion, and a companion of our own that ask get the copy alone',
  async () => {
    const ann = person()
    await world.whatsapp.setCompanions({ phone: ann, devices: [7] })
    await world.whatsapp.setCompanions({ phone: ACCOUNT, devices: [OWN_COMPANION] })
    const companions = [`${ann}:7`, `${ACCOUNT}:${OWN_COMPANION}`]
    const readers = [ann, ...companions]
    await session.close()
    session = await world.open('copies')
    const { id, outcome } = await send(direct(ann), 'asked for')
    expect(outcome).toEqual(acked)
    for (const [index, reader] of readers.entries()) {
      await world.whatsapp.askAgain({
        account: ACCOUNT,
        chat: direct(ann),
        messageId: id,
        recipients: [reader],
      })
      await askedBy(1)
      expect(world.asked[0]?.chats).toContain(direct(ann))
      expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
      const stanzas = await world.whatsapp.stanzas({ messageId: id })
      expect(stanzas[index + 1]).toMatchObject({ copyFor: reader, chat: direct(ann) })
    }
    expect(await world.read(readers, direct(ann))).toEqual(all(['asked for']))
  },
  slowMs,
)

test(
  'a copy in a group whose messages disappear disappears, too',
  async () => {
    const ann = person()
    const jid = await group([ann])
    await world.whatsapp.setEphemeral({ jid, seconds: 86_400 })
    await send(jid, 'before')
    await world.whatsapp.reinstall([ann])
    await send(jid, 'unreadable')
    await askedBy(1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
    await world.whatsapp.settled()
    const { messages } = await world.whatsapp.inbox(ann)
    expect(messages).toMatchObject([{ text: 'before' }, { text: 'unreadable', expiration: 86_400 }])
  },
  slowMs,
)

test(
  'one who has left the group gets no copy',
  async () => {
    const [ann, ben] = [person(), person()]
    const jid = await group([ann, ben])
    const { id } = await send(jid, 'before')
    await world.whatsapp.removeMembers({ jid, members: [ann] })
    await world.whatsapp.askAgain({ account: ACCOUNT, chat: jid, messageId: id, recipients: [ann] })
    await askedBy(1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'dropped', why: 'notInGroup' }])
  },
  slowMs,
)

test(
  'a message to another chat does not wait for all who ask',
  async () => {
    const members = Array.from({ length: 150 }, () => person())
    const [large, small] = [await group(members), await group([person()])]
    const { id } = await send(large, 'asked for')
    await send(small, 'before')
    await world.whatsapp.askAgain({ account: ACCOUNT, chat: large, messageId: id, recipients: members })
    await askedBy(50)
    expect((await send(small, 'meanwhile')).outcome).toEqual(acked)
    expect(world.asked.length).toBeLessThan(members.length)
    await expect.poll(() => world.asked.length, { timeout: 60_000 }).toBe(members.length)
    await expect.poll(() => keyed(large), { timeout: 20_000 }).toHaveLength(1)
  },
  slowMs,
)

test(
  'what cannot be noted is tried until it is, and not acknowledged before: WhatsApp sends it again to the next session',
  async () => {
    const ann = person()
    const jid = await group([ann])
    const { id } = await send(jid, 'asked for')
    await session.close()
    let tries = 0
    session = await world.open('copies', {
      copiesAsked: async () => {
        tries += 1
        await Promise.reject(new Error('Postgres is away'))
      },
    })
    await world.whatsapp.askAgain({ account: ACCOUNT, chat: jid, messageId: id, recipients: [ann] })
    await expect.poll(() => tries, { timeout: 20_000 }).toBeGreaterThan(1)
    await session.close()
    session = await world.open('copies')
    await askedBy(1)
    expect(world.asked).toMatchObject([{ messageId: id }])
    await session.close()
    session = await world.open('copies')
    await session.refreshGroups()
    expect(world.asked).toHaveLength(1)
  },
  slowMs,
)

test('what was logged meanwhile has no JID, number or text in it', () => {
  const logged = JSON.stringify(world.logs)
  expect(logged).toContain('devices ask for copies of messages')
  expect(logged).not.toMatch(/@(g\.us|lid|s\.whatsapp\.net)|155510080|asked for|unreadable/)
})
