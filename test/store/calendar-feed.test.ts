import ICAL from 'ical.js'
import type { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { calendarFeed, type FeedOwner } from '../../src/api/calendar-feed.js'
import { unauthorized } from '../../src/api/caller.js'
import type { RequestEnv } from '../../src/api/request-log.js'
import { nextOccurrence } from '../../src/domain/calendar/occurrences.js'
import type { Calendar } from '../../src/domain/calendar/calendar.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { insertReminder } from '../../src/store/reminders/reminders.js'
import { liveApi } from '../support/api.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

// A week before the clocks of Berlin go back, and two before those of New York.
const now = new Date('2026-10-18T12:00:00Z')
const token = 'of-the-calendar'
const owners: Record<string, FeedOwner> = {
  [token]: { operator: 'school' },
  'of-the-other': { operator: 'other' },
  'of-one-account': { operator: 'school', accountIds: ['trips'] },
}

let db: TestDatabase
let api: Hono<RequestEnv>
beforeAll(async () => {
  db = await createTestDatabase()
  for (const [id, operator] of [
    ['office', 'school'],
    ['trips', 'school'],
    ['elsewhere', 'other'],
  ] as const)
    await insertAccount(db.database, { id, operator, ratePerMinute: 40 })
  const feed = calendarFeed({
    database: db.database,
    now: () => now,
    authenticate: async ({ req }) => {
      const owner = owners[req.query('token') ?? '']
      if (owner === undefined) throw unauthorized('This token opens no calendar.')
      return owner
    },
  })
  api = liveApi(feed)
})
afterAll(() => db.close())
beforeEach(async () => await db.database.query('delete from reminder'))

test('wall times stay where they are as the clocks change, in the zone of each reminder', async () => {
  await remind('berlin', weekly('Europe/Berlin', '2026-10-19T08:30:00'))
  await remind('new-york', weekly('America/New_York', '2026-10-19T08:30:00'))
  await remind('kolkata', weekly('Asia/Kolkata', '2026-10-19T08:30:00'))
  const { events } = await feed('&days=21')
  const times = (key: string) => events.filter(({ summary }) => summary === key).map(({ start }) => start)
  expect(times('berlin')).toEqual(['2026-10-19T06:30:00Z', '2026-10-26T07:30:00Z', '2026-11-02T07:30:00Z'])
  expect(times('new-york')).toEqual(['2026-10-19T12:30:00Z', '2026-10-26T12:30:00Z', '2026-11-02T13:30:00Z'])
  expect(times('kolkata')).toEqual(['2026-10-19T03:00:00Z', '2026-10-26T03:00:00Z', '2026-11-02T03:00:00Z'])
  expect(events.map(({ start }) => start)).toEqual(events.map(({ start }) => start).toSorted())
})

test('it has titles and times, and nothing that is sent', async () => {
  await remind('secret', weekly('UTC', '2026-10-19T08:30:00'), { account: 'trips' })
  const { text, events } = await feed('&days=7')
  expect(events).toHaveLength(1)
  expect(events[0]?.description).toMatch(/every Monday.*\nAccount: trips/)
  expect(text).not.toMatch(/Class trip|@g\.us|15550009701/)
})

test('an occurrence has one name for life, also where it is snoozed', async () => {
  await remind('weekly', weekly('UTC', '2026-10-19T08:30:00'))
  const before = await feed('&days=14')
  await db.database.query(
    `update reminder set moved = '[{"from": "2026-10-19T08:30:00Z", "to": "2026-10-20T10:00:00Z"}]', next_fire = '2026-10-20T10:00:00Z', revision = 1`,
  )
  const after = await feed('&days=14')
  expect(after.events.map(({ uid }) => uid)).toEqual(before.events.map(({ uid }) => uid))
  expect(new Set(after.events.map(({ uid }) => uid)).size).toBe(2)
  expect(after.events[0]).toMatchObject({ start: '2026-10-20T10:00:00Z', sequence: 1 })
})

test('what is paused is not coming, until it is resumed by itself', async () => {
  await remind('paused', weekly('UTC', '2026-10-19T08:30:00'))
  await db.database.query(`update reminder set state = 'paused'`)
  expect((await feed('&days=30')).events).toEqual([])
  await db.database.query(`update reminder set paused_until = '2026-10-27T00:00:00Z'`)
  expect((await feed('&days=30')).events.map(({ start }) => start)).toEqual([
    '2026-11-02T08:30:00Z',
    '2026-11-09T08:30:00Z',
    '2026-11-16T08:30:00Z',
  ])
})

test('what is worked out in steps loses nothing and repeats nothing, with one that is snoozed among them', async () => {
  await remind('every-minute', minutely)
  await db.database.query(
    `update reminder set moved = '[{"from": "2026-10-18T12:01:00Z", "to": "2026-10-18T12:40:30Z"}]', next_fire = '2026-10-18T12:02:00Z'`,
  )
  const { events } = await feed('&days=1')
  const minute = (index: number) => new Date(Date.parse('2026-10-18T12:02:00Z') + index * 60_000)
  const times = Array.from({ length: 499 }, (_, index) => minute(index).toISOString().replace('.000Z', 'Z'))
  expect(events.map(({ start }) => start)).toEqual([...times, '2026-10-18T12:40:30Z'].toSorted())
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(500)
})

test('the same feed has the same tag, and is not sent again', async () => {
  await remind('weekly', weekly('UTC', '2026-10-19T08:30:00'))
  const first = await api.request(`/v1/calendar.ics?token=${token}`)
  const tag = first.headers.get('etag') ?? ''
  const second = await api.request(`/v1/calendar.ics?token=${token}`, { headers: { 'if-none-match': tag } })
  expect(second.status).toBe(304)
  expect(await second.text()).toBe('')
  expect(second.headers.get('etag')).toBe(tag)
  await remind('another', weekly('UTC', '2026-10-19T09:30:00'))
  const third = await api.request(`/v1/calendar.ics?token=${token}`, { headers: { 'if-none-match': tag } })
  expect(third.status).toBe(200)
  expect(third.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
})

test('it ends: at its horizon and at five hundred, the nearest of all reminders', async () => {
  await remind('every-minute', minutely)
  await remind('late', { kind: 'once', at: '2026-12-24T09:00:00Z', zone: 'UTC' })
  await remind('soon', { kind: 'once', at: '2026-10-18T12:30:30Z', zone: 'UTC' })
  const { events } = await feed('')
  expect(events).toHaveLength(500)
  expect(events.map(({ summary }) => summary)).toContain('soon')
  expect(events.at(-1)?.start).toBe('2026-10-18T20:19:00Z')
  expect(events.map(({ start }) => start)).toEqual(events.map(({ start }) => start).toSorted())
  for (const days of ['0', '367', '-1', 'x', '1e2']) {
    const answer = await api.request(`/v1/calendar.ics?token=${token}&days=${days}`)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({
      code: 'invalid',
      issues: [{ field: 'days', got: `'${days}'` }],
    })
  }
})

test('each token has the feed of its owner, and of its accounts', async () => {
  await remind('of-office', weekly('UTC', '2026-10-19T08:30:00'))
  await remind('of-trips', weekly('UTC', '2026-10-19T08:30:00'), { account: 'trips' })
  await remind('of-other', weekly('UTC', '2026-10-19T08:30:00'), { account: 'elsewhere', operator: 'other' })
  const titles = async (of: string) => {
    const { events } = await feed('&days=7', of)
    return events.map(({ summary }) => summary).toSorted()
  }
  expect(await titles(token)).toEqual(['of-office', 'of-trips'])
  expect(await titles('of-one-account')).toEqual(['of-trips'])
  expect(await titles('of-the-other')).toEqual(['of-other'])
  expect((await api.request('/v1/calendar.ics?token=none')).status).toBe(401)
  expect((await api.request('/v1/calendar.ics')).status).toBe(401)
})

test('what is there for a calendar of no reminders is a calendar', async () => {
  const { calendar, text } = await feed('')
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
  expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH')
  expect(calendar.getFirstPropertyValue('x-wr-calname')).toBe('Carillon')
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
})

function weekly(zone: string, start: string): Calendar {
  return { kind: 'recurring', zone, start, rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO' } }
}

const minutely: Calendar = {
  kind: 'recurring',
  zone: 'UTC',
  start: '2026-10-18T00:00:00',
  rule: { kind: 'rrule', rrule: 'FREQ=MINUTELY' },
}

async function remind(
  dedupeKey: string,
  schedule: Calendar,
  { account = 'office', operator = 'school' }: { account?: string; operator?: string } = {},
): Promise<void> {
  const definition = {
    version: 2,
    account,
    audience: { kind: 'list', recipients: ['120363000000009701@g.us', '15550009701@s.whatsapp.net'] },
    parts: [{ kind: 'text', text: 'Class trip on Friday' }],
    schedule,
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 0,
    deliverWithinMs: 3_600_000,
    onUncertain: 'resend',
    groupConcurrency: 1,
  } as const
  const digest = await saveDefinition(db.database, definition as never)
  const nextFire = nextOccurrence(schedule, { after: now.toISOString() }) ?? null
  await insertReminder(db.database, {
    operator,
    dedupeKey,
    digest,
    definition: definition as never,
    nextFire,
  })
}

type Parsed = { uid: string; summary: string; description: string; start: string; sequence: number }

/** As another program reads it. */
async function feed(
  query: string,
  of = token,
): Promise<{ text: string; calendar: ICAL.Component; events: Parsed[] }> {
  const answer = await api.request(`/v1/calendar.ics?token=${of}${query}`)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  const calendar = new ICAL.Component(ICAL.parse(text) as never)
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const { uid, summary, description, startDate, endDate, sequence } = new ICAL.Event(component)
    expect(component.getFirstPropertyValue('dtstamp')).not.toBeNull()
    expect(endDate.compare(startDate)).toBe(1)
    return { uid, summary, description, start: startDate.toString(), sequence }
  })
  return { text, calendar, events }
}
