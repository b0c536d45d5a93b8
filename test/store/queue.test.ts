import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { QueueFacts } from '../../src/domain/eta.js'
import { setAccountPause, setAccountState } from '../../src/store/accounts/accounts.js'
import { takeRateSlot } from '../../src/store/sends/rate-slots.js'
import type { Database } from '../../src/store/database.js'
import { holdRun } from '../../src/store/runs/run-holds.js'
import { finishRun, prepareRun, setRunState, type NewRun } from '../../src/store/runs/runs.js'
import { beginSend, commitAck } from '../../src/store/sends/sends.js'
import { queueFactsText } from '../../src/store/views/queue.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, newRequest, startRun } from '../support/ledger.js'

let db: TestDatabase
let database: Database
let accountId: string
let epoch: number
let run: NewRun
let counter = 0

async function queueFacts(database: Database, accountId: string): Promise<QueueFacts> {
  return JSON.parse((await queueFactsText(database, accountId)).facts) as QueueFacts
}

const window = { from: '08:00', to: '20:00' } as const

beforeAll(async () => {
  db = await createTestDatabase()
  database = db.database
})
afterAll(() => db.close())
beforeEach(async () => {
  accountId = `office-${++counter}`
  await addAccount(database, accountId, 5)
  epoch = await connectAccount(database, accountId)
  const recipients = Array.from({ length: 10 }, (_, index) => groupJid(index + 1))
  run = await defineRun(database, { accountId, key: `run-${counter}`, recipients })
  await startRun(database, run)
})

async function send(ordinal: number, { acked }: { acked: boolean }): Promise<void> {
  const granted = await takeRateSlot(database, { accountId, runId: run.runId })
  if (granted.kind !== 'granted') throw new Error('no slot')
  const key = { runId: run.runId, ordinal, part: 0, epoch }
  const begun = await beginSend(database, { ...key, slot: granted.slot })
  if (begun.kind !== 'begun') throw new Error(begun.kind)
  if (acked)
    await commitAck(database, {
      ...key,
      attempt: begun.attempt,
      slot: granted.slot,
      last: false,
      leftOutDevices: 0,
    })
}

/** As if the account's slots had been taken so many ms ago, the oldest first; acknowledged, all but the last. */
async function setSlots(agesMs: number[]): Promise<void> {
  await database.query(`delete from rate_slot where account_id = $1`, [accountId])
  await database.query(
    `insert into rate_slot (account_id, at, acked, begun)
     select $1, now() - age * interval '1 ms', place < $3, true
     from unnest($2::int[]) with ordinality as slot (age, place)`,
    [accountId, agesMs, agesMs.length],
  )
  await database.query(
    `update run set sending_since = clock_timestamp() - interval '25 hours' where id = $1`,
    [run.runId],
  )
  await database.query(
    `update account set state_since = clock_timestamp() - interval '25 hours' where id = $1`,
    [accountId],
  )
}

test('an account whose run has just begun', async () => {
  const facts = await queueFacts(database, accountId)
  expect(facts).toMatchObject({
    holder: run.runId,
    minute: { limit: 5, slotsUsed: 0, oldestSlotsMs: [] },
    day: null,
    gapMs: null,
    inFlight: 0,
    lastAckMs: null,
    runs: [
      {
        id: run.runId,
        state: 'running',
        remainingSends: 20,
        priority: 5,
        window: null,
        zone: 'UTC',
        reminder: run.dedupeKey,
        ownLimit: null,
      },
    ],
  })
  expect(facts.freeFromMs).toBe(facts.nowMs)
  expect(Date.parse(facts.runs[0]?.scheduledAt ?? '')).toBe(Date.parse(run.scheduledAt))
  expect(facts.runs[0]?.deadlineMs).toBe(Date.parse(run.deadline))
})

test('those that wait are told with what is left of them and their windows; those that are over are not', async () => {
  const policies = { window }
  const waiting = await defineRun(database, {
    accountId,
    key: `w-${counter}`,
    recipients: [groupJid(1)],
    policies,
  })
  await prepareRun(database, waiting)
  await setRunState(database, { runId: waiting.runId, state: 'waiting', reason: 'window' })
  const over = await defineRun(database, { accountId, key: `o-${counter}`, recipients: [groupJid(1)] })
  await prepareRun(database, over)
  await database.query(`update run set state = 'completed', finished_at = now() where id = $1`, [over.runId])
  const { runs } = await queueFacts(database, accountId)
  expect(
    runs.map(({ id, state, remainingSends, window }) => ({ id, state, remainingSends, window })),
  ).toEqual([
    { id: run.runId, state: 'running', remainingSends: 20, window: null },
    { id: waiting.runId, state: 'waiting', remainingSends: 2, window },
  ])
})

test('sends under way and acknowledged: what is left, and the slots in use', async () => {
  await send(0, { acked: true })
  await send(1, { acked: true })
  await send(2, { acked: true })
  await send(3, { acked: false })
  const { runs, minute, gapMs, inFlight, lastAckMs } = await queueFacts(database, accountId)
  const { slotsUsed, oldestSlotsMs } = minute
  expect(inFlight).toBe(1)
  // One that has its slot and is not in the ledger yet needs no other one either.
  await takeRateSlot(database, { accountId, runId: run.runId })
  expect((await queueFacts(database, accountId)).inFlight).toBe(2)
  expect(lastAckMs).toBe(oldestSlotsMs[2])
  expect(runs[0]?.remainingSends).toBe(17)
  expect(slotsUsed).toBe(4)
  expect(oldestSlotsMs).toEqual(oldestSlotsMs.toSorted((a, b) => a - b))
  expect(oldestSlotsMs).toHaveLength(4)
  expect(gapMs).toBeGreaterThan(0)
})

test('the gap is what a send takes beyond what the limit makes it wait, however it came in bursts', async () => {
  // Five a second apart, then the limit, and again: 70 s, 69 s … ago.
  await setSlots([70_000, 69_000, 68_000, 67_000, 66_000, 8_500, 7_500, 6_500, 5_500, 4_500, 100])
  const { gapMs, minute } = await queueFacts(database, accountId)
  expect(minute.slotsUsed).toBe(6)
  // The first of the second burst came 1 s after it might have: 60.5 s after the one five before it.
  expect(gapMs).toBeCloseTo(1_000, 0)
})

test('nor what a limit of the reminder, or the cap of a day, makes it wait', async () => {
  const policies = { ratePerMinute: 2 }
  const slow = await defineRun(database, {
    accountId,
    key: `slow-${counter}`,
    recipients: [groupJid(1)],
    policies,
  })
  await database.query(`update run set digest = $2 where id = $1`, [run.runId, slow.digest])
  await setSlots([70_000, 69_000, 8_500, 7_500, 100])
  await database.query(`update rate_slot set reminder = $2 where account_id = $1`, [accountId, run.dedupeKey])
  const facts = await queueFacts(database, accountId)
  expect(facts.gapMs).toBeCloseTo(1_000, 0)
  expect(facts.runs[0]?.ownLimit).toMatchObject({ limit: 2, slotsUsed: 3 })
  expect(facts.runs[0]?.ownLimit?.oldestSlotsMs).toHaveLength(3)
  await database.query(`update rate_slot set reminder = 'another' where account_id = $1`, [accountId])
  expect((await queueFacts(database, accountId)).runs[0]?.ownLimit).toMatchObject({ limit: 2, slotsUsed: 0 })

  const hour = 3_600_000
  await setSlots([24 * hour + 9_000, 24 * hour + 8_000, 7_500, 6_500, 100])
  await database.query(`update account set daily_cap = 2 where id = $1`, [accountId])
  const capped = await queueFacts(database, accountId)
  expect(capped.gapMs).toBeCloseTo(1_000, 0)
  expect(capped.day).toMatchObject({ limit: 2, slotsUsed: 3 })
})

test('nor a time in which the account had no session', async () => {
  await setSlots([50_000, 40_000, 8_500, 7_500, 6_500, 100])
  await database.query(
    `update account set state_since = clock_timestamp() - interval '9 seconds' where id = $1`,
    [accountId],
  )
  expect((await queueFacts(database, accountId)).gapMs).toBeCloseTo(1_000, 0)
})

test('the gap is measured in one stretch: nothing before the holder went on counts', async () => {
  await setSlots([50_000, 40_000, 8_500, 7_500, 6_500, 100])
  await database.query(
    `update run set sending_since = clock_timestamp() - interval '9 seconds' where id = $1`,
    [run.runId],
  )
  expect((await queueFacts(database, accountId)).gapMs).toBeCloseTo(1_000, 0)
  await setRunState(database, { runId: run.runId, state: 'running', reason: null })
  await database.query(`update run set sending_since = clock_timestamp() where id = $1`, [run.runId])
  expect((await queueFacts(database, accountId)).gapMs).toBeNull()
})

test('the pace of a stretch that is over is that of the account until there is another', async () => {
  await setSlots([8_500, 7_500, 6_500, 100])
  await setRunState(database, { runId: run.runId, state: 'waiting', reason: 'window' })
  await setSlots([])
  expect((await queueFacts(database, accountId)).gapMs).toBeCloseTo(1_000, 0)
  // Nothing to measure does not take it away.
  await holdRun(database, {
    runId: run.runId,
    wish: { kind: 'pause', because: 'paused by operator' },
    request: newRequest(),
  })
  const remainder = { state: 'skipped', reason: 'canceled by operator' } as const
  await finishRun(database, { runId: run.runId, remainder, canceled: true, reason: null })
  expect((await queueFacts(database, accountId)).gapMs).toBeCloseTo(1_000, 0)
})

test('only slots that could matter are told, also for a limit that was lowered', async () => {
  await setSlots([30_000, 20_000, 10_000, 5_000])
  await database.query(`update account set rate_per_minute = 2 where id = $1`, [accountId])
  await database.query(`update send set state = 'skipped' where run_id = $1 and ordinal > 0`, [run.runId])
  await database.query(`update send set state = 'skipped' where run_id = $1 and part = 1`, [run.runId])
  const { nowMs, minute } = await queueFacts(database, accountId)
  const { slotsUsed, oldestSlotsMs } = minute
  expect(slotsUsed).toBe(4)
  // One send is left, and three of the four must be free before it.
  expect(oldestSlotsMs.map((at) => Math.round((nowMs - at) / 1_000))).toEqual([30, 20, 10])
})

test('a restriction is told with its end, and anything else that stops the account without one', async () => {
  await setAccountState(database, { accountId, epoch, state: 'time_locked', forMs: 3_600_000 })
  const { rows } = await database.query<{ until: Date }>(
    `select state_until as until from account where id = $1`,
    [accountId],
  )
  const toldMs = (await queueFacts(database, accountId)).freeFromMs ?? 0
  // Postgres counts in microseconds.
  expect(Math.abs(toldMs - (rows[0]?.until.getTime() ?? 0))).toBeLessThanOrEqual(1)
  await setAccountState(database, { accountId, epoch, state: 'logged_out' })
  expect((await queueFacts(database, accountId)).freeFromMs).toBeNull()
  await setAccountState(database, { accountId, epoch, state: 'connected' })
  await setAccountPause(database, { accountId, reason: 'account paused', request: newRequest() })
  expect((await queueFacts(database, accountId)).freeFromMs).toBeNull()
})
