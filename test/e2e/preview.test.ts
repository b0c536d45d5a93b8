import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const phone = '15550005001'
let system: System
let groups: TestGroup[]

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone, ratePerMinute: 40 })
  groups = await system.createGroups({ phone, groups: 3, members: 2 })
})
afterAll(() => system.close())

const daily = (change: Partial<ReminderInput> = {}): ReminderInput => ({
  account: 'office',
  to: groups.map(({ jid }) => jid),
  parts: [{ text: 'Good morning' }, { text: 'Here is the plan' }],
  cron: '30 2 * * *',
  zone: 'Europe/Berlin',
  ...change,
})

async function stored(): Promise<unknown> {
  const { rows } = await system.database.query(
    `select (select count(*) from definition) as definitions, (select count(*) from media) as media,
       (select count(*) from reminder) as reminders, (select count(*) from audit) as audit`,
  )
  return rows[0]
}

test('a preview shows times over a change of clocks, recipients, messages and how long it takes, and stores nothing', async () => {
  const before = await stored()
  const preview = await system.client.reminders.preview(
    daily({ key: 'morning', start: '2027-03-27 00:00', image: undefined, window: '02:00-20:00' }),
    { next: 3 },
  )
  expect(preview.words).toBe('every day at 02:30 (Europe/Berlin)')
  expect(preview.occurrences).toEqual([
    { at: '2027-03-27T01:30:00Z', local: '2027-03-27T02:30:00', offset: '+01:00', isOffsetNew: false },
    {
      at: '2027-03-28T01:00:00Z',
      local: '2027-03-28T03:00:00',
      offset: '+02:00',
      isOffsetNew: true,
      shift: { kind: 'gap', asked: '02:30' },
    },
    { at: '2027-03-29T00:30:00Z', local: '2027-03-29T02:30:00', offset: '+02:00', isOffsetNew: false },
  ])
  expect(preview.audience.recipients.map(({ jid }) => jid)).toEqual(groups.map(({ jid }) => jid))
  expect(preview.messages).toEqual([
    {
      parts: [
        { kind: 'text', text: 'Good morning' },
        { kind: 'text', text: 'Here is the plan' },
      ],
    },
  ])
  expect(preview.delivery).toMatchObject({ sends: 6, limitPerMinute: 40, expiring: 0 })
  expect(preview.existing).toBeUndefined()
  expect(await stored()).toEqual(before)
  await expect(system.client.reminders.show('morning')).rejects.toMatchObject({ code: 'not_found' })
})

test('it marks a time that comes twice', async () => {
  const input = daily({ start: '2027-10-31 00:00' })
  const { occurrences } = await system.client.reminders.preview(input, { next: 2 })
  expect(occurrences).toMatchObject([
    { at: '2027-10-31T00:30:00Z', offset: '+02:00', shift: { kind: 'overlap' } },
    { at: '2027-11-01T01:30:00Z', offset: '+01:00', isOffsetNew: true },
  ])
  expect(occurrences[1]).not.toHaveProperty('shift')
})

test('it warns of what is perhaps not meant', async () => {
  const many = Array.from({ length: 200 }, (_, index) => `${15_557_000_000 + index}@s.whatsapp.net`)
  const unknown = '120363999999999999@g.us'
  const base = { key: 'crowded', at: '2027-03-01 08:00', cron: undefined, to: [...many, unknown] }
  const { warnings, delivery } = await system.client.reminders.preview(
    daily({ ...base, window: '09:00-09:05', deliverWithin: '3h' }),
  )
  // 402 messages at 40 a minute do not fit into five minutes.
  expect(delivery).toMatchObject({ sends: 402, beginsAt: '2027-03-01T08:00:00.000Z' })
  expect(delivery?.expiring).toBeGreaterThan(100)
  expect(warnings).toEqual([
    expect.stringContaining('to[200] is a group that account'),
    expect.stringContaining('is outside of its window: it begins when that opens, Mon 1 Mar 2027 at 09:00'),
    expect.stringContaining('its window is shorter than the run'),
    expect.stringContaining('of 402 messages would expire unsent'),
  ])
  const past = await system.client.reminders.preview(
    daily({ cron: undefined, at: new Date(Date.now() - 60_000).toISOString() }),
  )
  expect(past.warnings).toEqual([expect.stringMatching(/^it was due 1m.* ago: it fires at once$/)])
  await expect(
    system.client.reminders.preview(daily({ cron: undefined, at: '2020-01-01 08:00' })),
  ).rejects.toMatchObject({ issues: [{ field: 'at' }] })
})

test('it finds the reminders of the account that collide, also far behind their next fire', async () => {
  await system.client.reminders.create(daily({ key: 'weekly', cron: '0 9 * * FRI', zone: 'UTC' }))
  await system.client.reminders.create(daily({ key: 'away', cron: '0 22 * * *', zone: 'UTC' }))
  const warningsOf = async (change: Partial<ReminderInput>) =>
    (await system.client.reminders.preview(daily({ cron: undefined, zone: 'UTC', ...change }))).warnings
  // A Friday, months from now.
  expect(await warningsOf({ at: '2027-07-02 09:00' })).toEqual([
    expect.stringMatching(/^reminder 'weekly' of account 'office' is due at Fri 2 Jul 2027 at 09:00 \(UTC\)/),
  ])
  // Its run is under way when the other begins.
  const people = Array.from({ length: 100 }, (_, index) => `${15_558_000_000 + index}@s.whatsapp.net`)
  expect(await warningsOf({ at: '2027-07-02 08:58', to: people })).toHaveLength(1)
  expect(await warningsOf({ at: '2027-07-02 08:40', to: people })).toEqual([])
  expect(await warningsOf({ at: '2027-07-01 09:00' })).toEqual([])
})

test('of a reminder that exists it shows what is, or what an edit would make of it', async () => {
  await system.client.reminders.create(daily({ key: 'known', cron: '0 12 * * *', zone: 'UTC' }))
  const { nextFire } = await system.client.reminders.snooze('known', { by: '10m' })
  const before = await stored()
  const preview = await system.client.reminders.preview({}, { key: 'known', next: 2 })
  expect(preview.existing).toMatchObject({ state: 'scheduled', differences: [] })
  expect(Date.parse(preview.occurrences[0]?.at ?? '')).toBe(Date.parse(nextFire))
  expect(preview.occurrences[0]?.snoozedFrom).toBeDefined()
  // As a create of it would be, with the same calendar.
  const again = await system.client.reminders.preview({ cron: '0 12 * * *' }, { key: 'known', next: 2 })
  expect(again.occurrences).toEqual(preview.occurrences)
  const edited = await system.client.reminders.preview({ cron: '0 13 * * *' }, { key: 'known', next: 1 })
  expect(edited.existing?.differences.map(({ field }) => field)).toEqual(['schedule.rule.cron'])
  expect(edited.occurrences[0]?.local).toMatch(/T13:00:00$/)
  expect(await stored()).toEqual(before)
  await expect(system.client.reminders.preview({}, { key: 'nobody' })).rejects.toMatchObject({
    code: 'not_found',
  })
})
