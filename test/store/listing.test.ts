import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAccount } from '../../src/store/accounts/registration.js'
import type { Page } from '../../src/store/page.js'
import {
  listReminders,
  listStatement,
  type ReminderQuery,
  type ReminderView,
} from '../../src/store/views/reminders.js'
import { listUpcoming } from '../../src/store/views/upcoming.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const operator = 'school'
const count = 10_000
let testDatabase: TestDatabase

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { database } = testDatabase
  const body = {
    version: 1,
    account: 'office',
    audience: { kind: 'allGroups' },
    parts: [{ kind: 'text', text: 'Hello' }],
    schedule: { kind: 'once', at: '2030-01-01T09:00:00Z', zone: 'UTC' },
    priority: 5,
    catchUpMs: 3_600_000,
    deliverWithinMs: 43_200_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
  }
  await insertAccount(database, { id: 'office', operator })
  await insertAccount(database, { id: 'canteen', operator })
  const digest = 'a'.repeat(64)
  await database.query(`insert into definition (digest, sealed_body) values ($1, $2)`, [digest, body])
  // Ten of each instant, so that pages end among equals; every 50th is paused, every 100th deleted; every 500th but one is
  // another account's.
  await database.query(
    `insert into reminder (operator, dedupe_key, account_id, digest, state, created_at, ended_at, deleted_at)
     select $1, 'r' || lpad(i::text, 5, '0'), case when i % 500 = 1 then 'canteen' else 'office' end, $2,
       case when i % 100 = 0 then 'canceled' when i % 50 = 0 then 'paused' else 'scheduled' end,
       timestamptz '2026-01-01' + (i / 10) * interval '1 minute',
       case when i % 100 = 0 then now() end, case when i % 100 = 0 then now() end
     from generate_series(1, $3) as i`,
    [operator, digest, count],
  )
  await database.query('analyze reminder')
})
afterAll(() => testDatabase.close())

type Plan = { 'Node Type': string; 'Index Name'?: string; 'Actual Rows': number; Plans?: Plan[] }

/** What Postgres reads of the table `reminder` to find a page. */
async function scans(query: ReminderQuery): Promise<{ index: string; rows: number }[]> {
  const { text, values } = listStatement(query)
  const { rows } = await testDatabase.database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, format json) ${text}`,
    values,
  )
  const found: { index: string; rows: number }[] = []
  const walk = (plan: Plan) => {
    const index = plan['Index Name'] ?? plan['Node Type']
    if (index.startsWith('reminder') || plan['Node Type'] === 'Seq Scan')
      found.push({ index, rows: plan['Actual Rows'] })
    for (const child of plan.Plans ?? []) walk(child)
  }
  walk(onlyPlan(rows))
  return found
}

function onlyPlan(rows: { 'QUERY PLAN': [{ Plan: Plan }] }[]): Plan {
  const [row] = rows
  if (row === undefined) throw new Error('there is no plan')
  return row['QUERY PLAN'][0].Plan
}

test.each<[string, Partial<ReminderQuery>, string]>([
  ['the first page', {}, 'reminder_listing'],
  ['a page far behind', { after: ['2026-01-01 03:00:00+00', 'r01805'] }, 'reminder_listing'],
  ['the first page of the oldest', { order: 'oldest' }, 'reminder_listing'],
  [
    'a page of the oldest far behind',
    { order: 'oldest', after: ['2026-01-01 13:00:00+00', 'r07801'] },
    'reminder_listing',
  ],
  ['a page of the oldest of a state', { order: 'oldest', states: ['paused'] }, 'reminder_listing_by_state'],
  ['a page of one state', { states: ['paused'] }, 'reminder_listing_by_state'],
  ['a page of two states', { states: ['paused', 'scheduled'] }, 'reminder_listing_by_state'],
  ['a page of an account with few', { accounts: ['canteen'] }, 'reminder_listing_of_account'],
  ['a page of two accounts', { accounts: ['canteen', 'office'] }, 'reminder_listing_of_account'],
  [
    'a page of an account and a state',
    { accounts: ['office'], states: ['paused'] },
    'reminder_listing_of_account',
  ],
])('%s is read from its index, and no further', async (_what, change, index) => {
  const found = await scans({ operator, limit: 50, ...change })
  const listing = found.filter((scan) => scan.index.startsWith('reminder_listing'))
  expect(listing.map((scan) => scan.index)).toEqual([index])
  for (const { rows } of listing) expect(rows).toBeLessThanOrEqual(60)
  expect(found.map((scan) => scan.index)).not.toContain('Seq Scan')
})

test('page by page come those that fire, the next one first, each once', async () => {
  const { database } = testDatabase
  // Ten of each instant here, too, but not those of one creation; what is paused or over does not fire.
  const firing = (index: number) => `r${String(index).padStart(5, '0')}`
  await database.query(
    `update reminder set next_fire = timestamptz '2030-01-01' + (substr(dedupe_key, 2)::int % 1000) * interval '1 minute'
     where state = 'scheduled' and ended_at is null`,
  )
  const expected = Array.from({ length: count }, (_, index) => index + 1)
    .filter((index) => index % 50 !== 0)
    .toSorted((a, b) => (a % 1_000) - (b % 1_000) || a - b)
    .map(firing)
  const pages = async (accountIds?: string[]) =>
    await allKeys(
      async (after) =>
        await listUpcoming(database, { operator, limit: 333, ...(accountIds && { accountIds }), ...after }),
    )
  expect(await pages()).toEqual(expected)
  const ofCanteen = expected.filter((key) => Number(key.slice(1)) % 500 === 1)
  expect(await pages(['canteen'])).toEqual(ofCanteen)
})

async function allKeys(
  pageAfter: (after: { after?: [string, string] }) => Promise<Page<ReminderView>>,
): Promise<string[]> {
  const keys: string[] = []
  let cursor: string | undefined
  do {
    const after = cursor === undefined ? {} : { after: JSON.parse(atob(cursor)) as [string, string] }
    const page = await pageAfter(after)
    keys.push(...page.items.map(({ key }) => key))
    cursor = page.next
  } while (cursor !== undefined)
  return keys
}

test.each<[string, Partial<ReminderQuery>, number]>([
  ['all but the deleted ones', {}, count - count / 100],
  ['those of two states', { states: ['paused', 'scheduled'] }, count - count / 100],
  ['the deleted ones', { deleted: true }, count / 100],
  ['those of an account', { accounts: ['canteen'] }, count / 500],
  ['those of both accounts', { accounts: ['canteen', 'office'] }, count - count / 100],
  ['the deleted ones of an account', { accounts: ['office'], deleted: true }, count / 100],
  ['those of an account that is not there', { accounts: ['none'] }, 0],
])('page by page come %s, each once and in order', async (_what, change, expected) => {
  const pages = async (order: 'newest' | 'oldest') =>
    await allKeys(
      async (after) =>
        await listReminders(testDatabase.database, { operator, limit: 500, ...change, order, ...after }),
    )
  const keys = await pages('newest')
  expect(await pages('oldest')).toEqual(keys.toReversed())
  expect(keys).toHaveLength(expected)
  expect(new Set(keys).size).toBe(expected)
  const minute = (key: string | undefined) => Math.floor(Number(key?.slice(1)) / 10)
  for (const [index, key] of keys.slice(1).entries())
    expect(minute(key)).toBeLessThanOrEqual(minute(keys[index]))
})
