import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { accountGone } from '../../src/domain/accounts/leaving.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { untilLogged } from '../support/logs.js'
import { Blocker } from '../support/postgres-locks.js'
import { expectDeliveredOnce, remind, runEnded, stanzasOf, targetsOf } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

let system: System
let phones = 15_550_004_801

beforeAll(async () => {
  system = await startSystem()
})
afterEach(async () => {
  await Blocker.releaseAll()
  await system.whatsapp.accept()
})
afterAll(() => system.close())

async function linked(id: string): Promise<string> {
  const phone = String(phones++)
  await system.pairAccount({ id, phone })
  return phone
}

const cli = async (...args: string[]) => await run(args, { client: system.client })
const reasonOf = async (key: string) => (await system.client.reminders.show(key)).reason

/** What fires every Monday. */
async function daily(key: string, account: string, groups: TestGroup[]): Promise<void> {
  await system.client.reminders.create({
    key,
    account,
    to: groups.map(({ jid }) => jid),
    parts: [{ text: key }],
    repeat: 'FREQ=WEEKLY;BYDAY=MO',
    start: '08:00',
    zone: 'UTC',
  })
}

test('its keys and groups go, its runs are canceled, its reminders are kept, paused; its id can be added again', async () => {
  const phone = await linked('office')
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  await system.client.groups.refresh('office')
  const before = await remind(system, { key: 'before', account: 'office', groups, texts: ['before'] })
  await expectDeliveredOnce(system, before)
  for (const key of ['daily', 'paused', 'paused-for-a-while']) await daily(key, 'office', groups)
  await system.client.reminders.pause('paused')
  await system.client.reminders.pause('paused-for-a-while', { until: '2099-01-01T00:00' })
  // One run sends, and one waits for it.
  await system.whatsapp.fault({ kind: 'holdAck', chat: groups[0]?.jid ?? '' })
  const running = await remind(system, {
    key: 'running',
    account: 'office',
    groups,
    texts: ['one', 'two'],
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await stanzasOf(system, running)).toBe(1))
  const waiting = await remind(system, { key: 'waiting', account: 'office', groups, texts: ['later'] })
  await eventually(async () =>
    expect((await system.client.runs.progress(waiting.runId)).run.state).toBe('waiting'),
  )

  const asked = await cli('account', 'remove', 'office')
  expect(asked).toMatchObject({
    exitCode: 2,
    stderr:
      "To remove account 'office' takes its device off, pauses 3 reminders and cancels 2 runs. Nothing was done: add --yes to do it.",
  })
  expect((await system.client.accounts.show('office')).leaving).toBeNull()

  const removing = cli('account', 'remove', 'office', '--yes', '--reason', 'the school moved')
  await eventually(async () => expect(await reasonOf('daily')).toBe(accountGone('office')))
  await system.whatsapp.releaseAcks()
  const { exitCode, stdout } = await removing
  expect({ exitCode, first: stdout.split('\n')[0] }).toEqual({
    exitCode: 0,
    first: "Account 'office' is removed: 3 reminders paused, 2 runs canceled",
  })

  const account = (await system.whatsapp.accounts()).find((one) => one.phone === phone)
  expect(account?.devices).toEqual([])
  for (const table of ['auth_key', 'account_group', 'chat_last_send', 'pairing', 'unlinking'])
    expect((await system.database.query(`select from ${table} where account_id = 'office'`)).rows).toEqual([])
  expect(await system.client.accounts.list()).toEqual([])
  expect((await cli('account', 'show', 'office')).exitCode).toBe(3)

  // What is under way on the wire ends; nothing else leaves.
  for (const reminded of [running, waiting]) {
    expect(['canceled', 'partial']).toContain(await runEnded(system, reminded))
    expect((await system.client.runs.progress(reminded.runId)).run.reason).toBe(
      'account removed by operator: the school moved',
    )
    expect((await targetsOf(system, reminded)).filter(({ state }) => state === 'pending')).toEqual([])
  }
  expect(await stanzasOf(system, waiting)).toBe(0)
  for (const key of ['daily', 'paused', 'paused-for-a-while'])
    expect(await system.client.reminders.show(key)).toMatchObject({
      state: 'paused',
      reason: accountGone('office'),
      pausedUntil: null,
    })
  // The history of what it sent stays.
  expect((await system.client.runs.progress(before.runId)).run.state).toBe('completed')
  expect((await cli('run', 'list')).stdout).toContain(before.runId)

  // Twice is once.
  expect((await cli('account', 'remove', 'office', '--yes')).stdout).toBe(
    "Account 'office' is removed already",
  )

  // Nothing of it goes on without an account.
  const resumed = await cli('reminder', 'resume', 'daily')
  expect(resumed.exitCode).toBe(3)
  expect(resumed.stderr).toMatch(/The account 'office' of this reminder was removed\..*--account/)
  expect((await cli('reminder', 'fire', 'daily')).exitCode).toBe(3)
  const workflowId = reminderWorkflowId(system.operator, 'daily')
  for (const signal of ['resume', 'fireNow']) {
    await system.temporal.workflow.getHandle(workflowId).signal(signal)
    await untilLogged(system.worker(), { msg: 'signal refused', signal, type: 'UnknownAccount', workflowId })
  }
  // A pause that ends by itself does not end then.
  const until = new Date(Date.now() + 1_000).toISOString()
  await system.temporal.workflow
    .getHandle(reminderWorkflowId(system.operator, 'paused'))
    .signal('pause', { until, reason: 'rain' })
  await eventually(async () => expect((await cli('reminder', 'history', 'paused')).stdout).toContain('rain'))
  await eventually(async () =>
    expect(await system.client.reminders.show('paused')).toMatchObject({
      state: 'paused',
      reason: accountGone('office'),
      pausedUntil: null,
    }),
  )
  await expect(daily('late', 'office', groups)).rejects.toThrow(/account: /)

  await system.client.accounts.add({ id: 'office', ratePerMinute: 10_000 })
  expect(await system.client.accounts.show('office')).toMatchObject({
    state: 'new',
    stateDetail: null,
    pausedReason: null,
    jid: null,
    linkedAt: null,
    groups: 0,
  })
  await system.linkAccount({ id: 'office', phone })
  expect(await reasonOf('daily')).toBe(accountGone('office'))
  await system.client.reminders.resume('daily')
  await system.client.reminders.fire('daily')
  await eventually(async () => {
    const { runs } = await system.client.reminders.show('daily')
    expect(runs.map(({ state }) => state)).toEqual(['completed'])
  })
})

test('a reminder of a removed account goes on with another one', async () => {
  const phone = await linked('old')
  await linked('new')
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  await daily('moves', 'old', groups)
  expect(await system.client.accounts.remove('old')).toMatchObject({ confirmed: true, reminders: 1, runs: 0 })
  await system.client.reminders.edit('moves', { account: 'new' })
  await system.client.reminders.resume('moves')
  expect((await system.client.reminders.show('moves')).state).toBe('scheduled')
})

test('while WhatsApp is out of reach nothing of it is sent; --force ends it; and one killed in the middle is gone on with', async () => {
  const phone = await linked('away')
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  await daily('away-daily', 'away', groups)
  await system.whatsapp.stopAccepting()
  await system.whatsapp.disconnect({ account: phone })
  const first = await cli('account', 'remove', 'away', '--yes', '--timeout', '8s')
  expect(first).toMatchObject({ exitCode: 6 })
  expect(first.stderr).toMatch(/is not removed yet; it goes on by itself\..*--force/)
  await eventually(async () => expect(await reasonOf('away-daily')).toBe(accountGone('away')))
  expect(await system.client.accounts.show('away')).toMatchObject({ leaving: 'remove' })
  await expect(system.client.accounts.pair({ id: 'away', method: 'qr' })).rejects.toThrow(/is being removed/)
  await expect(system.client.accounts.unlink('away')).rejects.toThrow(/is being removed/)
  await system.worker().stop('SIGKILL')
  await system.startWorker()
  const forced = await cli('account', 'remove', 'away', '--yes', '--timeout', '60s', '--force')
  expect(forced).toMatchObject({ exitCode: 0 })
  expect(forced.stderr).toMatch(/take it off there/)
})

test('killed before the last step, it is done by the next worker', async () => {
  await linked('killed')
  const blocker = await Blocker.take(
    system.databaseUrl,
    `select from account where id = 'killed' for no key update`,
  )
  const removing = system.client.accounts.remove('killed', { timeoutMs: 90_000 })
  await blocker.untilBlocked('%account%')
  await system.worker().stop('SIGKILL')
  await blocker.endBlocked()
  await blocker.release()
  await system.startWorker()
  expect(await removing).toMatchObject({ confirmed: true, state: { state: 'removed' } })
})
