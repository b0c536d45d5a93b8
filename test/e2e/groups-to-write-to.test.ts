import { afterAll, beforeAll, expect, test } from 'vitest'
import { adviceFor } from '../../src/domain/failures.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { remind, runEnded, soon } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

// docs/whatsapp/groups-and-people.md: communities, announcement groups and suspended groups are in the list of groups.

const account = 'office'
const phone = '15550004521'
let system: System
let groups: TestGroup[]
const group = (index: number) => groups[index]?.jid ?? ''

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  groups = await system.createGroups({ phone, groups: 5, members: 1 })
  await system.whatsapp.setClosed({ jid: group(0), closed: 'community' })
  await system.whatsapp.setClosed({ jid: group(1), closed: 'adminsOnly' })
  await system.whatsapp.setClosed({ jid: group(2), closed: 'suspended' })
  await system.whatsapp.setClosed({ jid: group(3), closed: 'adminsOnly' })
  await system.whatsapp.setAdmins({ jid: group(3), admins: [phone] })
  await system.client.groups.refresh(account)
})
afterAll(() => system.close())

async function toAll(key: string): Promise<string> {
  const at = soon()
  const input = { key, account, to: 'all groups', text: 'Hello', at, zone: 'UTC' }
  await system.client.reminders.create(input)
  return runWorkflowId(system.operator, key, at)
}

const reached = async (): Promise<string[]> => [
  ...new Set((await system.whatsapp.stanzas()).map(({ chat }) => chat)),
]

test('all groups are those that the account may write to; the others are named with the reason', async () => {
  const listed = await system.client.groups.list(account)
  const reasons = new Map(listed.map(({ jid, cannotPost }) => [jid, cannotPost]))
  expect(groups.map(({ jid }) => reasons.get(jid))).toEqual([
    'community',
    'adminsOnly',
    'suspended',
    null,
    null,
  ])
  const { stdout } = await run(['groups', 'list', '--account', account], { client: system.client })
  for (const why of ['a community', 'only admins may write', 'suspended by WhatsApp'])
    expect(stdout).toContain(why)
  const preview = await system.client.reminders.preview({
    key: 'seen',
    account,
    to: 'all groups',
    text: 'Hello',
    at: '2035-01-01T09:00',
    zone: 'UTC',
  })
  expect(preview.audience.recipients).toHaveLength(2)
  expect(preview.audience.leftOut.map(({ cannotPost }) => String(cannotPost)).toSorted()).toEqual([
    'adminsOnly',
    'community',
    'suspended',
  ])
  const runId = await toAll('everybody')
  expect(await runEnded(system, { key: 'everybody', runId, groups, texts: [] })).toBe('completed')
  expect((await reached()).toSorted()).toEqual([group(3), group(4)].toSorted())
  const { leftOut } = await system.client.runs.show(runId)
  expect(leftOut.toSorted((a, b) => a.why.localeCompare(b.why))).toMatchObject([
    { jid: group(1), why: 'adminsOnly' },
    { jid: group(0), why: 'community' },
    { jid: group(2), why: 'suspended' },
  ])
  const shown = await run(['run', 'show', runId], { client: system.client })
  expect(shown.stdout).toMatch(/LEFT OUT +WHY/)
  for (const { subject } of leftOut) expect(shown.stdout).toContain(subject)
})

test('one that is named all the same fails before anything is sent, by its own name, and is warned of', async () => {
  const preview = await system.client.reminders.preview({
    key: 'named',
    account,
    to: [group(1)],
    text: 'Hello',
    at: '2035-01-01T09:00',
    zone: 'UTC',
  })
  expect(preview.warnings).toContainEqual(expect.stringContaining('only admins may write'))
  const reminded = await remind(system, {
    key: 'named',
    account,
    groups: groups.slice(1, 2),
    texts: ['Hello'],
  })
  expect(await runEnded(system, reminded)).toBe('failed')
  const { targets } = await system.client.runs.show(reminded.runId)
  expect(targets.items).toMatchObject([
    { failure: 'NotAllowedToPost', reason: adviceFor('NotAllowedToPost', undefined) },
  ])
  expect(await reached()).not.toContain(group(1))
})

test('a right that the account gets, or loses, holds from the next message on', async () => {
  await system.whatsapp.setClosed({ jid: group(1), closed: 'no' })
  await system.whatsapp.setAdmins({ jid: group(3), admins: [] })
  const states = async (key: string) => {
    const reminded = await remind(system, {
      key,
      account,
      groups: [groups[1], groups[3]].flatMap((one) => one ?? []),
      texts: ['Hello'],
    })
    await runEnded(system, reminded)
    const { targets } = await system.client.runs.show(reminded.runId)
    return targets.items.map(({ state }) => state)
  }
  // Read at once: a run to all groups that is prepared now leaves out those that were closed.
  await eventually(async () => {
    const { rows } = await system.database.query(
      'select jid, cannot_post is null as open from account_group where account_id = $1 and jid = any($2)',
      [account, [group(1), group(3)]],
    )
    expect(rows).toEqual(
      expect.arrayContaining([
        { jid: group(1), open: true },
        { jid: group(3), open: false },
      ]),
    )
  })
  expect(await states('changed')).toEqual(['delivered', 'failed'])
})
