import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCarillonClient } from '../../src/client/client.js'
import { InputError, ReminderConflictError } from '../../src/client/errors.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { eventually } from '../support/eventually.js'
import { soon, startSystem, type System, type TestGroup } from '../support/system.js'

const phone = '15550002001'
let system: System
let groups: TestGroup[]

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  groups = await system.createGroups({ phone, groups: 2, members: 2 })
})
afterAll(() => system.close())

const input = (key: string, text: string): ReminderInput => ({
  key,
  account: 'office',
  to: groups.map(({ jid }) => jid),
  text,
  at: soon(),
  zone: 'UTC',
})

const readBy = async (member: string, text: string) =>
  (await system.whatsapp.inbox(member)).messages.filter((message) => message.text === text)

async function untilCompleted(key: string): Promise<void> {
  await eventually(async () => expect((await system.client.reminders.show(key)).state).toBe('completed'))
  await system.whatsapp.settled()
}

async function workflowsOf(key: string): Promise<string[]> {
  const found: string[] = []
  for await (const workflow of system.temporal.workflow.list())
    if (workflow.workflowId.includes(`/${key}`)) found.push(`${workflow.type} ${workflow.workflowId}`)
  return found.toSorted()
}

test('50 concurrent creates of one key make one workflow, one run and one message to each', async () => {
  const reminder = input('double-click', 'one for all')
  // A client each, as 50 processes would have: within one, equal creates share an answer.
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      createCarillonClient({
        temporal: system.temporal,
        database: system.database,
        operator: system.operator,
      }).reminders.create(reminder),
    ),
  )
  expect(answers.filter(({ kind }) => kind === 'created')).toHaveLength(1)
  expect(answers.filter(({ kind }) => kind === 'exists')).toHaveLength(49)
  await untilCompleted('double-click')
  await eventually(async () => {
    const [first, ...rest] = (await workflowsOf('double-click')).filter(
      (id) => !id.startsWith('groupDelivery'),
    )
    expect(first).toBe(`reminder reminder:school/double-click`)
    expect(rest).toHaveLength(1)
    expect(rest[0]).toMatch(/^run run:school\/double-click@/)
  })
  for (const member of groups.flatMap(({ members }) => members))
    expect(await readBy(member, 'one for all')).toMatchObject([{ copies: 1 }])
})

test('the same create after the reminder ended sends nothing, also when Temporal has forgotten it', async () => {
  const reminder = input('over', 'sent once')
  await system.client.reminders.create(reminder)
  await untilCompleted('over')
  const { stanzas } = await system.whatsapp.stats()

  expect(await system.client.reminders.create(reminder)).toMatchObject({ kind: 'ended', state: 'completed' })

  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace: system.namespace,
    workflowExecution: { workflowId: 'reminder:school/over' },
  })
  await eventually(async () =>
    expect((await workflowsOf('over')).filter((id) => id.startsWith('reminder'))).toEqual([]),
  )
  const again = await system.client.reminders.create(reminder)
  expect(again).toMatchObject({ kind: 'ended', state: 'completed', differences: [] })
  await eventually(async () => {
    const { status } = await system.temporal.workflow.getHandle('reminder:school/over').describe()
    expect(status.name).toBe('COMPLETED')
  })
  expect((await system.whatsapp.stats()).stanzas).toBe(stanzas)
  for (const member of groups.flatMap(({ members }) => members))
    expect(await readBy(member, 'sent once')).toMatchObject([{ copies: 1 }])
})

test('the same key with another definition is a conflict that says what differs, and no text', async () => {
  const reminder = { ...input('conflict', 'the real text'), at: soon(3_600_000) }
  await system.client.reminders.create(reminder)
  const other = system.client.reminders.create({ ...reminder, text: 'another text', priority: 9 })
  await expect(other).rejects.toThrow(ReminderConflictError)
  await expect(other).rejects.toMatchObject({
    differences: [{ field: 'parts[0].text' }, { field: 'priority', existing: '5', requested: '9' }],
  })
  await expect(other).rejects.not.toThrow(/real text|another text/)
  expect(await system.client.reminders.create(reminder)).toMatchObject({ kind: 'exists' })
})

test('bad input names every field with what is expected, and stores nothing', async () => {
  const count = async () =>
    (
      await system.database.query<{ rows: number }>(
        `select (select count(*) from definition) + (select count(*) from media) + (select count(*) from reminder) as rows`,
      )
    ).rows
  const before = await count()
  const bad = system.client.reminders.create({
    ...input('bad', ''),
    key: 'no spaces allowed',
    at: 'half past never',
    zone: 'Mars/Olympus',
    priority: 12,
    catchUp: 'soonish',
  })
  await expect(bad).rejects.toThrow(InputError)
  await expect(bad).rejects.toSatisfy((error: InputError) => {
    expect(error.issues.map(({ field }) => field).toSorted()).toEqual([
      'at',
      'catchUp',
      'key',
      'priority',
      'text',
      'zone',
    ])
    return error.issues.every(({ expected }) => expected.startsWith('expected'))
  })
  await expect(
    system.client.reminders.create({ ...input('bad-time', 'x'), at: 'half past never' }),
  ).rejects.toMatchObject({ issues: [{ field: 'at' }] })
  expect(await count()).toEqual(before)
})
