import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000021'
const [ANN, BEN, CAT] = ['15551000021', '15551000022', '15551000023'] as const
const [DAN, EVE, FAY, GIL] = ['15551000024', '15551000025', '15551000026', '15551000027'] as const

let world: World
let session: Session
let sends = 0

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('member', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

async function group(subject: string, members: readonly string[] = [ANN, BEN]): Promise<string> {
  const { jid } = await world.whatsapp.createGroup({ subject, members: [ACCOUNT, ...members] })
  await expect.poll(() => known(jid)).toMatchObject({ subject })
  return jid
}

const send = (jid: string, text: string): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0${++sends}`, text), jid, maybeSentBefore: false })

/** Calls this after each statement of the session, with its text. */
function afterEachStatement(then: (text: string) => Promise<void>): void {
  const database = world.database as { query: (...args: unknown[]) => Promise<unknown> }
  const query = database.query.bind(database)
  vi.spyOn(database, 'query').mockImplementation(async (...args) => {
    const answer = await query(...args)
    await then(String(args[0]))
    return answer
  })
}
afterEach(() => vi.restoreAllMocks())

const readsGroup = (text: string) => text.includes('metadata') && text.includes('from account_group')

type Known = { subject: string; participants: number; marked: boolean }

async function known(jid: string): Promise<Known | undefined> {
  const { rows } = await world.database.query<Known>(
    `select subject, participants, fetched_at = '-infinity' as marked
     from account_group where account_id = 'member' and jid = $1`,
    [jid],
  )
  return rows[0]
}

async function queries(jid?: string): Promise<number> {
  const { total, byGroup } = await world.whatsapp.metadataQueries()
  return jid === undefined ? total : (byGroup[jid] ?? 0)
}

async function age(hours: number): Promise<void> {
  await world.database.query("update account_group set fetched_at = now() - $1 * interval '1 hour'", [hours])
  await world.database.query("update account set groups_read_at = now() - $1 * interval '1 hour'", [hours])
}

const unread = () => world.database.query('update account set groups_read_at = null')

test(
  'a group that WhatsApp told of is never asked for, however often it is sent to and sessions come and go',
  async () => {
    const jid = await group('Never asked')
    const before = await queries()
    await Promise.all([send(jid, 'one'), send(jid, 'two')])
    await session.close()
    session = await world.open('member')
    await send(jid, 'three')
    expect(await queries()).toBe(before)
    const texts = await world.read([ANN, BEN], jid)
    for (const read of texts) expect(read.toSorted()).toEqual(['one', 'three', 'two'])
  },
  slowMs,
)

test(
  'groups that are too old are read again by one query for all, and those that were left are gone',
  async () => {
    const [one, two, left] = [await group('One'), await group('Two'), await group('Left')]
    await session.close()
    await world.whatsapp.removeMembers({ jid: left, members: [ACCOUNT] })
    session = await world.open('member')
    await age(7)
    const before = await queries()
    const outcomes = await Promise.all([send(one, 'a'), send(two, 'b'), send(one, 'c')])
    expect(outcomes).toEqual([
      { kind: 'acked', leftOutDevices: 0 },
      { kind: 'acked', leftOutDevices: 0 },
      { kind: 'acked', leftOutDevices: 0 },
    ])
    expect(await queries()).toBe(before + 1)
    expect(await known(left)).toBeUndefined()
  },
  slowMs,
)

test(
  'the first session of a day reads the groups once; refreshGroups does whenever it is asked',
  async () => {
    await age(7)
    await session.close()
    const before = await queries()
    session = await world.open('member')
    expect(await queries()).toBe(before + 1)
    await session.refreshGroups()
    expect(await queries()).toBe(before + 2)
  },
  slowMs,
)

test(
  'who joins reads the next message, at the price of one query',
  async () => {
    const jid = await group('Joined')
    await send(jid, 'early')
    await world.whatsapp.addMembers({ jid, members: [CAT] })
    await expect.poll(() => known(jid)).toMatchObject({ marked: true })
    await send(jid, 'late')
    await send(jid, 'later')
    expect(await world.read([ANN, CAT], jid)).toEqual([
      ['early', 'late', 'later'],
      ['late', 'later'],
    ])
    expect(await queries(jid)).toBe(1)
    expect(await known(jid)).toEqual({ subject: 'Joined', participants: 4, marked: false })
  },
  slowMs,
)

test('a new name is known without a query; a group that we were removed from is forgotten', async () => {
  const jid = await group('Old name')
  await world.whatsapp.renameGroup({ jid, subject: 'New name' })
  await expect.poll(() => known(jid)).toMatchObject({ subject: 'New name', marked: false })
  await world.whatsapp.removeMembers({ jid, members: [ACCOUNT] })
  await expect.poll(() => known(jid)).toBeUndefined()
  expect(await send(jid, 'not for me')).toEqual({ kind: 'refused', code: 403, failure: 'NotInGroup' })
  expect(await queries(jid)).toBe(1)
  await world.whatsapp.addMembers({ jid, members: [ACCOUNT] })
  await expect.poll(() => known(jid)).toMatchObject({ subject: 'New name' })
})

test.each([
  [403, 'NotInGroup'],
  [404, 'NotInGroup'],
  [429, 'AccountLimited'],
  [500, 'ServerRefusedForNow'],
] as const)(
  'a metadata query refused with %i is %s, asked once, and nothing was sent',
  async (code, failure) => {
    const jid = `12036300000000${code}0@g.us`
    await world.whatsapp.fault({ kind: 'metadataError', code, chat: jid })
    expect(await send(jid, 'never')).toEqual({ kind: 'refused', code, failure })
    expect(await queries(jid)).toBe(1)
    expect(await world.whatsapp.stanzas({ chat: jid })).toEqual([])
  },
)

test('a session opens although WhatsApp refuses to list its groups', async () => {
  await unread()
  await world.whatsapp.fault({ kind: 'metadataError', code: 429, account: ACCOUNT })
  await session.close()
  session = await world.open('member')
  expect(world.logs.at(-2)).toMatchObject({ msg: 'the groups could not be read', error: 'AccountLimited' })
  await session.refreshGroups()
})

test(
  'the members are read from Postgres at every send: a locked table holds the message back',
  async () => {
    const jid = await group('Held back')
    await send(jid, 'first')
    const client = await world.database.connect()
    try {
      await client.query('begin')
      await client.query('lock table account_group')
      const held = send(jid, 'held')
      await expect
        .poll(async () => {
          const { rows } = await world.database.query<{ waiting: number }>(
            "select count(*)::int as waiting from pg_locks where not granted and relation = 'account_group'::regclass",
          )
          return rows[0]?.waiting
        })
        .toBe(1)
      expect(await world.whatsapp.stanzas({ chat: jid })).toHaveLength(1)
      await client.query('commit')
      expect(await held).toEqual({ kind: 'acked', leftOutDevices: 0 })
    } finally {
      client.release()
    }
  },
  slowMs,
)

test('a message reads its group once', async () => {
  const jid = await group('Read once')
  await send(jid, 'the first')
  let reads = 0
  afterEachStatement(async (text) => {
    if (readsGroup(text)) reads += 1
  })
  expect(await send(jid, 'the second')).toEqual({ kind: 'acked', leftOutDevices: 0 })
  expect(reads).toBe(1)
})

test.each(['while its members are read', 'after they were read'])(
  'a group that changes %s is asked for again before the message leaves',
  async (when) => {
    // Nobody was sent to before, so that their devices and keys are asked for when the members are known.
    const strangers = when === 'while its members are read' ? [DAN, EVE] : [FAY, GIL]
    const jid = await group('Changes meanwhile', strangers)
    const before = await queries(jid)
    let isRead = false
    let isChanged = false
    afterEachStatement(async (text) => {
      const isReading = readsGroup(text)
      const isNow = when === 'while its members are read' ? isReading : isRead && text.includes('auth_key')
      isRead ||= isReading
      if (!isNow || isChanged) return
      isChanged = true
      await world.whatsapp.removeMembers({ jid, members: strangers.slice(1) })
      await expect.poll(() => known(jid)).toMatchObject({ marked: true })
    })
    expect(await send(jid, 'hello')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(isChanged).toBe(true)
    expect(await queries(jid)).toBe(before + 1)
    expect(await known(jid)).toMatchObject({ participants: 2, marked: false })
  },
)
