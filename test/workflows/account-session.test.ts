import { ApplicationFailure } from '@temporalio/common'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessionWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { timesOf } from './support/history.js'
import { accountId, startWaitingWorld, untilCanceled, type WaitingWorld } from './support/waiting-world.js'

let world: WaitingWorld
beforeAll(async () => {
  world = await startWaitingWorld()
})
afterAll(() => world.close())

async function startSession(): Promise<WorkflowHandle> {
  return await world.client.workflow.start('accountSession', {
    workflowId: sessionWorkflowId(accountId),
    taskQueue: 'carillon',
    args: [{ accountId }],
  })
}

/**
 * Until what owned the session is over by itself. The time-skipping server refuses a workflow
 * task that takes back an activity which ends at that moment (`ACTIVITY_UNKNOWN`), and gives it to nobody again.
 */
async function untilEnded(session: WorkflowHandle): Promise<void> {
  await eventually(async () =>
    expect(await timesOf(session, 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED')).toHaveLength(1),
  )
}

test('a session that broke is opened again, and ends when the device is no longer linked', async () => {
  const opened: number[] = []
  world.onOwnSession(async (attempt) => {
    opened.push(attempt)
    if (opened.length <= 2) throw ApplicationFailure.create({ type: 'ConnectionLost' })
    // A failure that Temporal does not retry: the workflow does, after a while.
    if (opened.length === 3) throw ApplicationFailure.nonRetryable('broken')
    return { kind: 'unlinked' }
  })
  const session = await startSession()
  expect(await session.result()).toEqual({ kind: 'unlinked' })
  expect(opened).toHaveLength(4)
  const [endedMs] = await timesOf(session, 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED')
  const ended = await timesOf(session, 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED')
  expect((endedMs ?? 0) - Math.max(...ended)).toBeGreaterThanOrEqual(10 * 60_000)
})

test('a session that is owned is opened anew when the account is to be linked, also after it had ended', async () => {
  let opened = 0
  world.onOwnSession(async () => {
    opened += 1
    if (opened === 1) return await untilCanceled()
    return { kind: 'unlinked' }
  })
  const session = await startSession()
  await eventually(() => expect(opened).toBe(1))
  await session.signal('pair')
  await untilEnded(session)
  await session.signal('pair', { garbage: true })
  await eventually(() => expect(opened).toBe(3))
  expect(await session.result()).toEqual({ kind: 'unlinked' })
})

test('what is asked is written before the session is opened for it; a removal ends with the account', async () => {
  const { leaving } = world.ledger
  let opened = 0
  world.onOwnSession(async () => {
    opened += 1
    if (opened === 1) return await untilCanceled()
    leaving.push('unlinked')
    return opened === 2 ? { kind: 'unlinked' } : { kind: 'unlinked', isRemoval: true }
  })
  const session = await startSession()
  await eventually(() => expect(opened).toBe(1))
  await session.signal('unlink', { reason: 7 })
  await session.signal('unlink')
  await untilEnded(session)
  await session.signal('removeAccount', { reason: 'sold', by: 'anna' })
  await eventually(() => expect(opened).toBe(3))
  expect(await session.result()).toEqual({ kind: 'unlinked', isRemoval: true })
  expect(leaving).toEqual([
    'unlink: unlinked by operator',
    'unlinked',
    'remove: account removed by operator: sold',
    'reminders held',
    'unlinked',
    'account removed',
  ])
})

test('a session that is canceled in Temporal ends', async () => {
  let opened = 0
  world.onOwnSession(async () => {
    opened += 1
    return await untilCanceled()
  })
  const session = await startSession()
  await eventually(() => expect(opened).toBe(1))
  await session.cancel()
  await eventually(async () => expect((await session.describe()).status.name).toBe('CANCELLED'))
})
