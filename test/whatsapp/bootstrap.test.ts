import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Session, SessionOptions } from '../../src/whatsapp/gateway.js'
import { counted } from './support/counted.js'
import { slowMs, World } from './support/world.js'

// docs/whatsapp/pairing-and-bootstrap.md, sections 8 and 10; docs/whatsapp/codes.md, 463.

let world: World
let accounts = 0
let people = 15_551_009_000
let sends = 0

beforeAll(async () => {
  world = await World.start()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

type Linked = { id: string; phone: string; contacts: string[]; session: Session }

/** A newly linked account, with contacts from before who take messages with their token only. */
async function linked(contacts: number, more: Partial<SessionOptions> = {}): Promise<Linked> {
  accounts += 1
  const [id, phone] = [`linked-${accounts}`, `1555000910${accounts}`]
  const session = await world.pair(id, phone, more)
  const known = Array.from({ length: contacts }, () => String(people++))
  await world.whatsapp.wantTokens({ account: phone, people: known })
  return { id, phone, contacts: known, session }
}

const sendTo = (session: Session, person: string | undefined) =>
  session.send({
    ...world.text(`3EB0B${++sends}`, 'hello'),
    jid: `${person}@s.whatsapp.net`,
    maybeSentBefore: false,
  })

const acked = { kind: 'acked', leftOutDevices: 0 }
const cold = { kind: 'refused', code: 463, failure: 'ContactRefused' }

async function tokensOf(id: string): Promise<number> {
  const { rows } = await world.database.query<{ tokens: number }>(
    `select count(*)::int as tokens from auth_key
     where account_id = $1 and category = 'tctoken' and id <> '__index'`,
    [id],
  )
  return rows[0]?.tokens ?? 0
}

const taken = () => world.logs.filter(({ msg }) => msg === 'history taken')

test.each(['INITIAL_BOOTSTRAP', 'RECENT'] as const)(
  'a first message to a contact of before goes out after %s, and to one without a token it does not',
  async (type) => {
    const { id, phone, contacts, session } = await linked(6)
    const [stranger, ...known] = contacts
    expect(await sendTo(session, known[0])).toEqual(cold)
    let n = 0
    for (const addressing of ['lid', 'pnAndLid', 'mapped', 'pn', 'lid'] as const)
      await world.whatsapp.sendHistory({
        account: phone,
        type,
        addressing,
        contacts: [known[n++] ?? ''],
        bytes: 20_000,
      })
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(5)
    for (const contact of known) expect(await sendTo(session, contact)).toEqual(acked)
    expect(await sendTo(session, stranger)).toEqual(cold)
  },
  slowMs,
)

test(
  'a history that comes in the notice itself is read, and tokens that are over are not kept',
  async () => {
    const { id, phone, contacts, session } = await linked(3)
    const history = { account: phone, type: 'INITIAL_BOOTSTRAP', inline: true } as const
    await world.whatsapp.sendHistory({ ...history, contacts: contacts.slice(1), tokenAgeDays: 40 })
    await world.whatsapp.sendHistory({ ...history, contacts: contacts.slice(0, 1) })
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(1)
    expect(await sendTo(session, contacts[0])).toEqual(acked)
  },
  slowMs,
)

test(
  'the whole history and names are told to have arrived, and are not downloaded',
  async () => {
    const { id, phone, contacts } = await linked(3)
    const paths: string[] = []
    for (const type of ['FULL', 'PUSH_NAME', 'RECENT'] as const)
      paths.push(...(await world.whatsapp.sendHistory({ account: phone, type, contacts })).paths)
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(3)
    const downloads = await world.whatsapp.downloads()
    expect(paths.map((path) => downloads[path.split('?')[0] ?? ''] ?? 0)).toEqual([0, 0, 1])
    const empty = [{ device: 1, messages: 0, notifications: 0, refused: 0 }]
    await expect.poll(() => world.whatsapp.mailboxes(phone)).toEqual(empty)
  },
  slowMs,
)

test(
  'a file that the media server has not now is taken later, and one that is damaged or gone never',
  async () => {
    const { id, phone, contacts } = await linked(3, { historyPausesMs: [500, 500] })
    await world.whatsapp.fault({ kind: 'downloadFailure', status: 503, count: 2 })
    const history = { account: phone, type: 'RECENT' } as const
    await world.whatsapp.sendHistory({ ...history, contacts: contacts.slice(0, 1) })
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(1)
    const [damaged = ''] = (
      await world.whatsapp.sendHistory({ ...history, contacts: contacts.slice(1, 2), damaged: true })
    ).paths
    await world.whatsapp.sendHistory({ ...history, contacts: contacts.slice(2) })
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(2)
    expect((await world.whatsapp.downloads())[damaged.split('?')[0] ?? '']).toBe(1)
  },
  slowMs,
)

test(
  'a file that could not be read before the session ended is read by the next one',
  async () => {
    const { id, phone, contacts, session } = await linked(2, { historyPausesMs: [60_000] })
    await world.whatsapp.fault({ kind: 'downloadFailure', status: 503 })
    await world.whatsapp.sendHistory({ account: phone, type: 'RECENT', contacts })
    const failed = () => world.logs.filter(({ msg }) => msg === 'a part of the history could not be taken')
    const before = failed().length
    await expect.poll(() => failed().length, { timeout: 20_000 }).toBe(before + 1)
    await session.close()
    expect(await tokensOf(id)).toBe(0)
    const next = await world.open(id)
    await expect.poll(() => tokensOf(id), { timeout: 20_000 }).toBe(2)
    // Nothing is asked before there is a connection.
    expect(failed()).toHaveLength(before + 1)
    expect(await sendTo(next, contacts[0])).toEqual(acked)
    await next.close()
    const takenBefore = taken().length
    await (await world.open(id)).close()
    expect(taken()).toHaveLength(takenBefore)
  },
  slowMs,
)

test(
  'a contact who gives a token meanwhile is written to with the newer one',
  async () => {
    const { phone, contacts, session } = await linked(1)
    await world.whatsapp.giveToken({ account: phone, person: contacts[0] ?? '' })
    await expect.poll(() => sendTo(session, contacts[0]), { timeout: 20_000 }).toEqual(acked)
  },
  slowMs,
)

test(
  'twenty MB of history pass through without staying in memory, and cost Postgres a row for each contact',
  async () => {
    const { id, phone, session } = await linked(1)
    await session.close()
    const postgres = counted(world.database)
    const open = await world.open(id, { database: postgres.database })
    const contacts = Array.from({ length: 2_000 }, () => String(people++))
    await world.whatsapp.wantTokens({ account: phone, people: contacts })
    postgres.take()
    let most = 0
    const before = process.memoryUsage()
    const sampler = setInterval(() => {
      const { external, heapUsed } = process.memoryUsage()
      most = Math.max(most, external + heapUsed - before.external - before.heapUsed)
    }, 20)
    await world.whatsapp.sendHistory({
      account: phone,
      type: 'RECENT',
      contacts,
      bytes: 20_000_000,
      chunks: 4,
    })
    await expect.poll(() => tokensOf(id), { timeout: 60_000 }).toBe(2_000)
    clearInterval(sampler)
    const { statements, keysWritten } = postgres.take()
    expect(keysWritten).toBeLessThan(2_100)
    expect(statements).toBeLessThan(100)
    // Baileys decodes each of the four files as a whole: 5 MB, and each message of it.
    expect(most).toBeLessThan(60_000_000)
    expect(await sendTo(open, contacts[1_999])).toEqual(acked)
  },
  slowMs,
)
