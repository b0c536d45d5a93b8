import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCarillonClient } from '../../src/client/client.js'
import { InputError } from '../../src/client/errors.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { freePort } from '../../src/stack/ports.js'
import { cliOf } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { startProgram } from '../support/processes.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { testKey, testRing } from '../support/database.js'
import { withPayloads } from '../support/history-payloads.js'
import { createPayloadCodec } from '../../src/codec/payload-codec.js'

const phone = '15550002601'
let system: System
let group: TestGroup
let folder: string

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  const [first] = await system.createGroups({ phone, groups: 1, members: 1 })
  if (first === undefined) throw new Error('there is no group')
  group = first
  folder = await mkdtemp(join(tmpdir(), 'carillon-many-'))
})
afterAll(async () => {
  await system.close()
  await rm(folder, { recursive: true })
})

const far = '2030-01-01T09:00:00Z'
const inMs = (ms: number) => new Date(Math.ceil((Date.now() + ms) / 1_000) * 1_000).toISOString()

/** So many are due at once that they have fired in a while: one in five. */
const isDue = (index: number) => index % 5 === 0

const list = (name: string, { count, at = far }: { count: number; at?: string }): ReminderInput[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `${name}-${index}`,
    account: 'office',
    to: group.jid,
    text: `${name} ${index}`,
    at: isDue(index) ? at : far,
    zone: 'UTC',
  }))

const keysOf = (reminders: ReminderInput[]) => reminders.map(({ key }) => key ?? '')

/** As another process has it. */
const anotherClient = () =>
  createCarillonClient({ temporal: system.temporal, database: system.database, operator: system.operator })

async function rowsOf(name: string): Promise<string[]> {
  const { rows } = await system.database.query<{ key: string }>(
    `select dedupe_key as key from reminder where dedupe_key like $1 order by dedupe_key`,
    [`${name}-%`],
  )
  return rows.map(({ key }) => key)
}

async function withoutWorkflow(keys: string[]): Promise<string[]> {
  const missing: string[] = []
  for (const key of keys) {
    const handle = system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, key))
    await handle.describe().catch(() => missing.push(key))
  }
  return missing
}

const indexOf = (key: string) => Number(key.split('-').at(-1))

/** Each that was due has ended well, had one run, and its text was read once; each of the others waits. */
async function expectFiredOnce(name: string, keys: string[]): Promise<void> {
  const due = keys.map(indexOf).filter(isDue)
  const rest = keys.filter((key) => !isDue(indexOf(key)))
  await eventually(
    async () => {
      const { rows } = await system.database.query<{ done: number }>(
        `select count(*) as done from reminder where dedupe_key like $1 and state = 'completed'`,
        [`${name}-%`],
      )
      expect(rows).toEqual([{ done: due.length }])
    },
    { timeoutMs: 120_000 },
  )
  expect((await rowsOf(name)).toSorted()).toEqual(keys.toSorted())
  expect(await withoutWorkflow(rest)).toEqual([])
  await system.whatsapp.settled()
  const { rows } = await system.database.query(`select from run where dedupe_key like $1`, [`${name}-%`])
  expect(rows).toHaveLength(due.length)
  for (const member of group.members) {
    const { messages } = await system.whatsapp.inbox(member)
    const own = messages.filter(({ text }) => text.startsWith(`${name} `))
    expect(own.map(({ text }) => text).toSorted()).toEqual(due.map((index) => `${name} ${index}`).toSorted())
    expect(own.every(({ copies }) => copies === 1)).toBe(true)
  }
}

test('a list that is created twice at once, and once more, is created once and fires once', async () => {
  const reminders = list('twice', { count: 60, at: inMs(6_000) })
  const [one, other] = await Promise.all(
    [reminders, reminders.toReversed()].map(async (each) => await anotherClient().reminders.createMany(each)),
  )
  expect((one?.counts.created ?? 0) + (other?.counts.created ?? 0)).toBe(60)
  expect((one?.counts.exists ?? 0) + (other?.counts.exists ?? 0)).toBe(60)
  expect(one?.reminders.map(({ index, key }) => `${key}@${index}`)).toEqual(
    reminders.map(({ key }, index) => `${key}@${index}`),
  )
  const again = await system.client.reminders.createMany(reminders)
  expect(again.counts).toMatchObject({ created: 0, refused: 0 })
  await expectFiredOnce('twice', keysOf(reminders))
  expect((await system.client.reminders.createMany(reminders)).counts).toEqual({
    created: 0,
    exists: 48,
    ended: 12,
    refused: 0,
  })
})

test('one that cannot be used is named by its place and key, and none of the others is created', async () => {
  const reminders = list('invalid', { count: 120 })
  reminders[70] = { ...reminders[70], at: 'half past never' }
  reminders[80] = { ...reminders[80], at: '2020-01-01T09:00' }
  const bad = system.client.reminders.createMany(reminders)
  await expect(bad).rejects.toThrow(InputError)
  await expect(bad).rejects.toMatchObject({
    issues: [
      { field: 'reminders[70].at', key: 'invalid-70' },
      { field: 'reminders[80].at', key: 'invalid-80' },
    ],
  })
  expect(await rowsOf('invalid')).toEqual([])
  const { rows } = await system.database.query<{ text: string }>(
    `select sealed_body -> 'parts' -> 0 ->> 'text' as text from definition`,
  )
  expect(rows.filter(({ text }) => text.startsWith('invalid '))).toEqual([])
})

test('a key with another content is refused as by a create of one, and the others are created', async () => {
  const [first, ...others] = list('other', { count: 5 })
  if (first === undefined) throw new Error('there is no first')
  await system.client.reminders.create(first)
  const single = await system.client.reminders
    .create({ ...first, priority: 9 })
    .catch((error: unknown) => error)
  const many = await system.client.reminders.createMany([{ ...first, priority: 9 }, ...others])
  expect(many.counts).toEqual({ created: 4, exists: 0, ended: 0, refused: 1 })
  const { code, message, differences } = single as { code: string; message: string; differences: unknown }
  expect(many.reminders[0]).toMatchObject({ kind: 'refused', key: 'other-0', code, message, differences })
  expect((await system.client.reminders.show('other-0')).definition.priority).toBe(5)
})

test('one that begins "now" is the same later, and fires when its calendar says so', async () => {
  const daily = { ...list('daily', { count: 1 })[0], at: undefined, cron: '0 9 * * *' }
  const { reminders } = system.client
  const first = await reminders.createMany([daily])
  const view = await reminders.show('daily-0')
  expect(first.reminders[0]).toMatchObject({
    kind: 'created',
    scheduledAt: view.nextFire?.toISOString().replace('.000Z', 'Z'),
  })
  expect((await reminders.create(daily)).kind).toBe('exists')
  await eventually(() => expect(Date.now() % 1_000).toBeLessThan(500))
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect((await reminders.createMany([daily])).counts.exists).toBe(1)
  await reminders.cancel('daily-0')
})

test('an operator can act on each of them at once, and Temporal shows the same as of one that was created alone', async () => {
  const { reminders } = system.client
  await reminders.createMany(list('act', { count: 300 }))
  const [canceled, edited] = await Promise.all([
    reminders.cancel('act-0'),
    reminders.edit('act-1', { priority: 9 }),
  ])
  expect(canceled).toMatchObject({ confirmed: true, state: { state: 'canceled' } })
  expect(edited).toMatchObject({ kind: 'edited' })
  await reminders.create({ ...list('act-alone', { count: 1 })[0] })
  const described = async (key: string) => {
    const handle = system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, key))
    const status = await handle.query('status')
    const { typedSearchAttributes, historyLength } = await handle.describe()
    return { status, attributes: typedSearchAttributes.getAll().length, historyLength }
  }
  const alone = await described('act-alone-0')
  await eventually(async () => {
    const one = await described('act-250')
    expect(one).toMatchObject({ status: alone.status, attributes: alone.attributes })
    expect(one.historyLength).toBeLessThan(alone.historyLength)
  })
  const handle = system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, 'act-250'))
  // As it is for who has the key.
  const opened = await withPayloads(
    await handle.fetchHistory(),
    async (sealed) => await createPayloadCodec(testRing).decode(sealed),
  )
  const history = JSON.stringify(opened)
  const payloads = [
    history,
    ...(history.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []).map((text) => atob(text)),
  ].join()
  expect(payloads).toContain('situation')
  expect(payloads).not.toMatch(new RegExp(`act 250|${group.jid.split('@')[0]}`))
})

test.each([
  ['the same file again', 'rerun'],
  ['reconcile', 'reconcile'],
])('killed in the middle of 300, each is whole or not there, and %s does the rest', async (_what, how) => {
  const name = `killed-${how}`
  const file = join(folder, `${name}.json`)
  await writeFile(file, JSON.stringify({ reminders: list(name, { count: 300, at: inMs(45_000) }) }))
  const command = startProgram('create-many', ['dist/src/cli/main.js', 'reminder', 'create', '-f', file], {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_OPERATOR: system.operator,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
  })
  const exited = once(command.child, 'exit')
  await eventually(async () => expect((await rowsOf(name)).length).toBeGreaterThanOrEqual(150), {
    intervalMs: 5,
  })
  command.child.kill('SIGKILL')
  await exited
  const there = await rowsOf(name)
  expect(there.length).toBeLessThan(300)
  const missing = await withoutWorkflow(there)
  // Those of one statement, and what was under way.
  expect(missing.length).toBeLessThanOrEqual(66)

  if (how === 'reconcile') {
    const report = await system.client.reconcile()
    expect(report).toMatchObject({ kind: 'done', started: missing.length, problems: [] })
    await expectFiredOnce(name, there)
    return
  }
  const again = await cliOf(system, ['reminder', 'create', '-f', file, '--json'])
  expect(again.exitCode).toBe(0)
  expect(JSON.parse(again.stdout)).toMatchObject({
    counts: { created: 300 - there.length, exists: there.length, ended: 0, refused: 0 },
  })
  await expectFiredOnce(name, keysOf(list(name, { count: 300 })))
})

test('killed when the first rows are written, and before any workflow: they fire all the same', async () => {
  const file = join(folder, 'first.json')
  await writeFile(file, JSON.stringify({ reminders: list('first', { count: 80, at: inMs(25_000) }) }))
  const command = startProgram(
    'create-many',
    [
      '--import',
      './test/support/dies-after-statement.mjs',
      'dist/src/cli/main.js',
      'reminder',
      'create',
      '-f',
      file,
    ],
    {
      TEMPORAL_ADDRESS: system.address,
      TEMPORAL_NAMESPACE: system.namespace,
      DATABASE_URL: system.databaseUrl,
      CARILLON_OPERATOR: system.operator,
      CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
      DIES_AFTER_STATEMENT: 'insert into reminder ',
    },
  )
  const [, signal] = (await once(command.child, 'exit')) as [number | null, string | null]
  expect(signal).toBe('SIGKILL')
  const there = await rowsOf('first')
  expect(there).toHaveLength(50)
  expect(await withoutWorkflow(there)).toEqual(there)
  await cliOf(system, ['reminder', 'create', '-f', file])
  await expectFiredOnce('first', keysOf(list('first', { count: 80 })))
})

test('a key that Temporal knows as over, and Postgres no more, is refused and leaves nothing behind', async () => {
  const reminders = list('lost', { count: 3 })
  await system.client.reminders.createMany(reminders)
  await system.client.reminders.cancel('lost-1')
  await eventually(async () => {
    const { status } = await system.temporal.workflow.getHandle('reminder:school/lost-1').describe()
    expect(status.name).toBe('COMPLETED')
  })
  await system.database.query(`delete from audit where subject = 'reminder:school/lost-1'`)
  await system.database.query(`delete from reminder where dedupe_key = 'lost-1'`)
  const again = await system.client.reminders.createMany(reminders)
  expect(again.counts).toEqual({ created: 0, exists: 2, ended: 0, refused: 1 })
  expect(again.reminders[1]).toMatchObject({ kind: 'refused', code: 'ended' })
  expect(await rowsOf('lost')).toEqual(['lost-0', 'lost-2'])
})

test('where Temporal is away it says how far it got, and the same call again goes on', async () => {
  const connection = Connection.lazy({ address: `127.0.0.1:${await freePort()}` })
  const away = createCarillonClient({
    temporal: new Client({ connection, namespace: system.namespace }),
    database: system.database,
    operator: system.operator,
  })
  const reminders = list('away', { count: 3 })
  await expect(away.reminders.createMany(reminders, { timeoutMs: 3_000 })).rejects.toMatchObject({
    code: expect.stringMatching(/^(unreachable|timed_out)$/),
    message: expect.stringMatching(
      / 0 of 3 reminders are created: the same again goes on with the others\.$/,
    ),
  })
  await connection.close()
  const { counts } = await system.client.reminders.createMany(reminders)
  expect(counts).toEqual({ created: 0, exists: 3, ended: 0, refused: 0 })
  expect(await withoutWorkflow(keysOf(reminders))).toEqual([])
})

test('it needs no worker', async () => {
  await system.worker().stop('SIGKILL')
  const reminders = list('alone', { count: 20, at: inMs(8_000) })
  expect((await system.client.reminders.createMany(reminders)).counts.created).toBe(20)
  await system.startWorker()
  await expectFiredOnce('alone', keysOf(reminders))
})
