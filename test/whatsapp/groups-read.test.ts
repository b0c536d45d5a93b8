import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { slowMs, World } from './support/world.js'

let world: World
let accounts = 0

beforeAll(async () => {
  world = await World.start()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

const retryMs = 300

/** An account of WhatsApp that is in some groups and is not linked yet. */
async function newcomer(groups: number): Promise<{ id: string; phone: string; jids: string[] }> {
  accounts += 1
  const phone = `1555000300${accounts}`
  await world.whatsapp.createAccount({ phone })
  const created = []
  for (let i = 0; i < groups; i++)
    created.push(await world.whatsapp.createGroup({ subject: `Class ${i}`, members: [phone, '15551003000'] }))
  return { id: `newcomer-${accounts}`, phone, jids: created.map(({ jid }) => jid).toSorted() }
}

async function known(id: string) {
  const groups = await world.database.query<{ jid: string }>(
    'select jid from account_group where account_id = $1 order by jid',
    [id],
  )
  const account = await world.database.query<{ isRead: boolean; failure: string | null; retries: boolean }>(
    `select groups_read_at is not null as "isRead", groups_failure as failure,
            groups_retry_at > now() as retries from account where id = $1`,
    [id],
  )
  return { jids: groups.rows.map(({ jid }) => jid), ...account.rows[0] }
}

const read = { isRead: true, failure: null, retries: null }

test(
  'an account that is told of two of its five groups while it logs in knows all five',
  async () => {
    const { id, phone, jids } = await newcomer(5)
    await world.whatsapp.announceGroups({ account: phone, jids: jids.slice(0, 2) })
    await world.pair(id, phone)
    expect(await known(id)).toEqual({ jids, ...read })
  },
  slowMs,
)

test.each([429, 503])(
  'a list of groups that is refused with %i while the account is linked is read by itself later',
  async (code) => {
    const { id, phone, jids } = await newcomer(3)
    await world.whatsapp.announceGroups({ account: phone, jids: jids.slice(0, 1) })
    const fault = await world.whatsapp.fault({
      kind: 'metadataError',
      code,
      account: phone,
      count: 'until-cleared',
    })
    await world.pair(id, phone, { groupsRetryMs: retryMs })
    const failure = code === 429 ? 'AccountLimited' : 'ServerRefusedForNow'
    await expect.poll(() => known(id)).toMatchObject({ jids: jids.slice(0, 1), isRead: false, failure })
    expect(world.logs.findLast(({ msg }) => msg === 'the groups could not be read')).toMatchObject({
      error: failure,
    })
    await world.whatsapp.clearFaults({ id: fault.id })
    await expect.poll(() => known(id), { timeout: 20_000 }).toEqual({ jids, ...read })
  },
  slowMs,
)

test(
  'an account that is in no group has read its groups, and is not asked again at its next session',
  async () => {
    const { id, phone } = await newcomer(0)
    const session = await world.pair(id, phone)
    expect(await known(id)).toEqual({ jids: [], ...read })
    await session.close()
    const before = await world.whatsapp.metadataQueries()
    await world.open(id)
    expect(await world.whatsapp.metadataQueries()).toEqual(before)
  },
  slowMs,
)

test(
  'a list of groups that was never answered makes nothing forgotten; one that is empty does',
  async () => {
    const { id, phone, jids } = await newcomer(1)
    const session = await world.pair(id, phone, { groupsRetryMs: 60_000 })
    await world.whatsapp.fault({ kind: 'metadataSilence', account: phone })
    await expect(session.refreshGroups()).rejects.toMatchObject({ failure: 'ConnectionLost' })
    expect(await known(id)).toEqual({ jids, isRead: true, failure: 'ConnectionLost', retries: true })
    await session.refreshGroups()
    expect(await known(id)).toEqual({ jids, ...read })
    for (const jid of jids) await world.whatsapp.removeMembers({ jid, members: [phone] })
    await session.refreshGroups()
    expect(await known(id)).toEqual({ jids: [], ...read })
  },
  slowMs,
)

test(
  'a device that is linked anew reads all groups anew',
  async () => {
    const { id, phone, jids } = await newcomer(2)
    const session = await world.pair(id, phone)
    await world.whatsapp.unlink({ account: phone })
    await session.closed
    const fault = await world.whatsapp.fault({
      kind: 'metadataError',
      code: 503,
      account: phone,
      count: 'until-cleared',
    })
    await world.scan(id, phone, { groupsRetryMs: retryMs })
    expect(await known(id)).toMatchObject({ isRead: false, failure: 'ServerRefusedForNow' })
    await world.whatsapp.clearFaults({ id: fault.id })
    await expect.poll(() => known(id), { timeout: 20_000 }).toEqual({ jids, ...read })
  },
  slowMs,
)
