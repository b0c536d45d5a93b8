import { afterAll, beforeAll, expect, test } from 'vitest'
import { flood } from '../../bench/signal-flood/flood.js'
import { lockWorkflowId, reminderWorkflowId, sessionWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const phone = '15550005301'
let system: System
let groups: TestGroup[]

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  groups = await system.createGroups({ phone, groups: 1, members: 1 })
})
afterAll(() => system.close())

const count = 1_500
const patience = { timeoutMs: 120_000 }

async function audits(subject: string): Promise<{ action: string; reason: string }[]> {
  const { rows } = await system.database.query<{ action: string; reason: string }>(
    `select action, reason from audit where subject = $1 order by id`,
    [subject],
  )
  return rows
}

test('a flood of signals to one reminder: the last one wins, the rest are a number, and another one fires', async () => {
  const to = groups[0]?.jid ?? ''
  await system.client.reminders.create({
    key: 'flooded',
    account: 'office',
    to,
    text: 'x',
    at: '2035-01-01T09:00',
    zone: 'UTC',
  })
  const workflowId = reminderWorkflowId(system.operator, 'flooded')
  const other = await remind(system, { key: 'other', account: 'office', groups, texts: ['on time'] })
  const sent = await flood(system.temporal, {
    workflowId,
    count,
    signal: (handle, index) =>
      handle.signal(index % 2 === 0 ? 'pause' : 'resume', { reason: `number ${index}` }),
  })
  expect(sent).toMatchObject({ sent: count, refused: 0 })
  await system.temporal.workflow.getHandle(workflowId).signal('pause', { reason: 'the last one' })
  await eventually(
    async () =>
      expect((await system.client.reminders.show('flooded')).reason).toBe('paused by operator: the last one'),
    patience,
  )
  await expectDeliveredOnce(system, other)
  expect(system.worker().child.exitCode).toBeNull()
  // Each is acted on and written, or counted in a number; one whose task Temporal gave up is counted again.
  await eventually(async () => {
    const written = await audits(workflowId)
    const merged = written.filter(({ action }) => action === 'merged')
    const counted = merged.reduce((sum, { reason }) => sum + Number.parseInt(reason, 10), 0)
    expect(written.length - merged.length + counted).toBeGreaterThanOrEqual(count + 1)
    expect(written.length).toBeLessThan(count / 2)
    expect(merged.length).toBeGreaterThan(0)
  }, patience)
}, 180_000)

test('floods to a run, the lock and the session, and of queries, leave all of them at work', async () => {
  const own = await system.createGroups({ phone, groups: 1, members: 1 })
  await system.client.accounts.pauseSends('office')
  const held = await remind(system, { key: 'held', account: 'office', groups: own, texts: ['after all'] })
  await eventually(async () =>
    expect((await system.client.runs.progress(held.runId)).run.state).toBe('running'),
  )
  const many = 500
  await Promise.all([
    flood(system.temporal, {
      workflowId: held.runId,
      count: many,
      signal: (handle, index) => handle.signal(index % 2 === 0 ? 'pause' : 'resume'),
    }),
    flood(system.temporal, {
      workflowId: lockWorkflowId('office'),
      count: many,
      signal: (handle, index) => handle.signal(index % 2 === 0 ? 'resumeAccount' : 'pauseAccount'),
    }),
    flood(system.temporal, {
      workflowId: sessionWorkflowId('office'),
      count: many,
      signal: (handle) => handle.signal('pair'),
    }),
    flood(system.temporal, {
      workflowId: reminderWorkflowId(system.operator, 'flooded'),
      count: many,
      inFlight: 10,
      signal: (handle) => handle.query('status'),
    }),
  ])
  await system.client.accounts.resumeSends('office')
  // It may be done by now.
  if ((await system.client.runs.progress(held.runId)).run.state !== 'completed')
    await system.client.runs.resume(held.runId)
  await expectDeliveredOnce(system, held)
  expect(system.worker().child.exitCode).toBeNull()
}, 180_000)
