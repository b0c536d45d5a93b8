import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkflowId } from '../../src/domain/ids.js'
import { lockQueueQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { untilLogged } from '../support/logs.js'
import { soon, startSystem, type System, type TestGroup } from '../support/system.js'

const phones = { office: '15550004001', branch: '15550004002' }
type AccountId = keyof typeof phones
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone: phones.office })
  await system.pairAccount({ id: 'branch', phone: phones.branch })
})
afterAll(() => system.close())

type Options = { account?: AccountId; priority?: number; at?: string; groups?: TestGroup[] }

/** A reminder to two groups, one after the other, with two parts each. */
async function create(key: string, options: Options = {}): Promise<TestGroup[]> {
  const { account = 'office', priority = 5, at = soon() } = options
  const phone = phones[account]
  const groups = options.groups ?? (await system.createGroups({ phone, groups: 2, members: 1 }))
  await system.client.reminders.create({
    key,
    account,
    to: groups.map(({ jid }) => jid),
    parts: [{ text: `${key} 1` }, { text: `${key} 2` }],
    at,
    zone: 'UTC',
    priority,
    groupConcurrency: 1,
  })
  return groups
}

/** One that has the lock and a message on the wire, until `release`. */
async function createHolding(
  key: string,
  account: AccountId = 'office',
): Promise<{ groups: TestGroup[]; runId: string; release: () => Promise<void> }> {
  const groups = await system.createGroups({ phone: phones[account], groups: 2, members: 1 })
  const chat = groups[0]?.jid ?? ''
  const { id } = await system.whatsapp.fault({ kind: 'holdAck', chat, count: 'until-cleared' })
  await create(key, { account, groups })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
  const release = async () => {
    await system.whatsapp.clearFaults({ id })
    await system.whatsapp.releaseAcks()
  }
  return { groups, runId: await runIdOf(key), release }
}

async function runIdOf(key: string): Promise<string> {
  return await eventually(async () => {
    const runId = (await system.client.reminders.show(key)).runs[0]?.id
    if (runId === undefined) throw new Error(`the reminder ${key} has no run yet`)
    return runId
  })
}

async function untilWaiting(keys: string[], account: AccountId = 'office'): Promise<void> {
  const runIds = await Promise.all(keys.map(runIdOf))
  await eventually(async () => {
    const queue = await system.temporal.workflow.getHandle(lockWorkflowId(account)).query(lockQueueQuery)
    expect(queue.waiting.map(({ runId }) => runId).toSorted()).toEqual(runIds.toSorted())
  })
}

async function untilState(key: string, state: string): Promise<void> {
  await eventually(async () => expect((await system.client.reminders.show(key)).state).toBe(state))
}

/** The first time that each message was on the wire, in that order, as the key of its reminder. */
async function order(sent: Record<string, TestGroup[]>): Promise<string[]> {
  const keys = Object.entries(sent).flatMap(([key, groups]) => groups.map(({ jid }) => [jid, key] as const))
  const keyOf = new Map(keys)
  const stanzas = (await system.whatsapp.stanzas()).filter(({ duplicate }) => !duplicate)
  return stanzas.flatMap(({ chat }) => keyOf.get(chat) ?? [])
}

const times = (count: number, key: string) => Array.from({ length: count }, () => key)

async function expectFree(account: AccountId): Promise<void> {
  const { rows } = await system.database.query(`select lock_holder, lock_since from account where id = $1`, [
    account,
  ])
  expect(rows).toEqual([{ lock_holder: null, lock_since: null }])
}

test('two reminders of one account due at the same time run one after the other', async () => {
  const at = soon()
  const [a, b] = await Promise.all([create('same-time-a', { at }), create('same-time-b', { at })])
  await Promise.all([untilState('same-time-a', 'completed'), untilState('same-time-b', 'completed')])
  const sent = await order({ a, b })
  expect(sent).toHaveLength(8)
  // Whichever was first: no message of one is between two of the other.
  expect(sent.slice(0, 4)).toEqual(times(4, sent[0] ?? ''))
  expect(sent.slice(4)).toEqual(times(4, sent[4] ?? ''))
  await expectFree('office')
})

test('those that wait run by priority, then by due time, and the log says what they wait for', async () => {
  const holding = await createHolding('held')
  const [first, second] = [soon(), new Date(Date.parse(soon()) + 1_000).toISOString()]
  // Created in the wrong order on purpose.
  const later = await create('later', { at: second })
  const earlier = await create('earlier', { at: first })
  const urgent = await create('urgent', { at: second, priority: 9 })
  await untilWaiting(['later', 'earlier', 'urgent'])
  expect(await order({ later, earlier, urgent })).toEqual([])
  await holding.release()
  for (const key of ['held', 'later', 'earlier', 'urgent']) await untilState(key, 'completed')
  expect(await order({ held: holding.groups, later, earlier, urgent })).toEqual(
    ['held', 'urgent', 'earlier', 'later'].flatMap((key) => times(4, key)),
  )
  await untilLogged(system.worker(), {
    msg: 'account-lock-busy',
    level: 40,
    accountId: 'office',
    holder: holding.runId,
  })
  await expectFree('office')
})

test('two accounts run at the same time', async () => {
  const office = await createHolding('in-the-office', 'office')
  const branch = await createHolding('in-the-branch', 'branch')
  const { rows } = await system.database.query(
    `select id, lock_holder from account where id in ('office', 'branch') order by id`,
  )
  expect(rows).toEqual([
    { id: 'branch', lock_holder: branch.runId },
    { id: 'office', lock_holder: office.runId },
  ])
  await Promise.all([office.release(), branch.release()])
  await untilState('in-the-office', 'completed')
  await untilState('in-the-branch', 'completed')
})

test('the run that holds the lock is terminated: its reminder ends and the next run goes on', async () => {
  const holding = await createHolding('terminated')
  const next = await create('after-terminated')
  await untilWaiting(['after-terminated'])
  await system.temporal.workflow.getHandle(holding.runId).terminate('by the test')
  await untilState('terminated', 'completed')
  await holding.release()
  await untilState('after-terminated', 'completed')
  expect(await order({ next })).toEqual(times(4, 'next'))
  const { progress } = await system.client.runs.show(holding.runId)
  expect(progress.run).toMatchObject({ state: 'partial', reason: 'the run was terminated' })
  expect(progress.targets).toMatchObject({ pending: 0 })
  expect(await order({ terminated: holding.groups })).toEqual(['terminated'])
  await expectFree('office')
})

test('the workflow of the lock is terminated: the holder keeps the account to itself, and the next run gets it then', async () => {
  const holding = await createHolding('keeps-it')
  const next = await create('gets-it-then')
  await untilWaiting(['gets-it-then'])
  await system.temporal.workflow.getHandle(lockWorkflowId('office')).terminate('by the test')
  // It comes back when the waiting run asks again, and knows the holder from Postgres.
  await untilWaiting(['gets-it-then'])
  expect(await order({ next })).toEqual([])
  await holding.release()
  await untilState('keeps-it', 'completed')
  await untilState('gets-it-then', 'completed')
  expect(await order({ holder: holding.groups, next })).toEqual([...times(4, 'holder'), ...times(4, 'next')])
  await expectFree('office')
})

test('a run that waits is terminated: the account goes on with the one behind it', async () => {
  const holding = await createHolding('in-front')
  const gone = await create('gone', { priority: 9 })
  const behind = await create('behind')
  await untilWaiting(['gone', 'behind'])
  await system.temporal.workflow.getHandle(await runIdOf('gone')).terminate('by the test')
  await holding.release()
  for (const key of ['in-front', 'gone', 'behind']) await untilState(key, 'completed')
  expect(await order({ holder: holding.groups, gone, behind })).toEqual([
    ...times(4, 'holder'),
    ...times(4, 'behind'),
  ])
  const { rows } = await system.database.query(`select from lock_request where account_id = 'office'`)
  expect(rows).toEqual([])
  await expectFree('office')
})
