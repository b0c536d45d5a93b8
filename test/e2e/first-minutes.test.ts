import { afterAll, beforeAll, expect, test } from 'vitest'
import { runWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, remind, runEnded, soon, targetsOf } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

// docs/whatsapp/pairing-and-bootstrap.md, sections 8 to 13.

const account = 'office'
const phone = '15550004471'
const [friend, stranger] = ['15551004471', '15551004472'] as const
let system: System
let groups: TestGroup[]

beforeAll(async () => {
  system = await startSystem()
  groups = await system.createGroups({ phone, groups: 3, members: 1 })
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

const chatWith = (member: string): TestGroup => ({ jid: `${member}@s.whatsapp.net`, members: [member] })

async function knownGroups(): Promise<string[]> {
  return (await system.client.groups.list(account)).map(({ jid }) => jid).toSorted()
}

test('a contact of before gets a first message once the phone has handed its chats over, and a stranger none', async () => {
  const { whatsapp } = system
  await whatsapp.wantTokens({ account: phone, people: [friend, stranger] })
  await whatsapp.sendHistory({
    account: phone,
    type: 'INITIAL_BOOTSTRAP',
    contacts: [friend],
    bytes: 100_000,
  })
  await whatsapp.sendHistory({ account: phone, type: 'FULL', contacts: [stranger], bytes: 100_000 })
  await eventually(async () => {
    const { rows } = await system.database.query(
      "select from auth_key where account_id = $1 and category = 'tctoken' and id like '%@lid'",
      [account],
    )
    expect(rows).toHaveLength(1)
  })
  await expectDeliveredOnce(
    system,
    await remind(system, { key: 'friend', account, groups: [chatWith(friend)], texts: ['hello'] }),
  )
  const cold = await remind(system, {
    key: 'stranger',
    account,
    groups: [chatWith(stranger)],
    texts: ['hello'],
  })
  expect(await runEnded(system, cold)).toBe('failed')
  expect((await targetsOf(system, cold))[0]).toMatchObject({ state: 'failed', failure: 'ContactRefused' })
})

test('all groups are those of now, also where they were joined, left and closed while the account was offline', async () => {
  const { whatsapp } = system
  await eventually(async () => expect(await knownGroups()).toEqual(groups.map(({ jid }) => jid).toSorted()))
  const [stays, left, closed] = groups as [TestGroup, TestGroup, TestGroup]
  await whatsapp.stopAccepting()
  await whatsapp.disconnect({ account: phone })
  await whatsapp.removeMembers({ jid: left.jid, members: [phone] })
  await whatsapp.setClosed({ jid: closed.jid, closed: 'adminsOnly' })
  const [joined] = (await system.createGroups({ phone, groups: 1, members: 1 })) as [TestGroup]
  await whatsapp.sendIncoming({
    account: phone,
    kind: 'group',
    from: stays.members[0],
    group: stays.jid,
    count: 3,
  })
  await whatsapp.accept()
  await eventually(async () =>
    expect(await knownGroups()).toEqual([stays, closed, joined].map(({ jid }) => jid).toSorted()),
  )
  const at = soon()
  await system.client.reminders.create({
    key: 'all',
    account,
    to: 'all groups',
    text: 'now',
    at,
    zone: 'UTC',
  })
  const all = {
    key: 'all',
    runId: runWorkflowId(system.operator, 'all', at),
    groups: [stays, joined],
    texts: ['now'],
  }
  expect(await runEnded(system, all)).toBe('completed')
  const targets = await targetsOf(system, all)
  expect(targets.map(({ jid }) => jid).toSorted()).toEqual([stays.jid, joined.jid].toSorted())
  await whatsapp.settled()
  const empty = [{ device: 1, messages: 0, notifications: 0, refused: 0 }]
  await eventually(async () => expect(await whatsapp.mailboxes(phone)).toEqual(empty))
})
