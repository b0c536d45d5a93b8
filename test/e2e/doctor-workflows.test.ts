import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkWorkflows } from '../../src/doctor/workflows.js'
import { mainTaskQueue } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())

const doctor = () => checkWorkflows(system.temporal, system.database)

test('a workflow whose tasks keep failing is named by the doctor, with what to do', async () => {
  expect(await doctor()).toEqual([expect.objectContaining({ state: 'ok' })])
  // No worker knows this one: each of its tasks fails.
  const handle = await system.temporal.workflow.start('unknownToAll', {
    workflowId: 'wedged',
    taskQueue: mainTaskQueue,
  })
  await eventually(
    async () =>
      expect(await doctor()).toEqual([
        expect.objectContaining({
          state: 'bad',
          found: expect.stringContaining("'wedged'") as string,
          remedy: expect.stringContaining('temporal workflow terminate') as string,
        }),
      ]),
    { timeoutMs: 150_000, intervalMs: 1_000 },
  )
  await handle.terminate()
  await eventually(async () => expect(await doctor()).toEqual([expect.objectContaining({ state: 'ok' })]))
})
