import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkflowId } from '../../src/domain/ids.js'
import { pauseAccountSignal, requestLockSignal } from '../../src/protocol/messages.js'
import {
  accountId,
  operator,
  startWaitingWorld,
  workflowCode,
  type WaitingWorld,
} from './support/waiting-world.js'

let world: WaitingWorld
beforeAll(async () => {
  world = await startWaitingWorld()
})
afterAll(() => world.close())

test('what a handler and the workflow ask of Postgres at once is replayed as it happened', async () => {
  // Ends after the workflow's own first look, so that the workflow has begun to wait when it does.
  world.ledger.pauseTakesMs = 300
  const lock = await world.client.workflow.signalWithStart('accountLock', {
    workflowId: lockWorkflowId(accountId),
    taskQueue: 'carillon',
    args: [{ accountId }],
    signal: pauseAccountSignal,
    signalArgs: [],
  })
  world.ledger.enqueue({
    runId: `run:${operator}/gone`,
    priority: 5,
    scheduledAt: '2026-11-24T11:00:00.000Z',
  })
  await lock.signal(requestLockSignal)
  await lock.result()
  expect(world.ledger.accountPauses).toHaveLength(1)
  await Worker.runReplayHistory(workflowCode, await lock.fetchHistory(), lock.workflowId)
})
