import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { inject } from 'vitest'
import { prepareNamespace } from '../../src/stack/temporal/temporal.js'
import { testDataConverter } from './codec.js'
import { eventually } from './eventually.js'

export type TestNamespace = { address: string; namespace: string; temporal: Client; close(): Promise<void> }

/** A Temporal namespace of the test file's own, with our search attributes: no other file's worker polls in it. */
export async function createTestNamespace(): Promise<TestNamespace> {
  const address = inject('temporalAddress')
  const namespace = `test-${randomUUID()}`
  const connection = await Connection.connect({ address })
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  })
  // A new namespace reaches the server's caches after a while.
  await eventually(() => prepareNamespace({ address }, namespace))
  const temporal = new Client({ connection, namespace, dataConverter: testDataConverter })
  return { address, namespace, temporal, close: () => connection.close() }
}
