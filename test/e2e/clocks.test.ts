import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { untilLookedAgain } from '../support/looked-again.js'
import { expectDeliveredOnce, ledgerOf, remind, stanzasOf } from '../support/reminding.js'
import type { Started } from '../support/processes.js'
import { startSystem, type System } from '../support/system.js'

const account = 'office'
const phone = '15550009981'
const quarterHourMs = 900_000
let system: System
let worker: Started

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  worker = system.worker()
})
afterEach(async () => {
  await system.whatsapp.clearFaults()
  await endHold()
})
afterAll(() => system.close())

test('a restriction lasts its quarter of an hour by Postgres where the clock of the worker is 15 minutes behind', async () => {
  await workWithClock({ shiftMs: -quarterHourMs })
  const groups = await createGroups(2)
  await system.whatsapp.fault({ kind: 'refuse', code: 429, chat: groups[0]?.jid ?? '' })
  const reminded = await remind(system, {
    key: 'behind',
    account,
    groups,
    texts: ['one'],
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await heldForMs()).toBeGreaterThan(quarterHourMs - 120_000))
  await untilLookedAgain(system)
  expect((await ledgerOf(system, reminded)).filter(({ state }) => state === 'acked')).toEqual([])
  expect(await heldForMs()).toBeLessThanOrEqual(quarterHourMs)
  await endHold()
  await expectDeliveredOnce(system, reminded)
  expect(await stanzasOf(system, reminded)).toBe(groups.length)
})

test('a worker whose clock is set back by a day in the middle of a wait waits no longer for that', async () => {
  await workWithClock({ stepMs: 86_400_000 })
  const groups = await createGroups(1)
  await system.client.accounts.pauseSends(account)
  const reminded = await remind(system, { key: 'set-back', account, groups, texts: ['one', 'two'] })
  await untilLookedAgain(system)
  worker.child.kill('SIGUSR2')
  await worker.line((line) => line === 'the clock was set back')
  await system.client.accounts.resumeSends(account)
  await expectDeliveredOnce(system, reminded)
})

test('a worker whose clock is 15 minutes ahead fires nothing early, and ends no pause early', async () => {
  await workWithClock({ shiftMs: quarterHourMs })
  const groups = await createGroups(1)
  const inTenMinutes = new Date(Date.now() + 600_000).toISOString()
  for (const key of ['ahead', 'paused-ahead'])
    await system.client.reminders.create({
      key,
      account,
      to: groups.map(({ jid }) => jid),
      text: 'Not yet',
      at: inTenMinutes,
      zone: 'UTC',
    })
  await system.client.reminders.pause('paused-ahead', { until: inTenMinutes })
  // Each makes the worker look at what is due.
  await system.client.reminders.pause('ahead')
  await system.client.reminders.resume('ahead')
  await system.client.reminders.edit('ahead', { text: 'Not yet, either' })
  expect((await system.client.reminders.show('ahead')).state).toBe('scheduled')
  expect((await system.client.reminders.show('paused-ahead')).state).toBe('paused')
  const { rows } = await system.database.query(
    `select id from run where dedupe_key in ('ahead', 'paused-ahead')`,
  )
  expect(rows).toEqual([])
})

test('a reminder ends at the time of Postgres where the clock of the worker is 15 minutes behind', async () => {
  await workWithClock({ shiftMs: -quarterHourMs })
  const groups = await createGroups(1)
  const reminded = await remind(system, { key: 'ended-behind', account, groups, texts: ['one'] })
  await expectDeliveredOnce(system, reminded)
  const { rows } = await system.database.query<{ inOrder: boolean }>(
    `select m.ended_at >= r.finished_at as "inOrder" from reminder m join run r using (operator, dedupe_key)
     where m.dedupe_key = $1`,
    [reminded.key],
  )
  expect(rows).toEqual([{ inOrder: true }])
})

/** Replaces the worker by one whose clock is off. */
async function workWithClock({
  shiftMs = 0,
  stepMs = 0,
}: {
  shiftMs?: number
  stepMs?: number
}): Promise<void> {
  const before = worker
  const preload = pathToFileURL('test/support/shifted-clock.mjs').href
  worker = await system.startWorker({
    NODE_OPTIONS: `--import ${preload}`,
    CLOCK_SHIFT_MS: String(shiftMs),
    CLOCK_STEP_MS: String(stepMs),
  })
  await before.stop('SIGTERM')
  await eventually(async () => {
    const { rows } = await system.database.query<{ state: string; owner: string }>(
      `select state, session_owner as owner from account where id = $1`,
      [account],
    )
    expect(rows[0]?.state).toBe('connected')
    expect(rows[0]?.owner).toMatch(new RegExp(`:${worker.pid}$`))
  })
}

async function createGroups(count: number) {
  return await system.createGroups({ phone, groups: count, members: 2 })
}

async function heldForMs(): Promise<number> {
  const { rows } = await system.database.query<{ ms: number | null }>(
    `select extract(epoch from state_until - now())::float8 * 1000 as ms from account
     where id = $1 and state = 'limited'`,
    [account],
  )
  return rows[0]?.ms ?? 0
}

async function endHold(): Promise<void> {
  await system.database.query(
    `update account set state = 'connected', state_until = null where id = $1 and state = 'limited'`,
    [account],
  )
}
