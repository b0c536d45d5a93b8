import { afterAll, beforeAll, expect, test } from 'vitest'
import { mainTaskQueue, runWorkflowId } from '../../src/domain/ids.js'
import * as messages from '../../src/protocol/messages.js'
import { runStart } from '../../src/protocol/run-start.js'
import type { Workflows } from '../../src/protocol/workflows.js'
import { prepareRun } from '../../src/store/runs/runs.js'
import { eventually } from '../support/eventually.js'
import { expectReadOnce, runEnded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

/**
 * A signal may come before a workflow's first task, or while that task is lost with its worker: it is heard in the middle
 * of the workflow's first lines, as soon as its handler is set.
 */
const account = 'office'
const phone = '15550009982'
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('a run that is granted the lock before its first task is done sends', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const key = 'granted-early'
  const at = '2035-01-01T09:00:00Z'
  const to = groups.map(({ jid }) => jid)
  await system.client.reminders.create({ key, account, to, text: 'x', at, zone: 'UTC' })
  await system.worker().stop('SIGKILL')
  const { rows } = await system.database.query<{ digest: string }>(
    `select digest from reminder where operator = $1 and dedupe_key = $2`,
    [system.operator, key],
  )
  // Another occurrence: the reminder itself does not begin it.
  const now = new Date(Math.floor(Date.now() / 1_000) * 1_000)
  const scheduledAt = now.toISOString().replace('.000Z', 'Z')
  const args = {
    runId: runWorkflowId(system.operator, key, scheduledAt),
    operator: system.operator,
    dedupeKey: key,
    accountId: account,
    digest: rows[0]?.digest ?? '',
    scheduledAt,
    deadline: new Date(now.getTime() + 600_000).toISOString(),
    priority: 5,
    groupConcurrency: 3,
  }
  // What its first task did before it was lost.
  const { lockToken } = await prepareRun(system.database, args, { takesLock: true })
  expect(lockToken).toBeDefined()
  await system.temporal.workflow.signalWithStart('run', {
    ...runStart(args),
    signal: messages.lockGrantedSignal,
    signalArgs: [{ token: lockToken ?? 0, runs: true }],
  })
  await system.startWorker()
  const reminded = { key, runId: args.runId, groups, texts: ['x'] }
  expect(await runEnded(system, reminded)).toBe('completed')
  await expectReadOnce(system, reminded)
})

const signals = Object.values(messages).flatMap((message) =>
  typeof message === 'object' && message.type === 'signal' ? [message.name] : [],
)
// Of nobody's: they find nothing to do, and it is enough that they look.
const nobody = { operator: 'nobody', dedupeKey: 'none', accountId: 'nobody' }
const argsOf: { [Name in keyof Workflows]: Parameters<Workflows[Name]> } = {
  reminder: [nobody],
  run: [
    {
      ...nobody,
      runId: 'run:nobody/none@2026-11-24T06:00:00Z',
      digest: 'none',
      scheduledAt: '2026-11-24T06:00:00Z',
      deadline: '2035-01-01T09:00:00Z',
      priority: 5,
      groupConcurrency: 3,
    },
  ],
  keyRotation: [],
  accountLock: [nobody],
  accountSession: [nobody],
  webhooks: [],
  webhookDelivery: [{ eventId: 'none', endpointId: 'none', turn: 0 }],
  groupsRefresh: [nobody],
  telegramUpdate: [{ bot: 'nobody', updateId: 1 }],
  telegramProgress: [{ id: '00000000-0000-0000-0000-000000000000' }],
}

test('every signal that comes with the start of any workflow is heard in its first task, and does not break it', async () => {
  expect(signals.length).toBeGreaterThan(5)
  await system.worker().stop('SIGKILL')
  const started = await Promise.all(
    Object.entries(argsOf).flatMap(([name, args]) =>
      signals.map(async (signal) => {
        const payload = signal === messages.lockGrantedSignal.name ? { token: 1, runs: true } : {}
        return await system.temporal.workflow.signalWithStart(name, {
          workflowId: `first-task:${name}:${signal}`,
          taskQueue: mainTaskQueue,
          args,
          signal,
          signalArgs: [payload],
        })
      }),
    ),
  )
  await system.startWorker()
  for (const { workflowId } of started) {
    const handle = system.temporal.workflow.getHandle(workflowId)
    const tasks = await eventually(async () => {
      const { events } = await handle.fetchHistory()
      const kinds = (events ?? []).map((event) =>
        event.workflowTaskFailedEventAttributes
          ? 'failed'
          : event.workflowTaskCompletedEventAttributes && 'done',
      )
      expect(kinds.some((kind) => kind !== undefined && kind !== null)).toBe(true)
      return kinds
    })
    expect(tasks, workflowId).not.toContain('failed')
    await handle.terminate().catch(() => undefined) // one that has ended
  }
})
