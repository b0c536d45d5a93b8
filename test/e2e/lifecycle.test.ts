import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import type { HistoryEntry } from '../../src/store/views/audit.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const phone = '15550004001'
let system: System
let groups: TestGroup[]

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  groups = await system.createGroups({ phone, groups: 2, members: 2 })
})
afterAll(() => system.close())

const weekly = (key: string, change: Partial<ReminderInput> = {}): ReminderInput => ({
  key,
  account: 'office',
  to: groups.map(({ jid }) => jid),
  text: 'Assembly!',
  cron: '0 8 * * MON',
  zone: 'Africa/Nairobi',
  ...change,
})

const reminders = () => system.client.reminders
const week = 7 * 86_400_000

async function actions(key: string): Promise<string[]> {
  const { items } = await reminders().history(key)
  return items.map((entry: HistoryEntry) =>
    entry.kind === 'request' ? `${entry.action}: ${entry.reason}` : `run ${entry.state}`,
  )
}

test('created twice, days apart, a recurrence without a start is one reminder', async () => {
  const input = weekly('assembly')
  expect(await reminders().create(input)).toMatchObject({ kind: 'created', state: 'scheduled' })
  const { definition } = await reminders().show('assembly')
  // As if the first had been made on another day: its start is older.
  const older = { ...definition.schedule, start: '2026-01-05T10:00:00' }
  expect(older.kind).toBe('recurring')
  await reminders().edit('assembly', { start: '2026-01-05 10:00' })
  const again = await reminders().create(input)
  expect(again).toMatchObject({ kind: 'exists', definition: { schedule: { start: '2026-01-05T10:00:00' } } })
  await expect(reminders().create({ ...input, text: 'other' })).rejects.toMatchObject({
    code: 'conflict',
  })
})

describe('an edit', () => {
  test('changes what it names, keeps the rest, and tells no text', async () => {
    await reminders().create(weekly('edited', { until: '2030-12-31', window: '07:00-20:00' }))
    const edited = await reminders().edit(
      'edited',
      { cron: '0 9 * * TUE', text: 'Come at nine', priority: 7 },
      { reason: 'the bus' },
    )
    expect(edited).toMatchObject({ kind: 'edited', state: 'scheduled' })
    expect(edited.differences.map(({ field }) => field).toSorted()).toEqual([
      'parts[0].text',
      'priority',
      'schedule.rule.cron',
    ])
    expect(JSON.stringify(edited.differences)).not.toMatch(/Assembly|nine/)
    const shown = await reminders().show('edited')
    expect(shown).toMatchObject({
      revision: 1,
      words: 'every Tuesday at 09:00 (Africa/Nairobi), until Tue 31 Dec 2030',
      definition: { priority: 7, window: { from: '07:00', to: '20:00' } },
    })
    expect(shown.nextFire?.toISOString()).toBe(new Date(edited.nextFire ?? '').toISOString())
    expect(await reminders().edit('edited', { priority: 7 })).toMatchObject({ kind: 'unchanged' })
    const opened = await reminders().edit('edited', { window: 'none', until: 'none' })
    expect(opened.definition).not.toHaveProperty('window')
    expect(opened.definition.schedule).not.toHaveProperty('until')
    expect(await actions('edited')).toEqual(['edit: null', 'edit: the bus'])
  })

  test('of the time of day leaves a day out that was left out before', async () => {
    await reminders().create(weekly('holidays', { start: '2030-01-07 00:00', except: '2030-01-14' }))
    const { definition, warnings } = await reminders().edit('holidays', { cron: '30 9 * * MON' })
    expect(definition.schedule).toMatchObject({ exdates: ['2030-01-14T09:30:00'] })
    expect(warnings).toEqual([])
  })

  test('that cannot be is refused with its fields, and nothing is stored', async () => {
    await reminders().create(weekly('refusing'))
    const counts = async () =>
      (await system.database.query(`select count(*) from definition`)).rows as unknown[]
    const before = await counts()
    await expect(
      reminders().edit('refusing', { cron: 'mondays', priority: 12, to: 'Class 9Z' }),
    ).rejects.toMatchObject({
      code: 'invalid',
      issues: [{ field: 'priority' }, { field: 'to[0]' }, { field: 'cron' }],
    })
    await expect(reminders().edit('refusing', { key: 'other' })).rejects.toMatchObject({
      issues: [{ field: 'key', expected: expect.stringContaining('clone') }],
    })
    await expect(reminders().edit('refusing', {})).rejects.toMatchObject({ code: 'invalid' })
    await expect(reminders().edit('refusing', { until: '2020-01-01' })).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(reminders().edit('nobody', { text: 'x' })).rejects.toMatchObject({ code: 'not_found' })
    expect(await counts()).toEqual(before)
    expect(await reminders().show('refusing')).toMatchObject({ revision: 0 })
  })
})

test('one that is snoozed beyond the next is shown where it fires, and the next is the next', async () => {
  await reminders().create(weekly('far'))
  const first = (await reminders().show('far')).nextFire?.getTime() ?? 0
  const far = week + 2 * 3_600_000
  await reminders().snooze('far', { by: `${far / 3_600_000}h` })
  const shown = await reminders().show('far')
  expect(shown).toMatchObject({ nextFire: new Date(first + week), snoozedFrom: null })
  expect(shown.upcoming.map((at) => Date.parse(at) - first)).toEqual([far, 2 * week, 3 * week])
  const { items } = await reminders().list()
  expect(items.find(({ key }) => key === 'far')).toMatchObject({
    nextFire: new Date(first + week),
    snoozedFrom: null,
    moved: [{ from: new Date(first), to: new Date(first + far) }],
  })
  const { occurrences } = await reminders().preview({}, { key: 'far', next: 2 })
  expect(occurrences.map(({ at }) => Date.parse(at) - first)).toEqual([week, far])
  expect(occurrences.map(({ snoozedFrom }) => snoozedFrom && Date.parse(snoozedFrom))).toEqual([
    undefined,
    first,
  ])
  // A skip means the next, which is not the snoozed one.
  expect(await reminders().skip('far')).toMatchObject({ kind: 'skipped' })
  expect((await reminders().show('far')).snoozedFrom).toEqual(new Date(first))
})

test('snooze puts one occurrence off, skip leaves one out, and asking twice is asking once', async () => {
  await reminders().create(weekly('put-off'))
  const first = (await reminders().show('put-off')).nextFire ?? new Date(0)
  const snoozed = await reminders().snooze('put-off', { by: '30m', reason: 'assembly hall is taken' })
  expect(Date.parse(snoozed.nextFire)).toBe(first.getTime() + 1_800_000)
  expect(await reminders().snooze('put-off', { by: '30m' })).toMatchObject({ nextFire: snoozed.nextFire })
  const shown = await reminders().show('put-off')
  expect(shown.snoozedFrom).toEqual(first)
  expect(Date.parse(shown.upcoming[0] ?? '')).toBe(first.getTime() + week)

  const occurrence = first.toISOString()
  expect(await reminders().skip('put-off', { occurrence, reason: 'holidays' })).toMatchObject({
    kind: 'skipped',
  })
  expect(await reminders().skip('put-off', { occurrence })).toMatchObject({ kind: 'already' })
  expect((await reminders().show('put-off')).nextFire?.getTime()).toBe(first.getTime() + week)
  await expect(
    reminders().skip('put-off', { occurrence: new Date(first.getTime() + 3 * week + 60_000).toISOString() }),
  ).rejects.toMatchObject({ code: 'conflict' })
  await expect(reminders().snooze('put-off', { until: '2020-01-01 08:00' })).rejects.toMatchObject({
    issues: [{ field: 'until', expected: 'expected a time to come' }],
  })
  await expect(reminders().snooze('put-off', {})).rejects.toMatchObject({ issues: [{ field: 'until' }] })
  await expect(reminders().snooze('put-off', { by: 'a while' })).rejects.toMatchObject({
    issues: [{ field: 'by', got: "'a while'" }],
  })
  const done = await actions('put-off')
  expect(done).toContain('snooze: assembly hall is taken')
  expect(done).toContain('skipNext: holidays')
  expect(done).toContain('run skipped')
})

test('fire sends it now, once, and leaves its schedule as it is', async () => {
  await reminders().create(weekly('by-hand', { text: 'fired by hand' }))
  const { nextFire } = await reminders().show('by-hand')
  const [first, second] = await Promise.all([
    reminders().fire('by-hand', { reason: 'they asked' }),
    reminders().fire('by-hand'),
  ])
  expect(first.runId).toBeDefined()
  expect(second.runId).toBe(first.runId)
  expect([first.already, second.already].filter((already) => already === true)).toHaveLength(1)
  await eventually(async () =>
    expect((await system.client.runs.progress(first.runId ?? '')).run.state).toBe('completed'),
  )
  await system.whatsapp.settled()
  for (const member of groups.flatMap(({ members }) => members)) {
    const { messages } = await system.whatsapp.inbox(member)
    expect(messages.filter(({ text }) => text === 'fired by hand')).toHaveLength(1)
  }
  await eventually(async () =>
    expect(await reminders().show('by-hand')).toMatchObject({ state: 'scheduled', nextFire }),
  )
})

test('pause holds it until a time or a resume', async () => {
  await reminders().create(weekly('paused'))
  const paused = await reminders().pause('paused', { until: '2031-01-06 08:00', reason: 'winter' })
  expect(paused).toMatchObject({ confirmed: true, state: { state: 'paused' } })
  expect(paused.state.pausedUntil?.toISOString()).toBe('2031-01-06T05:00:00.000Z')
  const until = { until: '2031-01-06 08:00' }
  expect(await reminders().pause('paused', until)).toMatchObject({ already: true })
  const later = await reminders().pause('paused', { until: '2031-01-07 08:00' })
  expect(later).toMatchObject({ confirmed: true })
  expect(later.state.pausedUntil?.toISOString()).toBe('2031-01-07T05:00:00.000Z')
  await expect(reminders().pause('paused', { until: '2020-01-06 08:00' })).rejects.toMatchObject({
    issues: [{ field: 'until' }],
  })
  expect(await reminders().resume('paused')).toMatchObject({ confirmed: true, state: { state: 'scheduled' } })
  expect(await reminders().resume('paused')).toMatchObject({ already: true })
  expect((await reminders().show('paused')).pausedUntil).toBeNull()
})

test('a deleted reminder is in no list; its history stays, and a clone brings it back', async () => {
  await reminders().create(weekly('unwanted'))
  expect(await reminders().delete('unwanted', { reason: 'school is over' })).toMatchObject({
    confirmed: true,
    state: { state: 'canceled' },
  })
  expect(await reminders().delete('unwanted')).toMatchObject({ already: true })
  const keys = async (deleted: boolean) =>
    (await reminders().list({ limit: 500, deleted })).items.map(({ key }) => key)
  expect(await keys(false)).not.toContain('unwanted')
  expect(await keys(true)).toEqual(['unwanted'])
  const { deletedAt, upcoming } = await reminders().show('unwanted')
  expect(deletedAt).toBeInstanceOf(Date)
  expect(upcoming).toEqual([])
  expect(await actions('unwanted')).toEqual(['delete: school is over'])
  const asks = [
    () => reminders().edit('unwanted', { text: 'x' }),
    () => reminders().fire('unwanted'),
    () => reminders().snooze('unwanted', { by: '1h' }),
    () => reminders().skip('unwanted'),
    () => reminders().pause('unwanted'),
  ]
  for (const ask of asks)
    await expect(ask()).rejects.toMatchObject({ code: 'ended', message: expect.stringContaining('clone') })

  const cloned = await reminders().clone('unwanted', { key: 'wanted', cron: '0 9 * * FRI' })
  expect(cloned).toMatchObject({ kind: 'created', key: 'wanted' })
  expect((await reminders().show('wanted')).definition).toMatchObject({
    parts: [{ kind: 'text', text: 'Assembly!' }],
    schedule: { rule: { cron: '0 9 * * FRI' } },
  })
  await expect(reminders().clone('wanted', { key: 'wanted' })).rejects.toMatchObject({ code: 'invalid' })
})

test('a reminder that is over can be deleted too', async () => {
  await reminders().create(weekly('over'))
  await reminders().cancel('over')
  expect(await reminders().delete('over', { reason: 'tidy' })).toMatchObject({ confirmed: true })
  expect((await reminders().list({ limit: 500 })).items.map(({ key }) => key)).not.toContain('over')
  expect(await actions('over')).toEqual(['delete: tidy', 'cancel: null'])
})

test('a history is read page by page, requests and runs together', async () => {
  await reminders().create(weekly('busy'))
  for (const reason of ['one', 'two', 'three']) await reminders().skip('busy', { reason })
  const all = (await reminders().history('busy')).items
  expect(all).toHaveLength(6)
  const paged: HistoryEntry[] = []
  let cursor: string | undefined
  do {
    const page = await reminders().history('busy', { limit: 2, ...(cursor !== undefined && { cursor }) })
    paged.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  expect(paged).toEqual(all)
})
