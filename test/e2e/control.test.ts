import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { soon, startSystem, type System, type TestGroup } from '../support/system.js'

const phone = '15550003001'
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

/** A reminder with two parts whose first message is on the wire and not acknowledged: exactly mid-run. */
async function startHeld(key: string, groups: TestGroup[]): Promise<string> {
  const first = groups[0]
  if (!first) throw new Error('needs a group')
  await system.whatsapp.fault({ kind: 'holdAck', chat: first.jid, count: 1 })
  await system.client.reminders.create({
    key,
    account: 'office',
    to: groups.map(({ jid }) => jid),
    parts: [{ text: `${key} part 1` }, { text: `${key} part 2` }],
    at: soon(),
    zone: 'UTC',
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat: first.jid })).toHaveLength(1))
  const { runs } = await system.client.reminders.show(key)
  const runId = runs[0]?.id
  if (runId === undefined) throw new Error('the reminder has no run')
  return runId
}

const stanzasTo = async (groups: TestGroup[]) =>
  (await system.whatsapp.stanzas())
    .filter(({ chat }) => groups.some(({ jid }) => jid === chat))
    .map(({ chat }) => chat)

async function expectEveryoneRead(groups: TestGroup[], texts: string[]): Promise<void> {
  await system.whatsapp.settled()
  for (const { jid, members } of groups)
    for (const member of members) {
      const { messages, undecryptable } = await system.whatsapp.inbox(member)
      expect(undecryptable).toEqual([])
      expect(messages.filter(({ chat }) => chat === jid).map(({ text }) => text)).toEqual(texts)
    }
}

const lockHolder = async () =>
  (
    await system.database.query<{ lock_holder: string | null }>(
      `select lock_holder from account where id = 'office'`,
    )
  ).rows[0]?.lock_holder

test('a paused run sends nothing more, frees the lock, and a resume goes on with the first unsent part', async () => {
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  const runId = await startHeld('pausable', groups)
  const jids = groups.map(({ jid }) => jid)

  const pausing = system.client.runs.pause(runId, { reason: 'wrong day' })
  await eventually(async () =>
    expect((await system.client.runs.show(runId)).progress.run.state).toBe('paused'),
  )
  await system.whatsapp.releaseAcks()
  expect(await pausing).toMatchObject({ confirmed: true, state: { state: 'paused' } })

  await eventually(async () => expect(await lockHolder()).toBeNull())
  expect(await stanzasTo(groups)).toEqual([jids[0]])

  // The lock is free: another reminder of the account runs meanwhile.
  const [other] = await system.createGroups({ phone, groups: 1, members: 2 })
  if (!other) throw new Error('no group')
  await system.client.reminders.create({
    key: 'meanwhile',
    account: 'office',
    to: other.jid,
    text: 'meanwhile',
    at: soon(),
    zone: 'UTC',
  })
  await eventually(async () =>
    expect((await system.client.reminders.show('meanwhile')).state).toBe('completed'),
  )
  expect(await stanzasTo(groups)).toEqual([jids[0]])

  expect(await system.client.runs.resume(runId)).toMatchObject({ confirmed: true })
  await eventually(async () =>
    expect((await system.client.reminders.show('pausable')).state).toBe('completed'),
  )
  const { runs } = await system.client.reminders.show('pausable')
  expect(runs.map(({ id, state }) => ({ id, state }))).toEqual([{ id: runId, state: 'completed' }])
  expect(await stanzasTo(groups)).toEqual([jids[0], jids[0], jids[1], jids[1], jids[2], jids[2]])
  await expectEveryoneRead(groups, ['pausable part 1', 'pausable part 2'])
  const { items } = await system.client.reminders.history('pausable')
  const requests = items.flatMap((entry) => (entry.kind === 'request' ? [entry] : []))
  expect(requests.map(({ action, runId: of, by, reason }) => ({ action, of, by, reason }))).toEqual([
    { action: 'resume', of: runId, by: system.operator, reason: null },
    { action: 'pause', of: runId, by: system.operator, reason: 'wrong day' },
  ])
})

test('a canceled run skips the rest with the reason and ends partial', async () => {
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  // The first target is done, the second one is in flight when the cancel comes.
  const second = groups[1]
  if (!second) throw new Error('needs a group')
  await system.whatsapp.fault({ kind: 'holdAck', chat: second.jid, count: 1 })
  await system.client.reminders.create({
    key: 'cancelable',
    account: 'office',
    to: groups.map(({ jid }) => jid),
    text: 'never mind',
    at: soon(),
    zone: 'UTC',
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat: second.jid })).toHaveLength(1))
  const runId = (await system.client.reminders.show('cancelable')).runs[0]?.id ?? ''

  const canceling = system.client.runs.cancel(runId)
  await eventually(async () =>
    expect((await system.client.runs.show(runId)).progress.run.reason).toMatch(/canceled/),
  )
  await system.whatsapp.releaseAcks()
  expect(await canceling).toMatchObject({ confirmed: true, state: { state: 'partial' } })

  const { targets } = await system.client.runs.show(runId)
  expect(targets.items.map(({ state, reason }) => ({ state, reason }))).toEqual([
    { state: 'delivered', reason: null },
    { state: 'delivered', reason: null },
    { state: 'skipped', reason: 'canceled by operator' },
  ])
  expect(await stanzasTo(groups)).toEqual([groups[0]?.jid, second.jid])
  await eventually(async () => expect(await lockHolder()).toBeNull())
  await eventually(async () =>
    expect((await system.client.reminders.show('cancelable')).state).toBe('completed'),
  )
})

test('a reminder is paused before it is due, resumed and canceled; what is repeated changes nothing', async () => {
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  if (!group) throw new Error('no group')
  await system.client.reminders.create({
    key: 'held',
    account: 'office',
    to: group.jid,
    text: 'not sent',
    at: soon(3_600_000),
    zone: 'UTC',
  })
  expect(await system.client.reminders.pause('held', { reason: 'not sure' })).toMatchObject({
    confirmed: true,
    state: { state: 'paused', reason: 'paused by operator: not sure' },
  })
  expect(await system.client.reminders.pause('held')).toMatchObject({ confirmed: true, already: true })
  expect(await system.client.reminders.resume('held')).toMatchObject({ state: { state: 'scheduled' } })
  expect(await system.client.reminders.cancel('held')).toMatchObject({ state: { state: 'canceled' } })
  expect(await system.client.reminders.cancel('held')).toMatchObject({ already: true })
  await expect(system.client.reminders.resume('held')).rejects.toMatchObject({ code: 'ended' })
  expect(await system.whatsapp.stanzas({ chat: group.jid })).toEqual([])
})

test('pausing a reminder pauses its run; canceling it ends both', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const runId = await startHeld('whole', groups)
  await system.client.reminders.pause('whole')
  await eventually(async () =>
    expect((await system.client.runs.show(runId)).progress.run.state).toBe('paused'),
  )
  await system.whatsapp.releaseAcks()
  expect(await system.client.reminders.cancel('whole', { reason: 'rain' })).toMatchObject({
    state: { state: 'canceled' },
  })
  const { progress, targets } = await system.client.runs.show(runId)
  expect(progress.run.state).toBe('canceled')
  expect(targets.items.map(({ reason }) => reason)).toEqual([
    'canceled by operator: rain',
    'canceled by operator: rain',
  ])
})
