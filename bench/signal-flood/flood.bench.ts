import { loadavg } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reminderWorkflowId, runWorkflowId } from '../../src/domain/ids.js'
import { pauseSignal } from '../../src/protocol/messages.js'
import { soon } from '../../test/support/reminding.js'
import { eventually } from '../../test/support/eventually.js'
import { startSystem, type System } from '../../test/support/system.js'
import { flood } from './flood.js'

/** As many as Temporal takes for one life of a workflow. `FLOOD=3000 npx vitest run --config bench/vitest.config.ts bench/signal-flood` sends fewer. */
const count = Number(process.env['FLOOD'] ?? 10_000)
const phone = '15550009001'
const patience = { timeoutMs: 300_000, intervalMs: 200 }
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

test(`a flood of ${count} pauses to one reminder`, async () => {
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  const create = async (key: string, at: string) =>
    await system.client.reminders.create({
      key,
      account: 'office',
      to: group?.jid ?? '',
      text: 'x',
      at,
      zone: 'UTC',
    })
  await create('flooded', '2035-01-01T09:00')
  const workflowId = reminderWorkflowId(system.operator, 'flooded')
  const { child } = system.worker()
  const dueMs = Math.ceil(Date.now() / 1_000 + 12) * 1_000
  const due = new Date(dueMs).toISOString().replace('.000Z', 'Z')
  await create('other', due)
  const sending = flood(system.temporal, {
    workflowId,
    count,
    signal: (handle, index) => handle.signal(pauseSignal, { reason: `pause ${index}` }),
  })
  const otherMs = eventually(async () => {
    expect((await system.client.runs.progress(runWorkflowId(system.operator, 'other', due))).run.state).toBe(
      'completed',
    )
    return Date.now() - dueMs
  }, patience)
  const { sent, refused, tookMs } = await sending
  const begunMs = Date.now()
  // Refused until it has gone on as new, where Temporal has had its 10,000.
  await eventually(
    () => system.temporal.workflow.getHandle(workflowId).signal(pauseSignal, { reason: 'the last one' }),
    patience,
  )
  await eventually(
    async () =>
      expect((await system.client.reminders.show('flooded')).reason).toBe('paused by operator: the last one'),
    patience,
  )
  const figures = {
    sent,
    refused,
    tookMs: Math.round(tookMs),
    answersAfterMs: Date.now() - begunMs,
    otherCompletedAfterDueMs: await otherMs,
    workerExit: child.exitCode,
    load: loadavg()[0],
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  expect(child.exitCode).toBeNull()
  // A reminder that was not sent to answers at once.
  await create('after', soon())
})
