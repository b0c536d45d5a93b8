import { ApplicationFailure } from '@temporalio/common'
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { startRun, startStubWorld, untilCanceled, type StubWorld } from './support/waiting-world.js'

// Temporal's own server: the one that skips time does not end an activity that was to stop and failed.
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

test('a delivery that loses its connection while it is being paused is held, not failed', async () => {
  let tries = 0
  world.onDeliver(async (runId) => {
    if (tries++ === 0)
      await untilCanceled().catch((error: unknown) => {
        throw ApplicationFailure.create({ type: 'ConnectionLost', cause: error as Error })
      })
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
  const run = await startRun(world, { dedupeKey: 'cut-off', nowMs: Date.now(), withinMs: 3_600_000 })
  await eventually(() => expect(tries).toBe(1))
  await run.signal('pause')
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  expect(world.ledger.runs.get(run.workflowId)).toMatchObject({ state: 'paused', counts: { pending: 1 } })
  await run.signal('resume')
  expect(await run.result()).toMatchObject({ state: 'completed', counts: { delivered: 1, failed: 0 } })
})

test('a delivery whose next try would come too late has expired, not failed', async () => {
  world.onDeliver(async () => {
    throw ApplicationFailure.create({ type: 'AccountLimited', nextRetryDelay: '15m' })
  })
  const run = await startRun(world, { dedupeKey: 'too-late', nowMs: Date.now(), withinMs: 60_000 })
  expect(await run.result()).toMatchObject({ state: 'failed', counts: { expired: 1, failed: 0 } })
})
