import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Session } from '../../src/whatsapp/gateway.js'
import { counted, type Counted } from './support/counted.js'
import { slowMs, World } from './support/world.js'

// docs/whatsapp/pairing-and-bootstrap.md, sections 9, 11, 12 and 13.

const account = '15550000081'
const friend = '15551008001'
const neighbour = '15551008002'

let world: World
let postgres: Counted
let session: Session
let jid = ''
let sends = 0

beforeAll(async () => {
  world = await World.start()
  jid = (await world.whatsapp.createGroup({ subject: 'All', members: [account, friend, neighbour] })).jid
  session = await world.pair('office', account)
  await session.close()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
  await session.close()
  postgres = counted(world.database)
  session = await world.open('office', { database: postgres.database })
  expect(await send(jid)).toEqual(acked) // the sessions with all of them are there
  await allIsAcknowledged()
  postgres.take()
}, slowMs)

const acked = { kind: 'acked', leftOutDevices: 0 }

const send = (to: string) =>
  session.send({ ...world.text(`3EB0I${++sends}`, 'hello'), jid: to, maybeSentBefore: false })

/** Whatever came is acknowledged, so that WhatsApp does not send it again; and nothing was said to be unreadable. */
async function allIsAcknowledged(): Promise<void> {
  const empty = [{ device: 1, messages: 0, notifications: 0, refused: 0 }]
  await expect.poll(() => world.whatsapp.mailboxes(account), { timeout: 30_000 }).toEqual(empty)
}

async function groups(): Promise<{ jid: string; subject: string }[]> {
  const { rows } = await world.database.query<{ jid: string; subject: string }>(
    "select jid, subject from account_group where account_id = 'office'",
  )
  return rows.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
}

test.each(['status', 'newsletter', 'group'] as const)(
  'what comes of %s is acknowledged, and costs Postgres nothing',
  async (kind) => {
    await world.whatsapp.sendIncoming({ account, kind, from: friend, group: jid, count: 5 })
    await allIsAcknowledged()
    expect(postgres.take()).toEqual({ statements: 0, keysWritten: 0 })
  },
  slowMs,
)

test(
  'what the own phone writes to others is read once in a hundred, and its own word to this device always',
  async () => {
    await world.whatsapp.shareAppStateKey(account)
    await allIsAcknowledged()
    const stored = async () => {
      const { rows } = await world.database.query<{ bytes: number }>(
        `select octet_length(sealed) as bytes from auth_key
         where account_id = 'office' and category = 'session' order by bytes desc limit 1`,
      )
      return rows[0]?.bytes ?? 0
    }
    const before = await stored()
    postgres.take()
    // libsignal reads nothing that is more than 2,000 messages ahead of what it has read.
    for (let times = 0; times < 3; times++)
      await world.whatsapp.sendIncoming({ account, kind: 'ownChat', from: neighbour, count: 700 })
    await allIsAcknowledged()
    expect(postgres.take().keysWritten).toBeLessThan(150)
    expect(await stored()).toBeLessThan(before + 20_000)
    const keys = async () => {
      const { rows } = await world.database.query(
        "select from auth_key where account_id = 'office' and category = 'app-state-sync-key'",
      )
      return rows.length
    }
    expect(await keys()).toBe(1)
    await world.database.query(
      "delete from auth_key where account_id = 'office' and category = 'app-state-sync-key'",
    )
    await world.whatsapp.shareAppStateKey(account)
    await expect.poll(keys).toBe(1)
    expect(await send(jid)).toEqual(acked)
  },
  slowMs,
)

test(
  'a message of a person is read: it may begin the session in which the person is written to',
  async () => {
    const stranger = '15551008009'
    await world.whatsapp.sendIncoming({ account, kind: 'direct', from: stranger })
    await allIsAcknowledged()
    expect(postgres.take().keysWritten).toBeGreaterThan(0)
    expect(await send(`${stranger}@s.whatsapp.net`)).toEqual(acked)
    expect(await world.read([stranger], `${stranger}@s.whatsapp.net`)).toEqual([['hello']])
  },
  slowMs,
)

test(
  'settings that change on the phone hold up no send, and are not asked for',
  async () => {
    await world.whatsapp.shareAppStateKey(account)
    await allIsAcknowledged()
    const asked = await world.whatsapp.appStateQueries(account)
    await world.whatsapp.fault({ kind: 'appStateSilence', account, count: 'until-cleared' })
    await world.whatsapp.changeAppState({ account, collection: 'regular', patches: 3 })
    const startedMs = performance.now()
    expect(await send(jid)).toEqual(acked)
    expect(performance.now() - startedMs).toBeLessThan(10_000)
    await allIsAcknowledged()
    expect(await world.whatsapp.appStateQueries(account)).toBe(asked)
  },
  slowMs,
)

test(
  'what happened to groups while the account was offline is known after the next log-in, however much it was',
  async () => {
    const left = await world.whatsapp.createGroup({ subject: 'Left', members: [account, friend] })
    const renamed = await world.whatsapp.createGroup({ subject: 'Old name', members: [account, friend] })
    await expect.poll(async () => (await groups()).length).toBe(3)
    await session.close()
    await world.whatsapp.sendIncoming({ account, kind: 'status', from: friend, count: 30 })
    // WhatsApp hands over 100 at a time, and the next ones when they are asked for.
    for (let n = 0; n < 80; n++) await world.whatsapp.renameGroup({ jid: renamed.jid, subject: `Name ${n}` })
    await world.whatsapp.removeMembers({ jid: left.jid, members: [account] })
    const created = await world.whatsapp.createGroup({ subject: 'Created', members: [account, friend] })
    const joined = await world.whatsapp.createGroup({ subject: 'Joined', members: [friend] })
    await world.whatsapp.addMembers({ jid: joined.jid, members: [account] })
    const queries = (await world.whatsapp.metadataQueries()).participating
    session = await world.open('office')
    await expect.poll(groups, { timeout: 30_000 }).toEqual([
      { jid, subject: 'All' },
      { jid: created.jid, subject: 'Created' },
      { jid: joined.jid, subject: 'Joined' },
      { jid: renamed.jid, subject: 'Name 79' },
    ])
    expect((await world.whatsapp.metadataQueries()).participating).toBe(queries)
    await allIsAcknowledged()
    for (const { jid: own } of [created, joined, renamed])
      await world.whatsapp.removeMembers({ jid: own, members: [account] })
    await expect.poll(groups).toEqual([{ jid, subject: 'All' }])
  },
  slowMs,
)

test(
  'an account that was away for too long reads all groups anew, and until that is answered none is forgotten',
  async () => {
    const left = await world.whatsapp.createGroup({ subject: 'Left', members: [account, friend] })
    await expect.poll(async () => (await groups()).map(({ subject }) => subject)).toContain('Left')
    await session.close()
    await world.whatsapp.removeMembers({ jid: left.jid, members: [account] })
    await world.whatsapp.createGroup({ subject: 'Joined again', members: [account, friend] })
    await world.whatsapp.dropMailbox(account)
    await world.whatsapp.fault({ kind: 'metadataError', code: 503, account })
    session = await world.open('office', { groupsRetryMs: 1_000 })
    expect(await groups()).toContainEqual({ jid: left.jid, subject: 'Left' })
    const subjects = async () => (await groups()).map(({ subject }) => subject)
    await expect.poll(subjects, { timeout: 30_000 }).toContain('Joined again')
    expect(await subjects()).not.toContain('Left')
  },
  slowMs,
)

test(
  'a group that is ended while the account is online is forgotten',
  async () => {
    const ended = await world.whatsapp.createGroup({ subject: 'Ended', members: [account, friend] })
    await expect.poll(async () => (await groups()).map(({ subject }) => subject)).toContain('Ended')
    await world.whatsapp.endGroup({ jid: ended.jid })
    await expect.poll(async () => (await groups()).map(({ subject }) => subject)).not.toContain('Ended')
  },
  slowMs,
)
