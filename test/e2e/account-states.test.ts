import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPayload } from '../../src/codec/payload-codec.js'
import { adviceFor, failureAdvice } from '../../src/domain/failures.js'
import { sessionWorkflowId } from '../../src/domain/ids.js'
import type { AccountView } from '../../src/store/views/accounts.js'
import { testRing } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { untilLookedAgain } from '../support/looked-again.js'
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
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { epochOf } from '../support/workers.js'

const account = 'office'
const phone = '15550004441'
const texts = ['first part', 'second part']
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('a group that refuses the account fails alone, and says what to do', async () => {
  const groups = await createGroups(4)
  const [notIn, invalid] = groups
  await refuse(notIn, 403)
  await refuse(invalid, 415)
  const reminded = await remind(system, { key: 'refused', account, groups, texts })
  expect(await runEnded(system, reminded)).toBe('partial')
  expect(
    (await targetsOf(system, reminded)).map(({ state, failure, reason }) => ({ state, failure, reason })),
  ).toEqual([
    { state: 'failed', failure: 'NotInGroup', reason: adviceFor('NotInGroup', 403) },
    { state: 'failed', failure: 'RefusedByServer', reason: adviceFor('RefusedByServer', 415) },
    { state: 'delivered', failure: null, reason: null },
    { state: 'delivered', failure: null, reason: null },
  ])
  const states = (await ledgerOf(system, reminded)).map(({ state }) => state)
  expect(states.slice(0, 4)).toEqual(['failed', 'skipped', 'failed', 'skipped'])
  expect(states.slice(4)).toEqual(['acked', 'acked', 'acked', 'acked'])
  await expectReadOnce(system, { groups: groups.slice(2), texts })
  await expectReadOnce(system, { groups: groups.slice(0, 2), texts: [] })
})

test('a time lock (463) holds every send until it has passed, and then the run goes on', async () => {
  const groups = await createGroups(3)
  await refuse(groups[1], 463)
  const reminded = await remind(system, { key: 'time-lock', account, groups, texts, groupConcurrency: 1 })
  await untilHeld('time_locked', failureAdvice.AccountTimeLocked)
  await untilLookedAgain(system)
  expect(await stanzasOf(system, reminded)).toBe(2)
  const endedMs = await endHold()
  await expectDeliveredOnce(system, reminded)
  expect((await stanzasAfter(reminded, endedMs)).length).toBe(4)
  expect(await stanzasOf(system, reminded)).toBe(6)
  expect(await shown()).toMatchObject({ state: 'connected', stateUntil: null, stateDetail: null })
})

test('a limit (429) holds the account in the same way, and the run obeys its operator meanwhile', async () => {
  const groups = await createGroups(2)
  await refuse(groups[0], 429)
  const reminded = await remind(system, { key: 'limit', account, groups, texts, groupConcurrency: 1 })
  await untilHeld('limited', failureAdvice.AccountLimited)
  // The socket that comes back tells nothing of the limit.
  const epoch = await epochOf(system, account)
  await system.whatsapp.disconnect({ account: phone })
  await eventually(async () => {
    expect(await epochOf(system, account)).toBeGreaterThan(epoch)
    expect((await system.whatsapp.accounts())[0]?.connected).toBe(true)
  })
  await untilHeld('limited', failureAdvice.AccountLimited)
  expect(await system.client.runs.pause(reminded.runId)).toMatchObject({ confirmed: true })
  await eventually(async () => expect((await shown()).lockHolder).toBeNull())
  await endHold()
  const resumedMs = Date.now()
  expect(await system.client.runs.resume(reminded.runId)).toMatchObject({ confirmed: true })
  await expectDeliveredOnce(system, reminded)
  expect((await stanzasAfter(reminded, resumedMs)).length).toBe(4)
})

test('a group whose addressing is out of date (421) is sent to again', async () => {
  const groups = await createGroups(2)
  await refuse(groups[0], 421)
  const reminded = await remind(system, { key: 'stale', account, groups, texts })
  await expectDeliveredOnce(system, reminded)
  expect((await ledgerOf(system, reminded)).map(({ attempt }) => attempt)).toEqual([2, 1, 1, 1])
  expect((await shown()).state).toBe('connected')
})

test('a connection that is closed (428), restarted (515) or refused (503) comes back by itself', async () => {
  const groups = await createGroups(4)
  const epoch = await epochOf(system, account)
  for (const [index, how] of (['close', 'restart', 'unavailable'] as const).entries())
    await system.whatsapp.fault({
      kind: 'disconnect',
      when: 'beforeAck',
      how,
      chat: groups[index]?.jid ?? '',
    })
  const reminded = await remind(system, { key: 'closed', account, groups, texts, groupConcurrency: 1 })
  await expectDeliveredOnce(system, reminded)
  expect(await stanzasOf(system, reminded)).toBe(11)
  expect(await epochOf(system, account)).toBe(epoch + 3)
})

test('a connection that was taken over (440) is left to the other side, until it is linked again', async () => {
  const groups = await createGroups(2)
  const [chat] = groups
  await system.whatsapp.fault({
    kind: 'disconnect',
    when: 'beforeAck',
    how: 'replaced',
    chat: chat?.jid ?? '',
  })
  const reminded = await remind(system, { key: 'replaced', account, groups, texts, groupConcurrency: 1 })
  await untilHeld('replaced', failureAdvice.AccountReplaced)
  const epoch = await epochOf(system, account)
  const { backoffMs, known } = await nextTryOfSession()
  expect(backoffMs).toBeGreaterThanOrEqual(15_000)
  // What makes the next one longer has reached Temporal with the failure.
  expect(JSON.parse(known)).toMatchObject({ replaced: 1 })
  expect(await epochOf(system, account)).toBe(epoch)
  expect((await system.whatsapp.accounts())[0]?.connected).toBe(false)

  expect(await system.client.accounts.pair({ id: account, method: 'qr' })).toMatchObject({
    kind: 'connected',
  })
  await expectDeliveredOnce(system, reminded)
})

test('a device that is unlinked (401) in the middle of a run is linked again, and the same run goes on', async () => {
  const groups = await createGroups(2)
  await system.whatsapp.fault({ kind: 'holdAck', chat: groups[0]?.jid ?? '' })
  const reminded = await remind(system, { key: 'unlinked', account, groups, texts, groupConcurrency: 1 })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1))
  await system.whatsapp.unlink({ account: phone })
  await eventually(async () => {
    expect(await shown()).toMatchObject({
      state: 'logged_out',
      stateDetail: expect.stringContaining(failureAdvice.AccountLoggedOut) as string,
    })
  })
  const { run, waitsFor } = await system.client.runs.progress(reminded.runId)
  expect(run.state).toBe('running')
  expect(waitsFor).toMatch(/carillon account pair/)

  await system.linkAccount({ id: account, phone })
  await expectDeliveredOnce(system, reminded)
})

async function createGroups(groups: number): Promise<TestGroup[]> {
  return await system.createGroups({ phone, groups, members: 2 })
}

async function refuse(group: TestGroup | undefined, code: number): Promise<void> {
  await system.whatsapp.fault({ kind: 'refuse', code, chat: group?.jid ?? '' })
}

async function shown(): Promise<AccountView> {
  return await system.client.accounts.show(account)
}

async function untilHeld(state: AccountView['state'], detail: string): Promise<void> {
  await eventually(async () => {
    const view = await shown()
    expect(view).toMatchObject({ state, stateDetail: expect.stringContaining(detail) as string })
    expect(view.stateUntil?.getTime()).toBeGreaterThan(Date.now())
  })
}

/** As if the time had passed. Returns when that was. */
async function endHold(): Promise<number> {
  const nowMs = Date.now()
  await system.database.query('update account set state_until = now() where id = $1', [account])
  return nowMs
}

async function stanzasAfter(reminded: Reminded, afterMs: number): Promise<string[]> {
  const ids = new Set((await ledgerOf(system, reminded)).map(({ messageId }) => messageId))
  const stanzas = await system.whatsapp.stanzas()
  return stanzas.filter(({ id, acceptedAt }) => ids.has(id) && acceptedAt >= afterMs).map(({ id }) => id)
}

/** How long the session's activity waits for its next try, and what that one will know of this. */
async function nextTryOfSession(): Promise<{ backoffMs: number; known: string }> {
  return await eventually(async () => {
    const { raw } = await system.temporal.workflow.getHandle(sessionWorkflowId(account)).describe()
    const [activity] = raw.pendingActivities ?? []
    const backoffMs = Number(activity?.currentRetryInterval?.seconds ?? 0) * 1_000
    expect(backoffMs).toBeGreaterThan(0)
    const payload = openPayload(testRing, activity?.heartbeatDetails?.payloads?.[0] ?? {})
    return { backoffMs, known: Buffer.from(payload.data ?? []).toString() }
  })
}
