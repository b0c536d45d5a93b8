import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { expectNothingPersonalLogged } from '../support/logs.js'
import { Blocker } from '../support/postgres-locks.js'
import {
  expectDeliveredOnce,
  ledgerOf,
  remind,
  runEnded,
  stanzasOf,
  type Reminded,
} from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { epochOf, killOwner, ownerOf } from '../support/workers.js'

const account = 'office'
const phone = '15550002222'
const texts = ['Bring the blue folder', 'The gate opens at nine']
let system: System
const groupsUsed: TestGroup[] = []

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterEach(async () => {
  await Blocker.releaseAll()
  await system.whatsapp.clearFaults()
})
afterAll(() => system.close())

test('killed after the intent was written and before the message left', async () => {
  const groups = await createGroups(2)
  const reminded = await prepareHeld({ key: 'after-intent', groups })
  // The gateway reads the members of a group in the middle of a send, before it writes to the socket.
  const blocker = await Blocker.take(system.databaseUrl, 'lock table account_group in access exclusive mode')
  await freeSends() // the operator's command shows the account, whose groups are locked
  await eventually(async () => expect(await states(reminded)).toContain('sending'))
  await blocker.untilBlocked('%from account_group%')
  await killOwner(system, account)
  await blocker.release()
  expect(await stanzasOf(system, reminded)).toBe(0)

  const epoch = await epochOf(system, account)
  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
  expect(await epochOf(system, account)).toBeGreaterThan(epoch)
  expect(await stanzasOf(system, reminded)).toBe(4)
})

test('killed after the message left and before it was acknowledged', async () => {
  const groups = await createGroups(2)
  await system.whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const reminded = await remind(system, { key: 'before-ack', account, groups, texts })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(2))
  expect(await states(reminded)).toEqual(['sending', 'pending', 'sending', 'pending'])
  await killOwner(system, account)
  await system.whatsapp.clearFaults()

  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
  // Each first part went out twice under its one id, and was shown once.
  expect(await stanzasOf(system, reminded)).toBe(6)
})

test('killed after the message was acknowledged and before that was committed', async () => {
  const groups = await createGroups(1)
  await system.whatsapp.fault({ kind: 'holdAck' })
  const reminded = await remind(system, { key: 'before-commit', account, groups, texts })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1))
  const blocker = await Blocker.take(system.databaseUrl, 'select from send where run_id = $1 for update', [
    reminded.runId,
  ])
  await system.whatsapp.releaseAcks()
  await blocker.untilBlocked(`%set state = 'acked'%`)
  await killOwner(system, account)
  await blocker.endBlocked()
  await blocker.release()
  expect(await states(reminded)).toEqual(['sending', 'pending'])

  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
  expect(await stanzasOf(system, reminded)).toBe(3)
})

test('killed in the middle of the fan-out', async () => {
  const groups = await createGroups(5)
  const reminded = await prepareHeld({ key: 'mid-fan-out', groups, groupConcurrency: 2 })
  // Of two lanes one stays between the parts of the second target, the other at the fourth; the fifth never begins.
  for (const messageId of [await idOf(reminded, groups[1], 1), await idOf(reminded, groups[3], 0)])
    await system.whatsapp.fault({ kind: 'holdAck', messageId })
  await system.client.accounts.resumeSends(account)
  const atTheKill = [
    ['acked', 'acked'],
    ['acked', 'sending'],
    ['acked', 'acked'],
    ['sending', 'pending'],
    ['pending', 'pending'],
  ].flat()
  await eventually(async () => expect(await states(reminded)).toEqual(atTheKill))
  await killOwner(system, account)
  await system.whatsapp.clearFaults()
  const before = await ledgerOf(system, reminded)

  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
  const wasAcked = before.filter(({ state }) => state === 'acked').map(({ messageId }) => messageId)
  const sentTwice = (await system.whatsapp.stanzas()).filter(({ duplicate }) => duplicate).map(({ id }) => id)
  expect(sentTwice.filter((id) => wasAcked.includes(id))).toEqual([])
})

test('killed while it prepared the run', async () => {
  const groups = await createGroups(2)
  const blocker = await Blocker.take(system.databaseUrl, 'lock table target in exclusive mode')
  const reminded = await remind(system, { key: 'mid-prepare', account, groups, texts })
  await blocker.untilBlocked('%from prepare_run(%')
  await killOwner(system, account)
  await blocker.endBlocked()
  await blocker.release()

  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
})

test('another worker that is up already takes over when the owner of the session is killed', async () => {
  await system.startWorker()
  const groups = await createGroups(2)
  await system.whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const reminded = await remind(system, { key: 'takeover', account, groups, texts })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(2))
  const [epoch, owner] = [await epochOf(system, account), await ownerOf(system, account)]
  await killOwner(system, account)
  await system.whatsapp.clearFaults()

  await expectDeliveredOnce(system, reminded)
  expect(await epochOf(system, account)).toBeGreaterThan(epoch)
  expect(await ownerOf(system, account)).not.toBe(owner)
})

test('a worker that is told to stop ends what it is sending, and another goes on', async () => {
  await system.startWorker()
  const groups = await createGroups(3)
  await system.whatsapp.fault({ kind: 'holdAck' })
  const reminded = await remind(system, { key: 'deploy', account, groups, texts, groupConcurrency: 1 })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1))
  const owner = await ownerOf(system, account)
  const stopping = owner.stop('SIGTERM')
  await owner.line((line) => line.includes('"stopping"'))
  await system.whatsapp.releaseAcks()
  await stopping
  expect({ code: owner.child.exitCode, signal: owner.child.signalCode }).toEqual({ code: 0, signal: null })

  expect(await runEnded(system, reminded)).toBe('completed')
  await expectDeliveredOnce(system, reminded)
  // Nothing was in doubt, so nothing was sent again.
  expect(await stanzasOf(system, reminded)).toBe(6)
})

test('nothing personal is in the logs of all these workers', async () => {
  expect(system.workers.length).toBeGreaterThanOrEqual(6)
  await expectNothingPersonalLogged(system, {
    texts,
    phones: [phone, ...groupsUsed.flatMap(({ members }) => members)],
    jids: groupsUsed.map(({ jid }) => jid),
  })
})

async function createGroups(groups: number): Promise<TestGroup[]> {
  const created = await system.createGroups({ phone, groups, members: 2 })
  groupsUsed.push(...created)
  return created
}

async function freeSends(): Promise<void> {
  await system.database.query('update account set paused_reason = null where id = $1', [account])
}

/** The run is under way and only the account's pause keeps it from sending. */
async function prepareHeld(input: {
  key: string
  groups: TestGroup[]
  groupConcurrency?: number
}): Promise<Reminded> {
  await system.client.accounts.pauseSends(account)
  const reminded = await remind(system, { account, texts, ...input })
  await eventually(async () => {
    expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('running')
  })
  return reminded
}

async function states(reminded: Reminded): Promise<string[]> {
  return (await ledgerOf(system, reminded)).map(({ state }) => state)
}

async function idOf(reminded: Reminded, group: TestGroup | undefined, part: number): Promise<string> {
  const row = (await ledgerOf(system, reminded)).find((send) => send.jid === group?.jid && send.part === part)
  if (!row) throw new Error('no such send')
  return row.messageId
}
