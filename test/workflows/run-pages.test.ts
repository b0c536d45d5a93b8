import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { eventsOfChain } from './support/executions.js'
import { startRun, startStubWorld, type StubWorld } from './support/waiting-world.js'

let space: TestNamespace
let connection: NativeConnection
let world: StubWorld
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  space = await createTestNamespace()
  connection = await NativeConnection.connect({ address: space.address })
  world = await startStubWorld({ client: space.temporal, connection, namespace: space.namespace })
})
afterAll(async () => {
  await world.stop()
  await connection.close()
  await space.close()
})

test('a run of more targets than a page goes on as new, and each target is delivered once', async () => {
  const targets = 550
  world.ledger.targets = targets
  const delivered: number[] = []
  world.onDeliver(async (runId, ordinal) => {
    delivered.push(ordinal)
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const run = await startRun(world, {
    dedupeKey: 'pages',
    nowMs: Date.now(),
    withinMs: 3_600_000,
    groupConcurrency: 20,
  })
  expect(await run.result()).toMatchObject({ state: 'completed', counts: { delivered: targets, pending: 0 } })
  expect(delivered.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: targets }, (_, ordinal) => ordinal),
  )
  const events = await eventsOfChain(space.temporal, {
    workflowId: run.workflowId,
    firstRunId: run.firstExecutionRunId,
  })
  // A full page and the rest: ten thousand targets are twenty of these, and no history is longer than one page's.
  expect(events).toHaveLength(2)
  expect(Math.max(...events)).toBeLessThan(10_000)
}, 300_000)
