import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { adviceFor } from '../../src/domain/failures.js'
import type { FailureType } from '../../src/domain/failures.js'
import type { AccountState } from '../../src/domain/states.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const account = 'office'
const phone = '15550004481'
let system: System
let builtIn = 0

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  builtIn = (await system.whatsapp.settings()).currentRevision
})
afterEach(() => system.whatsapp.clearFaults())
afterAll(() => system.close())

const shown = async (id = account) => await system.client.accounts.show(id)

const reconnect = async () => await system.whatsapp.disconnect({ account: phone })

test('a version that WhatsApp refuses (405) is looked up anew, and the account sends again', async () => {
  await system.whatsapp.configure({ oldestRevision: builtIn + 1, currentRevision: builtIn + 2 })
  await reconnect()
  await eventually(async () => {
    expect((await system.whatsapp.accounts())[0]?.connected).toBe(true)
    expect((await shown()).state).toBe('connected')
  })
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  await expectDeliveredOnce(system, await remind(system, { key: 'newer', account, groups, texts: ['one'] }))
})

test('where there is no newer version, the account is outdated: it says what to do, and is left alone for an hour', async () => {
  const refused = await system.whatsapp.fault({ kind: 'refuseLogIn', reason: 405, count: 'until-cleared' })
  await reconnect()
  await eventually(async () => {
    expect(await shown()).toMatchObject({
      state: 'outdated',
      stateDetail: expect.stringContaining('CARILLON_WHATSAPP_VERSION') as string,
    })
  })
  const minutes = (((await shown()).stateUntil?.getTime() ?? 0) - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(55)
  const hits = async () => (await system.whatsapp.faults()).find(({ id }) => id === refused.id)?.hits
  expect(await hits()).toBe(1)
})

type Refusal = {
  reason: number
  /** Of a temporary ban (402). */
  code?: number
  state: AccountState
  failure: FailureType
  /** To the time that is shown, in minutes. */
  untilMin?: [number, number]
}

const temporaryBan = {
  reason: 402,
  state: 'temporarily_banned',
  failure: 'AccountTemporarilyBanned',
} as const
const unknown = { state: 'reconnecting', failure: 'UnknownRefusal' } as const

// The rows F of docs/whatsapp/codes.md.
test.each<Refusal>([
  { reason: 400, ...unknown },
  { reason: 401, state: 'logged_out', failure: 'AccountLoggedOut' },
  { ...temporaryBan, code: 101, untilMin: [121, 122] },
  { ...temporaryBan, code: 102, untilMin: [121, 122] },
  { ...temporaryBan, code: 103, untilMin: [121, 122] },
  { ...temporaryBan, code: 104, untilMin: [121, 122] },
  { ...temporaryBan, code: 105, untilMin: [121, 122] },
  { ...temporaryBan, code: 106, untilMin: [121, 122] },
  { reason: 403, state: 'banned', failure: 'AccountBanned' },
  { reason: 406, state: 'banned', failure: 'AccountBanned' },
  { reason: 409, state: 'outdated', failure: 'ClientOutdated', untilMin: [60, 240] },
  { reason: 411, state: 'logged_out', failure: 'AccountLoggedOut' },
  { reason: 413, ...unknown },
  { reason: 418, ...unknown },
  { reason: 429, state: 'limited', failure: 'AccountLimited', untilMin: [14, 15] },
  { reason: 477, ...unknown },
  { reason: 501, ...unknown },
])(
  'a log-in that is refused with $reason ($code) makes the account $state, with the number, and is not tried at once again',
  async ({ reason, code, state, failure, untilMin }) => {
    const id = `refused-${reason}-${code ?? 0}`
    const phone = `1555001${reason}${(code ?? 100) - 100}`
    await system.pairAccount({ id, phone })
    const count = 'until-cleared'
    const fault = await system.whatsapp.fault({
      kind: 'refuseLogIn',
      account: phone,
      reason,
      count,
      ...(code !== undefined && { code, expire: 7_200 }),
    })
    const hits = async () => (await system.whatsapp.faults()).find(({ id: one }) => one === fault.id)?.hits
    await system.whatsapp.disconnect({ account: phone })
    await eventually(async () => {
      const { state: is, stateDetail } = await shown(id)
      expect({ is, stateDetail }).toEqual({ is: state, stateDetail: adviceFor(failure, reason, code) })
    })
    expect(await hits()).toBe(1)
    const until = (await shown(id)).stateUntil
    if (untilMin === undefined) expect(until).toBeNull()
    else {
      const minutes = ((until?.getTime() ?? 0) - Date.now()) / 60_000
      expect(minutes).toBeGreaterThan(untilMin[0] - 0.5)
      expect(minutes).toBeLessThan(untilMin[1] + 0.1)
    }
  },
)

test.each([500, 503])('a log-in that is refused with %i is tried again by itself', async (reason) => {
  const id = `later-${reason}`
  const phone = `15550019${reason}`
  await system.pairAccount({ id, phone })
  await system.whatsapp.fault({ kind: 'refuseLogIn', account: phone, reason, count: 2 })
  await system.whatsapp.disconnect({ account: phone })
  await eventually(async () => {
    expect(await system.whatsapp.faults()).not.toContainEqual(expect.objectContaining({ account: phone }))
    expect((await shown(id)).state).toBe('connected')
  })
})

test('a session that WhatsApp restarts (515) again and again comes back later each time', async () => {
  const id = 'restarted'
  const phone = '15550019515'
  await system.pairAccount({ id, phone })
  const isConnected = async () =>
    (await system.whatsapp.accounts()).some((one) => one.phone === phone && one.connected)
  const awayMs: number[] = []
  for (let restarts = 0; restarts < 6; restarts++) {
    await eventually(async () => expect((await shown(id)).state).toBe('connected'))
    await eventually(async () => expect(await isConnected()).toBe(true))
    const startedMs = Date.now()
    await system.whatsapp.streamError({ account: phone, code: '515' })
    await eventually(async () => expect(await isConnected()).toBe(false))
    await eventually(async () => expect(await isConnected()).toBe(true), { timeoutMs: 60_000 })
    awayMs.push(Date.now() - startedMs)
  }
  expect(awayMs.at(-1)).toBeGreaterThan(2_000)
  expect((await shown(id)).stateDetail).toBeNull()
})
