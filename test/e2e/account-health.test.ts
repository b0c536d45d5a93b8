import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DisconnectHow, FaultInput } from '../../simulator/client.js'
import { failureAdvice, type FailureType } from '../../src/domain/failures.js'
import type { AccountState } from '../../src/domain/states.js'
import { eventually } from '../support/eventually.js'
import {
  expectDeliveredOnce,
  ledgerOf,
  remind,
  runEnded,
  stanzasOf,
  targetsOf,
  type Reminded,
} from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { epochOf } from '../support/workers.js'

/**
 * Every fault code of the local WhatsApp, one row each: the state that the operator sees, the text that says what to
 * do, and what becomes of the run.
 */
const texts = ['first part', 'second part']
let system: System
let nextPhone = 15_550_008_000

beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())

type Row = {
  name: string
  /** What happens to the first message of a run to two groups. */
  fault: (chat: string) => FaultInput
}

type Held = Row & {
  state: AccountState
  failure: FailureType
  /** From the fault to the time that is shown, in minutes. */
  untilMin?: [number, number]
  /** What the operator does, or time passing. */
  mend: (account: Account) => Promise<unknown>
}

type Account = { id: string; phone: string }

const refuse = (code: number) => (chat: string) => ({ kind: 'refuse', code, chat }) as const
const refuseAlways = (code: number) => (chat: string) =>
  ({ kind: 'refuse', code, chat, count: 'until-cleared' }) as const
const disconnect = (how: DisconnectHow) => (chat: string) =>
  ({ kind: 'disconnect', when: 'beforeAck', how, chat }) as const
/** Each time that they are asked for: other reads of the groups may come first. */
const metadata = (code: number) => (chat: string) =>
  ({ kind: 'metadataError', code, chat, count: 'until-cleared' }) as const

const pairAgain = async (account: Account) => {
  const scans: Promise<unknown>[] = []
  const result = await system.client.accounts.pair({
    id: account.id,
    method: 'qr',
    onChallenge: ({ challenge }) => {
      if (scans.length === 0) scans.push(system.whatsapp.scanQr({ account: account.phone, qr: challenge }))
    },
  })
  await Promise.all(scans)
  expect(result).toMatchObject({ kind: 'connected' })
}
const letTimePass = async ({ id }: Account) =>
  await system.database.query('update account set state_until = now() where id = $1', [id])
const byItself = async () => {}

const held: Held[] = [
  {
    name: 'replaced (440)',
    fault: disconnect('replaced'),
    state: 'replaced',
    failure: 'AccountReplaced',
    untilMin: [0.2, 0.5],
    mend: byItself,
  },
  {
    name: 'logged out (401)',
    fault: disconnect('loggedOut'),
    state: 'logged_out',
    failure: 'AccountLoggedOut',
    mend: pairAgain,
  },
  {
    name: 'banned (403)',
    fault: disconnect('forbidden'),
    state: 'banned',
    failure: 'AccountBanned',
    mend: pairAgain,
  },
  {
    name: 'time-locked (463)',
    fault: refuse(463),
    state: 'time_locked',
    failure: 'AccountTimeLocked',
    untilMin: [55, 60],
    mend: letTimePass,
  },
  {
    name: 'limited (429)',
    fault: refuse(429),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [10, 15],
    mend: letTimePass,
  },
  {
    name: 'limited (429) for as long as WhatsApp says',
    fault: (chat) => ({ ...refuse(429)(chat), backoff: 120 }),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [1.8, 2],
    mend: letTimePass,
  },
  {
    name: 'limited (429) for a minute at least',
    fault: (chat) => ({ ...refuse(429)(chat), backoff: 1 }),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [0.9, 1],
    mend: letTimePass,
  },
  {
    name: 'limited (419)',
    fault: refuse(419),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [10, 15],
    mend: letTimePass,
  },
  {
    name: 'limited (419, by the members of a group)',
    fault: metadata(419),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [10, 15],
    mend: async (held) => {
      await system.whatsapp.clearFaults()
      await letTimePass(held)
    },
  },
  {
    name: 'limited (475, the cap of new chats)',
    fault: refuse(475),
    state: 'limited',
    failure: 'AccountLimited',
    untilMin: [10, 15],
    mend: letTimePass,
  },
]

const mendsItself: Row[] = [
  { name: 'closed (428)', fault: disconnect('close') },
  { name: 'restarted (515)', fault: disconnect('restart') },
  { name: 'unavailable (503)', fault: disconnect('unavailable') },
  { name: 'refused for now (503)', fault: refuse(503) },
  { name: 'refused for now (500)', fault: refuse(500) },
  {
    name: 'refused for now (503), and says how long',
    fault: (chat) => ({ ...refuse(503)(chat), backoff: 4 }),
  },
  { name: 'out of time in the server (408)', fault: refuse(408) },
  { name: 'the group’s addressing is out of date (421)', fault: refuse(421) },
  { name: 'an invalid message (479)', fault: refuse(479) },
  { name: 'an invalid message (400)', fault: refuse(400) },
  { name: 'the members, out of time (408)', fault: metadata(408) },
  { name: 'the members, in conflict (409)', fault: metadata(409) },
  { name: 'the members, for now (500)', fault: metadata(500) },
]

const finalForTheGroup: (Row & { failure: FailureType })[] = [
  { name: 'not in the group (401)', fault: refuse(401), failure: 'NotInGroup' },
  { name: 'not in the group (403)', fault: refuse(403), failure: 'NotInGroup' },
  { name: 'no such group (404)', fault: refuse(404), failure: 'NotInGroup' },
  { name: 'refused (405)', fault: refuse(405), failure: 'RefusedByServer' },
  { name: 'no group any more (410)', fault: refuse(410), failure: 'GroupGone' },
  { name: 'not a type of messages (415)', fault: refuse(415), failure: 'RefusedByServer' },
  { name: 'only admins may write (420)', fault: refuse(420), failure: 'NotAllowedToPost' },
  { name: 'an answer to calls (428)', fault: refuse(428), failure: 'RefusedByServer' },
  { name: 'an invalid message each time (479)', fault: refuseAlways(479), failure: 'MessageFormRefused' },
  { name: 'malformed each time (400)', fault: refuseAlways(400), failure: 'MessageFormRefused' },
  { name: 'another addressing each time (421)', fault: refuseAlways(421), failure: 'GroupAddressingChanged' },
  { name: 'the members are of a group that is gone (410)', fault: metadata(410), failure: 'GroupGone' },
  { name: 'the community is suspended (416)', fault: metadata(416), failure: 'NotAllowedToPost' },
  { name: 'the members may not be asked for (406)', fault: metadata(406), failure: 'RefusedByServer' },
  { name: 'a notice of terms (475)', fault: metadata(475), failure: 'RefusedByServer' },
  { name: 'the members may not be read (403)', fault: metadata(403), failure: 'NotInGroup' },
  { name: 'the members are of no group (404)', fault: metadata(404), failure: 'NotInGroup' },
]

describe('the account is held, the run waits and says why, and goes on when that is over', () => {
  let account: Account
  beforeAll(async () => {
    account = await addAccount('held')
  })
  test.each(held)('$name', async ({ name, fault, state, failure, untilMin, mend }) => {
    const reminded = await startRun(account, name, fault)
    await eventually(async () => {
      const { run, waitsFor } = await system.client.runs.progress(reminded.runId)
      expect({ state: run.state, waitsFor }).toEqual({
        state: 'running',
        waitsFor: expect.stringContaining(failureAdvice[failure]) as string,
      })
      expect(waitsFor).toContain(`is ${state.replace('_', ' ')}`)
    })
    const view = await system.client.accounts.show(account.id)
    expect(view).toMatchObject({
      state,
      stateDetail: expect.stringContaining(failureAdvice[failure]) as string,
    })
    const minutes = view.stateUntil === null ? undefined : (view.stateUntil.getTime() - Date.now()) / 60_000
    if (untilMin === undefined) expect(minutes).toBeUndefined()
    else {
      expect(minutes).toBeLessThanOrEqual(untilMin[1])
      expect(minutes).toBeGreaterThan(0)
      expect(view.stateUntil?.getTime()).toBeGreaterThanOrEqual(
        view.stateSince.getTime() + untilMin[0] * 60_000,
      )
    }
    await mend(account)
    await expectDeliveredOnce(system, reminded)
    expect(await system.client.accounts.show(account.id)).toMatchObject({
      state: 'connected',
      stateDetail: null,
      stateUntil: null,
    })
  })
})

describe('it mends itself, and the run goes on', () => {
  let account: Account
  beforeAll(async () => {
    account = await addAccount('mends-itself')
  })
  test.each(mendsItself)('$name', async ({ name, fault }) => {
    const reminded = await startRun(account, name, fault)
    // Something goes wrong on the way.
    await eventually(
      async () => expect((await ledgerOf(system, reminded)).some(({ attempt }) => attempt > 1)).toBe(true),
      { timeoutMs: 120_000 },
    )
    await system.whatsapp.clearFaults()
    await expectDeliveredOnce(system, reminded)
    expect(await system.client.accounts.show(account.id)).toMatchObject({
      state: 'connected',
      stateDetail: null,
    })
  })
})

describe('the group fails alone, with what to do', () => {
  let account: Account
  beforeAll(async () => {
    account = await addAccount('well')
  })
  test.each(finalForTheGroup)('$name', async ({ name, fault, failure }) => {
    const reminded = await startRun(account, name, fault)
    expect(await runEnded(system, reminded)).toBe('partial')
    expect(await targetsOf(system, reminded)).toMatchObject([
      { state: 'failed', failure, reason: expect.stringContaining(failureAdvice[failure]) as string },
      { state: 'delivered', failure: null, reason: null },
    ])
    expect((await system.client.accounts.show(account.id)).state).toBe('connected')
  })
})

test('a code that nobody knows is shown with its number, asked again later each time, and given up at last', async () => {
  const account = await addAccount('unknown-code')
  const reminded = await startRun(account, 'unknown code', refuseAlways(444))
  const refusals = async () => {
    const { rows } = await system.database.query<{ refusals: number; failure: string }>(
      `select refusals, failure from send where run_id = $1 and ordinal = 0 and part = 0`,
      [reminded.runId],
    )
    return rows[0]
  }
  await eventually(async () =>
    expect(await refusals()).toEqual({ refusals: 1, failure: 'RefusedForUnknownReason' }),
  )
  const waitedFromMs = Date.now()
  // As if it had been tried twice more.
  await system.database.query(`update send set refusals = 3 where run_id = $1 and ordinal = 0 and part = 0`, [
    reminded.runId,
  ])
  expect(
    await eventually(
      async () => {
        const { run } = await system.client.runs.progress(reminded.runId)
        expect(run.state).toBe('partial')
        return run.state
      },
      { timeoutMs: 90_000 },
    ),
  ).toBe('partial')
  expect(Date.now() - waitedFromMs).toBeGreaterThan(20_000)
  expect(await targetsOf(system, reminded)).toMatchObject([
    {
      state: 'failed',
      failure: 'RefusedForUnknownReason',
      reason: expect.stringContaining('code: 444') as string,
    },
    { state: 'delivered' },
  ])
  // A retry begins the count anew.
  await system.whatsapp.clearFaults()
  await system.client.runs.retryFailed(reminded.runId)
  await expectDeliveredOnce(system, reminded)
})

test('pauseAccount and resumeAccount, sent by hand, stop and free every send within one message', async () => {
  const account = await addAccount('by-hand')
  const groups = await system.createGroups({ phone: account.phone, groups: 4, members: 2 })
  await system.whatsapp.fault({ kind: 'holdAck', chat: groups[0]?.jid ?? '' })
  const reminded = await remind(system, {
    key: 'by-hand',
    account: account.id,
    groups,
    texts,
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(1))
  // Its workflow is there only while somebody waits: as `temporal workflow signal-with-start` does.
  const byHand = async (signal: string) =>
    await system.temporal.workflow.signalWithStart('accountLock', {
      workflowId: `lock:${account.id}`,
      taskQueue: 'carillon',
      args: [{ accountId: account.id }],
      signal,
    })
  await byHand('pauseAccount')
  await eventually(async () =>
    expect((await system.client.accounts.show(account.id)).pausedReason).not.toBeNull(),
  )
  await system.whatsapp.releaseAcks()
  await eventually(async () => expect((await ledgerOf(system, reminded))[0]?.state).toBe('acked'))
  // The next part asks for leave again and again, and gets none.
  await untilSlotsWereTaken(account.id)
  expect(await stanzasOf(system, reminded)).toBe(1)
  expect((await system.client.runs.progress(reminded.runId)).waitsFor).toMatch(/account paused/)
  await byHand('resumeAccount')
  await expectDeliveredOnce(system, reminded)
})

test('an account that is taken over again and again (440) logs in less and less often', async () => {
  const account = await addAccount('disputed')
  const before = await epochOf(system, account.id)
  const startedMs = Date.now()
  const waits: number[] = []
  // The other program takes the connection back as soon as we have it.
  for (let taken = 0; taken < 2; taken++) {
    await eventually(async () => expect((await stateOf(account)).state).toBe('connected'), {
      timeoutMs: 90_000,
    })
    await system.whatsapp.disconnect({ account: account.phone, how: 'replaced' })
    const { stateSince, stateUntil } = await eventually(async () => {
      const view = await stateOf(account)
      expect(view.state).toBe('replaced')
      return view
    })
    waits.push((stateUntil?.getTime() ?? 0) - stateSince.getTime())
  }
  const [first = 0, second = 0] = waits
  expect(first).toBeGreaterThanOrEqual(15_000 - 500)
  expect(second).toBeGreaterThanOrEqual(30_000 - 500)
  // In all that time it logged in once more than at the beginning, and never before the time that was shown.
  expect(await epochOf(system, account.id)).toBe(before + 1)
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(first)
})

async function startRun(account: Account, name: string, fault: Row['fault']): Promise<Reminded> {
  const key = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const groups = await system.createGroups({ phone: account.phone, groups: 2, members: 2 })
  const request = fault(groups[0]?.jid ?? '')
  await system.whatsapp.fault(request)
  if (request.kind === 'metadataError') await forgetMembers(account, groups)
  return await remind(system, { key, account: account.id, groups, texts, groupConcurrency: 1 })
}

async function addAccount(id: string): Promise<Account> {
  const phone = String(nextPhone++)
  await system.pairAccount({ id, phone })
  return { id, phone }
}

async function stateOf({ id }: Account) {
  return await system.client.accounts.show(id)
}

/** The next send asks WhatsApp for the members of its group. What is told of a new group tells of its members, too. */
async function forgetMembers({ id }: Account, groups: TestGroup[]): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await system.database.query(
      `update account_group set fetched_at = '-infinity' where account_id = $1 and jid = any ($2)`,
      [id, groups.map(({ jid }) => jid)],
    )
    expect(rowCount).toBe(groups.length)
  })
}

async function untilSlotsWereTaken(accountId: string): Promise<void> {
  const slots = async () => {
    const { rows } = await system.database.query<{ taken: number }>(
      'select last_value as taken from rate_slot_id_seq',
    )
    return rows[0]?.taken ?? 0
  }
  const before = await slots()
  await eventually(async () => expect(await slots(), accountId).toBeGreaterThanOrEqual(before + 2))
}
