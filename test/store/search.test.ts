import type { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listed, type ReminderListQuery } from '../../src/client/reminders/list.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const operator = 'school'
const count = 2_400
let testDatabase: TestDatabase
let list: (query?: ReminderListQuery) => Promise<{ keys: string[]; next?: string; total?: unknown }>

function definition(index: number): ReminderDefinition {
  return {
    version: 2,
    account: 'office',
    audience: { kind: 'allGroups' },
    parts: [
      { kind: 'text', text: index === 7 ? 'Der *Ausflug* nach Köln' : `Assembly of class-${index % 100}.` },
    ],
    schedule:
      index % 1_000 === 5
        ? {
            kind: 'recurring',
            zone: 'UTC',
            start: '2030-01-01T08:00',
            rule: { kind: 'cron', cron: '0 8 * * 1' },
          }
        : { kind: 'once', at: '2030-01-01T09:00:00Z', zone: 'UTC' },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 3_600_000,
    deliverWithinMs: 43_200_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
  }
}

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  const { database } = testDatabase
  await insertAccount(database, { id: 'office', operator })
  await insertAccount(database, { id: 'canteen', operator })
  const digests = new Map<string, string>()
  for (let index = 0; index < count; index++) {
    const one = definition(index)
    const form = JSON.stringify(one)
    if (!digests.has(form)) digests.set(form, await saveDefinition(database, one))
    await database.query(
      `insert into reminder (operator, dedupe_key, account_id, digest, state, created_at, next_fire)
       values ($1, $2, $3, $4, $5, timestamptz '2026-01-01' + $6 * interval '1 second', timestamptz '2030-01-01' + $6 * interval '1 hour')`,
      [operator, `r${index}`, index % 2 ? 'office' : 'canteen', digests.get(form), 'scheduled', index],
    )
  }
  const context = { temporal: undefined as unknown as Client, database, operator }
  list = async (query = {}) => {
    const { items, ...rest } = await listed(context, query)
    return { ...rest, keys: items.map(({ key }) => key) }
  }
})
afterAll(() => testDatabase.close())

/** Page after page, and how many there were. */
async function all(query: ReminderListQuery): Promise<{ keys: string[]; pages: number }> {
  const keys: string[] = []
  for (let pages = 1, cursor: string | undefined; ; pages++) {
    const page = await list({ ...query, ...(cursor !== undefined && { cursor }) })
    keys.push(...page.keys)
    cursor = page.next
    if (cursor === undefined) return { keys, pages }
  }
}

test('what is encrypted is found by a part of its words, in any case, however far back it is', async () => {
  // 2,000 are opened for a page: it has nothing, and says where it goes on.
  const first = await list({ search: 'ausflug KÖLN' })
  expect(first.keys).toEqual([])
  expect(first.next).toBeDefined()
  expect(await all({ search: 'ausflug KÖLN' })).toEqual({ keys: ['r7'], pages: 2 })
  expect(await all({ search: 'ausflug', sort: 'oldest' })).toMatchObject({ keys: ['r7'] })
  expect(await all({ search: 'ausflug', sort: 'next' })).toMatchObject({ keys: ['r7'] })
  expect(await all({ search: 'ausflug paris' })).toMatchObject({ keys: [] })
})

test('a search has each that fits once, over its pages, in the order of the list', async () => {
  const expected = Array.from({ length: count }, (_, index) => index).filter((index) => index % 100 === 42)
  const newest = expected.toReversed().map((index) => `r${index}`)
  expect(await all({ search: 'assembly class-42.', limit: 5 })).toMatchObject({ keys: newest })
  expect(await all({ search: 'assembly class-42.', limit: 24 })).toMatchObject({ keys: newest })
  expect(await all({ search: 'assembly class-42.', limit: 5, sort: 'next' })).toMatchObject({
    keys: newest.toReversed(),
  })
})

test('keys and accounts are searched, and a search goes with an account, a kind and a time', async () => {
  expect(await all({ search: 'r2399' })).toMatchObject({ keys: ['r2399'] })
  expect((await all({ search: 'canteen', limit: 500 })).keys).toHaveLength(count / 2)
  expect(await all({ kind: 'recurring' })).toMatchObject({ keys: ['r2005', 'r1005', 'r5'] })
  expect(await all({ kind: 'recurring', search: '1005', account: 'office' })).toMatchObject({
    keys: ['r1005'],
  })
  expect(await all({ kind: 'recurring', account: 'canteen' })).toMatchObject({ keys: [] })
  const times = { firesFrom: '2030-01-01T03:00:00Z', firesUntil: '2030-01-01T06:00:00Z' }
  expect(await list({ sort: 'next', ...times })).toMatchObject({ keys: ['r3', 'r4', 'r5', 'r6'] })
  expect(await list({ sort: 'next', kind: 'recurring', ...times })).toMatchObject({ keys: ['r5'] })
})

test('any page is had at once, and how many there are is counted', async () => {
  expect(await list({ skip: 1_000, limit: 2, count: true })).toMatchObject({
    keys: ['r1399', 'r1398'],
    total: { count, isAll: true },
  })
  expect(await list({ skip: 1_000, limit: 1, account: 'office', count: true })).toMatchObject({
    keys: ['r399'],
    total: { count: count / 2, isAll: true },
  })
  const firing = { sort: 'next', firesFrom: '2030-01-01T03:00:00Z' } as const
  expect(await list({ ...firing, skip: 10, limit: 1, count: true })).toMatchObject({
    keys: ['r13'],
    total: { count: count - 3 },
  })
  expect(await list({ states: ['scheduled', 'paused'], skip: 2_398, limit: 5, count: true })).toMatchObject({
    keys: ['r1', 'r0'],
    total: { count },
  })
})

test('those of some keys are had in their order, whatever became of them, and none of another account', async () => {
  const { database } = testDatabase
  await database.query(
    `update reminder set state = 'canceled', next_fire = null, ended_at = now(), deleted_at = now() where dedupe_key = 'r8'`,
  )
  const keys = ['r9', 'r8', 'nobody', 'r2', 'r9']
  expect(await list({ keys })).toEqual({ keys: ['r9', 'r8', 'r2'] })
  expect(await list({ keys, account: 'office' })).toEqual({ keys: ['r9'] })
  await expect(list({ keys, sort: 'oldest' })).rejects.toThrow(/key: expected nothing but an account with it/)
  await expect(list({ keys: Array.from({ length: 51 }, (_, index) => `r${index}`) })).rejects.toThrow(
    /key: expected at most 50 keys, got 51/,
  )
})

test('what does not go together is refused with what to do', async () => {
  await expect(list({ search: 'x', skip: 1, count: true })).rejects.toThrow(
    /count: expected none with search[^]*skip: expected none with search/,
  )
  await expect(list({ firesFrom: '2030-01-01T03:00:00Z' })).rejects.toThrow(/expected the sort 'next'/)
  await expect(list({ sort: 'next', firesFrom: 'soon' })).rejects.toThrow(/expected an instant/)
  await expect(list({ skip: 20_001 })).rejects.toThrow(/from 0 to 20000/)
})
