import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setAccountState, takeLease } from '../../src/store/accounts/accounts.js'
import { takeRateSlot } from '../../src/store/sends/rate-slots.js'
import { defaultRatePerMinute } from '../../src/domain/accounts/limits.js'
import { insertAccount, setPacing } from '../../src/store/accounts/registration.js'
import { findAccount } from '../../src/store/views/accounts.js'
import { progressFacts } from '../../src/store/views/progress.js'
import { takenSlots } from '../../src/activities/deliveries/taken-slots.js'
import type { SendOutcome } from '../../src/whatsapp/gateway.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid } from '../support/ledger.js'
import { prepareRun } from '../../src/store/runs/runs.js'
import { commitAck } from '../../src/store/sends/sends.js'

const operator = 'school'
const dayMs = 86_400_500
let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

test('an account without a rate of its own has the default, whether we or Postgres say it', async () => {
  await insertAccount(db.database, { id: 'ours', operator })
  await db.database.query(`insert into account (id, operator) values ('column', $1)`, [operator])
  for (const accountId of ['ours', 'column'])
    expect(await findAccount(db.database, { operator, accountId })).toMatchObject({
      ratePerMinute: defaultRatePerMinute,
    })
})

test('a daily cap counts any 24 hours, and its wait ends when the oldest send leaves them', async () => {
  await addAccount(db.database, 'capped')
  await setPacing(db.database, { accountId: 'capped', dailyCap: 3 })
  await sentBefore('capped', [25 * 3_600_000, 23 * 3_600_000, 3_600_000])
  expect(await take('capped')).toMatchObject({ kind: 'granted' })
  const full = await take('capped')
  if (full.kind !== 'full') throw new Error('expected the cap to hold')
  expect(full.limit).toBe('day')
  expect(full.waitMs).toBeLessThanOrEqual(dayMs - 23 * 3_600_000 + 700)
  expect(full.waitMs).toBeGreaterThan(dayMs - 23 * 3_600_000 - 9_000)

  await setPacing(db.database, { accountId: 'capped', dailyCap: null })
  expect(await take('capped')).toMatchObject({ kind: 'granted' })
})

test('the ramp for new numbers grows with the days since the number was linked, and ends', async () => {
  await addAccount(db.database, 'new')
  await setPacing(db.database, { accountId: 'new', warmUp: true })
  const capAfter = async (days: number) => {
    await db.database.query(
      `update account set linked_at = clock_timestamp() - $1 * interval '1 day' where id = 'new'`,
      [days],
    )
    return (await findAccount(db.database, { operator, accountId: 'new' }))?.dailyCapNow
  }
  const days = [0, 0.9, 1, 2, 3, 6.9, 7, 14, 29.9, 30, 400]
  const caps = []
  for (const day of days) caps.push(await capAfter(day))
  expect(caps).toEqual([20, 20, 40, 80, 150, 150, 300, 600, 600, null, null])

  // The lower of the two holds.
  await setPacing(db.database, { accountId: 'new', dailyCap: 100 })
  expect([await capAfter(2), await capAfter(7), await capAfter(400)]).toEqual([80, 100, 100])
})

test('the ramp begins when a number is linked, and again with another number only', async () => {
  await addAccount(db.database, 'linking')
  const lease = await takeLease(db.database, { accountId: 'linking', owner: 'test' })
  const link = async (jid: string) => {
    const epoch = lease?.epoch ?? 0
    await setAccountState(db.database, { accountId: 'linking', epoch, state: 'connected', jid })
    return (await findAccount(db.database, { operator, accountId: 'linking' }))?.linkedAt
  }
  expect((await findAccount(db.database, { operator, accountId: 'linking' }))?.linkedAt).toBeNull()
  const first = await link('15550000001@s.whatsapp.net')
  expect(first).toBeInstanceOf(Date)
  expect(await link('15550000001@s.whatsapp.net')).toEqual(first)
  expect((await link('15550000002@s.whatsapp.net'))?.getTime()).toBeGreaterThan(first?.getTime() ?? 0)
})

test('a reminder with a lower limit waits for its own sends only, and the account for all', async () => {
  await addAccount(db.database, 'shared', 4)
  const slow = await defineRun(db.database, {
    accountId: 'shared',
    key: 'slow',
    recipients: [groupJid(1)],
    policies: { ratePerMinute: 2 },
  })
  const fast = await defineRun(db.database, { accountId: 'shared', key: 'fast', recipients: [groupJid(1)] })
  for (const run of [slow, fast]) await prepareRun(db.database, run)
  expect(await take('shared', slow.runId)).toMatchObject({ kind: 'granted' })
  expect(await take('shared', slow.runId)).toMatchObject({ kind: 'granted' })
  expect(await take('shared', slow.runId)).toMatchObject({ kind: 'full', limit: 'reminder' })
  expect((await progressFacts(db.database, slow.runId)).account).toMatchObject({
    reminderLimit: 2,
    reminderSlotsUsed: 2,
    slotsUsed: 2,
  })
  expect(await take('shared', fast.runId)).toMatchObject({ kind: 'granted' })
  expect(await take('shared', fast.runId)).toMatchObject({ kind: 'granted' })
  expect(await take('shared', fast.runId)).toMatchObject({ kind: 'full', limit: 'account' })
})

test('waits differ by chance, never shorter than the window and never below 98 % of the limit', async () => {
  await addAccount(db.database, 'jittered', 1)
  await sentBefore('jittered', [0])
  const waits = new Set<number>()
  for (let i = 0; i < 50; i++) {
    // Where the only slot of the window is as old as it is at this moment.
    await db.database.query(`update rate_slot set at = clock_timestamp() where account_id = 'jittered'`)
    const slot = await take('jittered')
    if (slot.kind !== 'full') throw new Error('expected the window to be full')
    waits.add(slot.waitMs)
  }
  const longest = Math.max(...waits)
  expect(waits.size).toBeGreaterThan(20)
  expect(longest - Math.min(...waits)).toBeGreaterThan(200)
  // A sustained pace: so many sends in a window that is never longer than this.
  expect(60_000 / longest).toBeGreaterThanOrEqual(0.98)
})

test('slots older than a day are gone', async () => {
  await addAccount(db.database, 'tidy')
  await sentBefore('tidy', [25 * 3_600_000, 30 * 3_600_000, 3_600_000])
  await take('tidy')
  const { rows } = await db.database.query(`select from rate_slot where account_id = 'tidy'`)
  expect(rows).toHaveLength(2)
})

describe('a slot whose outcome is not known', () => {
  const anHour = 3_600_000
  let counter = 0
  let accountId: string
  let epoch: number

  beforeEach(async () => {
    accountId = `open-${(counter += 1)}`
    await addAccount(db.database, accountId, 1)
    epoch = await connectAccount(db.database, accountId)
  })

  test('never ages, for any limit', async () => {
    const slot = await taken(slotsOf())
    await ageOf(slot.slot, anHour)
    expect(await take(accountId)).toMatchObject({ kind: 'full', limit: 'account' })
    await ageOf(slot.slot, 100 * anHour)
    await setPacing(db.database, { accountId, dailyCap: 1 })
    expect(await take(accountId)).toMatchObject({ kind: 'full', limit: 'day' })

    await addAccount(db.database, `${accountId}-own`, 1_000)
    const limited = await connectAccount(db.database, `${accountId}-own`)
    const run = await defineRun(db.database, {
      accountId: `${accountId}-own`,
      key: `${accountId}-own`,
      recipients: [groupJid(1)],
      policies: { ratePerMinute: 1 },
    })
    await prepareRun(db.database, run)
    const own = await taken(slotsOf(`${accountId}-own`, limited), run.runId)
    await ageOf(own.slot, anHour)
    expect(await take(`${accountId}-own`, run.runId)).toMatchObject({ kind: 'full', limit: 'reminder' })
    expect((await progressFacts(db.database, run.runId)).account).toMatchObject({
      reminderSlotsUsed: 1,
      slotsUsed: 1,
    })
  })

  const outcomes: Record<string, () => Promise<SendOutcome>> = {
    refused: () => Promise.resolve({ kind: 'refused', code: 403, failure: 'NotInGroup' }),
    'not answered in time': () => Promise.resolve({ kind: 'unknown', failure: 'AckTimedOut' }),
    'certainly not written': () => Promise.reject(new Error('nothing was sent')),
  }
  for (const [name, send] of Object.entries(outcomes))
    test(`counts from its outcome on: ${name}`, async () => {
      const slots = slotsOf()
      const slot = await taken(slots)
      await ageOf(slot.slot, anHour)
      await slots.forOutcome(slot, send).catch(() => undefined)
      await expectClosedNow(slot.slot)
      await ageOf(slot.slot, anHour)
      expect(await take(accountId)).toMatchObject({ kind: 'granted' })
    })

  test('counts from its acknowledgement on', async () => {
    const slots = slotsOf()
    const slot = await taken(slots)
    await ageOf(slot.slot, anHour)
    await slots.forOutcome(slot, () => Promise.resolve({ kind: 'acked', leftOutDevices: 0 }))
    expect(await isOpen(slot.slot)).toBe(true)
    const send = { runId: 'run', ordinal: 0, part: 0, epoch, attempt: 1, last: true, leftOutDevices: 0 }
    await slots.forAck(slot, () => commitAck(db.database, { ...send, slot: slot.slot }))
    await expectClosedNow(slot.slot)
  })

  test('stays open while what a dead socket had written may arrive, until the next owner is connected', async () => {
    const slots = slotsOf(accountId, epoch, () => true)
    const slot = await taken(slots)
    await slots.forOutcome(slot, () => Promise.resolve({ kind: 'unknown', failure: 'ConnectionLost' }))
    await ageOf(slot.slot, anHour)
    // Neither its owner's next question nor a new lease alone says that it can't arrive.
    expect(await slots.take('run')).toMatchObject({ kind: 'full' })
    const lease = await takeLease(db.database, { accountId, owner: 'next' })
    const next = lease?.epoch ?? 0
    for (const state of ['connecting', 'reconnecting'] as const)
      await setAccountState(db.database, { accountId, epoch: next, state })
    await setAccountState(db.database, { accountId, epoch, state: 'connected' })
    expect(await isOpen(slot.slot)).toBe(true)
    await setAccountState(db.database, { accountId, epoch: next, state: 'connected' })
    await expectClosedNow(slot.slot)
  })

  test('is given back when its intent was not written', async () => {
    const slots = slotsOf()
    const slot = await taken(slots)
    const lost = slots.forIntent(slot, () => Promise.reject(new Error('Postgres is gone')))
    await expect(lost).rejects.toThrow('Postgres is gone')
    expect(await take(accountId)).toMatchObject({ kind: 'granted' })
  })

  test('is closed by its owner’s next question when its grant or its end was lost', async () => {
    await setPacing(db.database, { accountId, dailyCap: null, ratePerMinute: 3 })
    const slots = slotsOf()
    const kept = await taken(slots)
    const lost = await taken(slots)
    const commit = () => Promise.reject(new Error('Postgres is gone'))
    await expect(slots.forAck(lost, commit)).rejects.toThrow('Postgres is gone')
    expect(await isOpen(lost.slot)).toBe(true)
    await ageOf(lost.slot, anHour)
    await slots.take('run')
    await expectClosedNow(lost.slot)
    expect(await isOpen(kept.slot)).toBe(true)
  })

  test('is not closed by a question that was asked before its own', async () => {
    await setPacing(db.database, { accountId, ratePerMinute: 3 })
    const younger = await takeRateSlot(db.database, {
      accountId,
      question: { epoch, ticket: 2, open: [1, 2] },
    })
    await takeRateSlot(db.database, { accountId, question: { epoch, ticket: 1, open: [1] } })
    expect(await isOpen(younger.kind === 'granted' ? younger.slot : 0)).toBe(true)
  })

  test('an owner of old gets none that would stay open', async () => {
    await takeLease(db.database, { accountId, owner: 'next' })
    expect(await isOpen((await taken(slotsOf())).slot)).toBe(false)
  })

  function slotsOf(id = accountId, its = epoch, hasEnded = () => false) {
    const logger = pino({ level: 'silent' })
    return takenSlots({ database: db.database, accountId: id, epoch: its, hasEnded, logger })
  }

  async function taken(slots: ReturnType<typeof slotsOf>, runId = 'run') {
    const slot = await slots.take(runId)
    if (slot.kind !== 'granted') throw new Error('expected a slot')
    return slot
  }

  async function ageOf(slot: number, ageMs: number): Promise<void> {
    const { rowCount } = await db.database.query(
      `update rate_slot set at = clock_timestamp() - $2 * interval '1 ms' where id = $1`,
      [slot, ageMs],
    )
    expect(rowCount).toBe(1)
  }

  async function isOpen(slot: number): Promise<boolean | undefined> {
    const { rows } = await db.database.query<{ open: boolean }>(`select open from rate_slot where id = $1`, [
      slot,
    ])
    return rows[0]?.open
  }

  async function expectClosedNow(slot: number): Promise<void> {
    const { rows } = await db.database.query(
      `select from rate_slot where id = $1 and not open and at > clock_timestamp() - interval '1 minute'`,
      [slot],
    )
    expect(rows).toHaveLength(1)
  }
})

async function take(accountId: string, runId?: string) {
  return await takeRateSlot(db.database, { accountId, ...(runId !== undefined && { runId }) })
}

async function sentBefore(accountId: string, agesMs: number[]): Promise<void> {
  await db.database.query(
    `insert into rate_slot (account_id, at)
     select $1, clock_timestamp() - age * interval '1 ms' from unnest($2::float8[]) as age`,
    [accountId, agesMs],
  )
}
