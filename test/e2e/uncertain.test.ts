import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import {
  expectDeliveredOnce,
  expectReadOnce,
  ledgerOf,
  remind,
  runEnded,
  stanzasOf,
  targetsOf,
  type Reminded,
} from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { epochOf, killOwner } from '../support/workers.js'

const account = 'office'
const phone = '15550010001'
const texts = ['first part', 'second part']
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterEach(async () => {
  await system.whatsapp.clearFaults()
  await system.whatsapp.accept()
})
afterAll(() => system.close())

test('a message in doubt is sent again under its id, and shown once', async () => {
  const reminded = await inDoubt('again')
  await system.whatsapp.accept()
  await expectDeliveredOnce(system, reminded)
  const [first] = await ledgerOf(system, reminded)
  const stanzas = await system.whatsapp.stanzas({ messageId: first?.messageId ?? '' })
  expect(stanzas.map(({ duplicate }) => duplicate)).toEqual([false, true])
})

test('it is never sent again once its run is canceled', async () => {
  const reminded = await inDoubt('canceled')
  const canceling = system.client.runs.cancel(reminded.runId)
  await eventually(async () =>
    expect((await system.client.runs.progress(reminded.runId)).run.reason).toMatch(/canceled/),
  )
  await cameBack()
  await canceling
  expect(await runEnded(system, reminded)).toBe('partial')
  // What may have arrived is told from what surely did not.
  expect(await targetsOf(system, reminded)).toMatchObject([{ state: 'unknown' }, { state: 'skipped' }])
  expect(await stanzasOf(system, reminded)).toBe(1)
})

test('nor when the time to deliver has passed', async () => {
  const reminded = await inDoubt('late', '8s')
  await eventually(async () => {
    const { rows } = await system.database.query('select from run where id = $1 and deadline <= now()', [
      reminded.runId,
    ])
    expect(rows).toHaveLength(1)
  })
  await cameBack()
  expect(await runEnded(system, reminded)).toBe('partial')
  expect(await targetsOf(system, reminded)).toMatchObject([{ state: 'unknown' }, { state: 'expired' }])
  expect(await stanzasOf(system, reminded)).toBe(1)
})

test('refused the second time it may still have arrived: it is unknown, and no retry sends it again', async () => {
  const reminded = await inDoubt('refused')
  await system.whatsapp.clearFaults()
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: reminded.groups[0]?.jid ?? '' })
  await system.whatsapp.accept()
  expect(await runEnded(system, reminded)).toBe('partial')
  expect(await targetsOf(system, reminded)).toMatchObject([
    { state: 'unknown', failure: 'NotInGroup', reason: expect.stringContaining('an earlier attempt') },
    { state: 'delivered' },
  ])
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual([
    'unknown',
    'skipped',
    'acked',
    'acked',
  ])
  expect(await system.client.runs.retryFailed(reminded.runId)).toMatchObject({ kind: 'nothing' })
})

test('a recipient who asks for a copy after the sender was killed gets it from the ledger', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const chat = groups[0]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'retryReceipt', chat })
  await system.whatsapp.fault({ kind: 'disconnect', when: 'afterAck', chat })
  const asked = (await system.whatsapp.stats()).retryReceipts
  const reminded = await remind(system, { key: 'copy', account, groups, texts: ['only part'] })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1))
  // The receipt waits for the next log-in, which is that of a process that has never seen the message.
  await killOwner(system, account)
  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
  await eventually(async () => {
    expect((await system.whatsapp.stats()).retryReceipts).toBe(asked + 1)
    const attempts = (await ledgerOf(system, reminded))[0]?.attempt ?? 0
    expect(await stanzasOf(system, reminded)).toBe(attempts + 1)
  })
  await expectReadOnce(system, reminded)
})

/** The first message of a run to two groups left, was not acknowledged, and nothing can be sent just now. */
async function inDoubt(key: string, deliverWithin?: string): Promise<Reminded> {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  await system.whatsapp.fault({ kind: 'holdAck', chat: groups[0]?.jid ?? '' })
  const reminded = await remind(system, {
    key,
    account,
    groups,
    texts,
    groupConcurrency: 1,
    ...(deliverWithin !== undefined && { deliverWithin }),
  })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1), { intervalMs: 50 })
  await system.whatsapp.stopAccepting()
  await system.whatsapp.disconnect({ account: phone })
  return reminded
}

async function cameBack(): Promise<void> {
  const epoch = await epochOf(system, account)
  await system.whatsapp.accept()
  await eventually(async () => {
    expect(await epochOf(system, account)).toBeGreaterThanOrEqual(epoch)
    expect((await system.client.accounts.show(account)).state).toBe('connected')
    expect((await system.whatsapp.accounts())[0]?.connected).toBe(true)
  })
}
