import { afterAll, beforeAll, expect, test } from 'vitest'
import { askToDefine } from '../../src/client/reminders/ask-to-define.js'
import { definitionDefaults } from '../../src/domain/definition.js'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { eventually } from '../support/eventually.js'
import { startOwnTemporal, type OwnTemporal } from '../support/own-temporal.js'
import { expectReadOnce, ledgerOf, remind, runEnded, shownIn, soon } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

/** Temporal's data is lost altogether, in the middle of everything; Postgres is all that is left. */
let temporal: OwnTemporal
let system: System
const account = 'office'
const phone = '15550007001'

beforeAll(async () => {
  temporal = await startOwnTemporal()
  system = await startSystem(temporal)
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('all reminders come back, go on where they were, and nothing is sent twice', async () => {
  const groups = await system.createGroups({ phone, groups: 10, members: 2 })
  const take = (from: number, count: number) => groups.slice(from, from + count)
  const texts = ['Bring the blue folder', 'The gate opens at nine']

  // One that is over.
  const over = await remind(system, { key: 'over', account, groups: take(0, 1), texts })
  expect(await runEnded(system, over)).toBe('completed')
  await eventually(async () => expect(await stateOf('over')).toBe('completed'))
  // One that is canceled, and one that is paused before it is due; then their time comes.
  for (const [key, index] of [
    ['canceled', 1],
    ['paused', 2],
  ] as const)
    await system.client.reminders.create({
      key,
      account,
      to: take(index, 1).map(({ jid }) => jid),
      parts: [{ text: texts[0] ?? '' }],
      at: inSeconds(60),
      zone: 'UTC',
    })
  await system.client.reminders.cancel('canceled')
  await system.client.reminders.pause('paused', { reason: 'rain' })
  // One much later, and one that recurs.
  await create('later', take(4, 1), inSeconds(3_600))
  const everyMinute = await recurring('recurring', take(5, 1))

  // One in the middle of its fan-out: a target done, the next between its parts, the third not begun.
  const middle = take(6, 3)
  await system.client.accounts.pauseSends(account)
  const mid = await remind(system, { key: 'mid', account, groups: middle, texts, groupConcurrency: 1 })
  await eventually(async () => expect(await statesOf(mid.runId)).toHaveLength(6))
  const held = (await ledgerOf(system, mid)).find(({ jid, part }) => jid === middle[1]?.jid && part === 1)
  await system.whatsapp.fault({ kind: 'holdAck', messageId: held?.messageId ?? '' })
  await system.client.accounts.resumeSends(account)
  const atTheLoss = ['acked', 'acked', 'acked', 'sending', 'pending', 'pending']
  await eventually(async () => expect(await statesOf(mid.runId)).toEqual(atTheLoss))
  // And one whose run was paused, while it waits for that one.
  const pausedRun = await remind(system, { key: 'paused-run', account, groups: take(9, 1), texts })
  await eventually(async () => expect(await runStateOf(pausedRun.runId)).toBe('waiting'))
  await system.client.runs.pause(pausedRun.runId, { reason: 'not yet' })

  // And one that is due while everything is down.
  await create('due', take(3, 1), inSeconds(5))

  await system.worker().stop('SIGKILL')
  const unfinished = await unfinishedRuns()
  expect(unfinished).toEqual(expect.arrayContaining([mid.runId, pausedRun.runId]))
  await temporal.loseData()
  await system.whatsapp.clearFaults()

  // No worker runs: what is to be done is counted, and done, once.
  const dry = await system.client.reconcile({ dryRun: true })
  expect(dry).toMatchObject({
    started: 6,
    resumedRuns: unfinished.length,
    startedSessions: 1,
    nudged: 0,
    problems: [],
  })
  expect(await system.client.reconcile()).toEqual(dry)
  const runIds = await openWorkflows()
  expect(runIds.size).toBe(7)
  const again = await Promise.all(Array.from({ length: 5 }, () => system.client.reconcile()))
  for (const report of again)
    if (report.kind === 'done')
      expect(report).toMatchObject({ started: 0, nudged: 0, startedSessions: 0, problems: [] })
  expect(again.map(({ kind }) => kind)).toContain('done')
  expect(await openWorkflows()).toEqual(runIds)

  await system.startWorker()
  expect(await runEnded(system, mid)).toBe('completed')
  await eventually(async () => expect(await stateOf('due')).toBe('completed'))
  await eventually(async () => expect(await stateOf('mid')).toBe('completed'))
  await expectReadOnce(system, mid)
  await expectReadOnce(system, { groups: take(3, 1), texts: [texts[0] ?? ''] })
  await expectReadOnce(system, over)

  // What the operator had said still holds.
  await eventually(async () => expect(await runStateOf(pausedRun.runId)).toBe('paused'))
  expect(await reasonOf(pausedRun.runId)).toBe('paused by operator: not yet')
  expect(await stateOf('paused')).toBe('paused')
  expect(await stateOf('canceled')).toBe('canceled')
  expect(await stateOf('over')).toBe('completed')
  expect(await stateOf('later')).toBe('scheduled')
  for (const group of [...take(1, 2), ...take(4, 1), ...take(9, 1)])
    await expectReadOnce(system, { groups: [group], texts: [] })

  // And the operator can say more.
  await system.client.runs.resume(pausedRun.runId)
  expect(await runEnded(system, pausedRun)).toBe('completed')
  await expectReadOnce(system, pausedRun)
  await system.client.reminders.resume('paused')
  await eventually(async () => expect(await stateOf('paused')).toBe('completed'))
  await expectReadOnce(system, { groups: take(2, 1), texts: [texts[0] ?? ''] })

  // Each occurrence of the recurring one since then has one run, and was read once.
  await eventually(
    async () =>
      expect((await runsOf('recurring')).filter((state) => state === 'completed').length).toBeGreaterThan(1),
    { timeoutMs: 150_000 },
  )
  await system.client.reminders.cancel('recurring')
  await eventually(async () => expect(await stateOf('recurring')).toBe('canceled'))
  await system.whatsapp.settled()
  const completed = (await runsOf('recurring')).filter((state) => state === 'completed')
  for (const member of everyMinute.members) {
    const { messages } = await system.whatsapp.inbox(member)
    expect(shownIn(messages, everyMinute.jid)).toEqual(completed.map(() => 'Tick'))
  }
}, 400_000)

test('a worker that stays up while the data is lost goes on as well', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  await create('survivor', groups, inSeconds(20))
  await temporal.loseData()
  expect(await system.client.reconcile()).toMatchObject({ startedSessions: 1, problems: [] })
  await eventually(async () => expect(await stateOf('survivor')).toBe('completed'), { timeoutMs: 120_000 })
  await expectReadOnce(system, { groups, texts: ['Bring the blue folder'] })
  expect(system.worker().child.exitCode).toBeNull()
})

function inSeconds(seconds: number): string {
  return new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toISOString().replace('.000Z', 'Z')
}

async function create(key: string, groups: TestGroup[], at: string): Promise<void> {
  const to = groups.map(({ jid }) => jid)
  const parts = [{ text: 'Bring the blue folder' }]
  await system.client.reminders.create({ key, account, to, parts, at, zone: 'UTC' })
}

/** Fires at the beginning of every minute. */
async function recurring(key: string, groups: TestGroup[]): Promise<TestGroup> {
  const digest = await saveDefinition(system.database, {
    ...definitionDefaults,
    version: 2,
    account,
    audience: { kind: 'list', recipients: groups.map(({ jid }) => jid) },
    parts: [{ kind: 'text', text: 'Tick' }],
    schedule: {
      kind: 'recurring',
      zone: 'UTC',
      start: '2026-01-01T00:00:00',
      rule: { kind: 'cron', cron: '* * * * *' },
    },
  })
  const { operator, temporal: client } = system
  const answer = await askToDefine(client, {
    operator,
    key,
    digest,
    accountId: account,
    at: soon(),
    timeoutMs: 30_000,
  })
  expect(answer).toMatchObject({ kind: 'created' })
  const [group] = groups
  if (!group) throw new Error('no group')
  return group
}

async function stateOf(key: string): Promise<string> {
  return (await system.client.reminders.show(key)).state
}

async function runStateOf(runId: string): Promise<string | undefined> {
  return (await runRow(runId))?.state
}

async function reasonOf(runId: string): Promise<string | null | undefined> {
  return (await runRow(runId))?.reason
}

async function runRow(runId: string): Promise<{ state: string; reason: string | null } | undefined> {
  const { rows } = await system.database.query<{ state: string; reason: string | null }>(
    'select state, reason from run where id = $1',
    [runId],
  )
  return rows[0]
}

async function runsOf(key: string): Promise<string[]> {
  const { rows } = await system.database.query<{ state: string }>(
    'select state from run where dedupe_key = $1 order by scheduled_at',
    [key],
  )
  return rows.map(({ state }) => state)
}

async function unfinishedRuns(): Promise<string[]> {
  const { rows } = await system.database.query<{ id: string }>('select id from run where finished_at is null')
  return rows.map(({ id }) => id)
}

async function statesOf(runId: string): Promise<string[]> {
  const { rows } = await system.database.query<{ state: string }>(
    'select state from send where run_id = $1 order by ordinal, part',
    [runId],
  )
  return rows.map(({ state }) => state)
}

/** The first execution of each, so that a second one would show. */
async function openWorkflows(): Promise<Map<string, string | undefined>> {
  const ids = [
    `session:${account}`,
    ...['paused', 'due', 'later', 'recurring', 'mid', 'paused-run'].map((key) =>
      reminderWorkflowId(system.operator, key),
    ),
  ]
  const found = new Map<string, string | undefined>()
  for (const id of ids) {
    const { runId, status } = await system.temporal.workflow.getHandle(id).describe()
    if (status.name === 'RUNNING') found.set(id, runId)
  }
  return found
}
